"""What can be said of a need: how urgent it is, and the codes for why it ended."""

from enum import StrEnum


class Urgency(StrEnum):
    NOW = "now"
    SOON = "soon"
    PLANNED = "planned"


# Why a neighbourhood takes a need back.
WITHDRAWALS = ("solved", "done_otherwise", "mistaken", "other")
# Why nobody could meet it; the first is what the answer itself says where it names nobody.
UNMET = ("nobody_found", "nobody_fits", "too_dear", "no_capacity", "nobody_answered", "not_this_area", "other")
# What a need that is not for a provider ends with: it went to the authority, the property company, the residents.
HANDED_OFF = "handed_off"
# Why a provider does not take part, and why one was not chosen.
DECLINES = ("no_capacity", "not_our_work", "not_our_area", "budget_too_low", "too_soon", "other")
CHOICES = ("plan", "price", "experience", "schedule", "other")
NOT_CHOSEN = ("other_plan", "other_price", "other_experience", "other_schedule", "not_eligible", "withdrawn", "other")
