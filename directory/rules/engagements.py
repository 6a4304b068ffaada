"""The two sides of agreed work, where its money comes from, and how it is split into steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any


class Side(StrEnum):
    NEIGHBOURHOOD = "neighbourhood"
    PROVIDER = "provider"


class Funding(StrEnum):
    STREET_BUDGET = "street_budget"
    SELF_GOVERNMENT = "self_government"
    DONATION = "donation"
    FREE = "free"


UNSIGNED = "unsigned"  # why work was signed off that nobody signed
TERMINATIONS = ("by_agreement", "not_delivered", "provider_suspended", "no_longer_needed", "no_funds", "other")


@dataclass(frozen=True, slots=True)
class Contracting:
    """How many providers a need may ask at once, and the shares of the payment in percent: seeds/parameters.json."""

    most_invited: int = 5
    shares: tuple[int, ...] = (30, 40, 30)


def contracting_of(values: Mapping[str, Any]) -> Contracting:
    """As JSON has them."""
    known = dict(values)
    if "shares" in known:
        known["shares"] = tuple(known["shares"])
    return Contracting(**known)


def other(side: Side) -> Side:
    return Side.PROVIDER if side is Side.NEIGHBOURHOOD else Side.NEIGHBOURHOOD


def due_days(start: date, end: date, number: int) -> list[date]:
    """When each of so many steps is due: spread evenly, the last at the end."""
    length = (end - start).days
    return [start + timedelta(days=round(length * place / number)) for place in range(1, number + 1)]


def split(amount: int, shares: Sequence[int]) -> list[int]:
    """Whole yuan for each share of an amount; what rounding leaves over goes to the last that is above 0."""
    whole = sum(shares)
    if not whole:
        return [0] * len(shares)
    parts = [amount * share // whole for share in shares]
    last = max(place for place, share in enumerate(shares) if share > 0)
    parts[last] += amount - sum(parts)
    return parts


def payments(amount: int, steps: Sequence[tuple[int, int | None]]) -> list[int]:
    """Whole yuan for each step, of its share and what it was accepted with: the open ones share what is left."""
    by_share = split(amount, [share for share, _ in steps])
    if all(paid in {None, part} for part, (_, paid) in zip(by_share, steps, strict=True)):
        return by_share
    left = amount - sum(paid for _, paid in steps if paid is not None)
    rest = iter(split(left, [share for share, paid in steps if paid is None]))
    return [next(rest) if paid is None else paid for _, paid in steps]
