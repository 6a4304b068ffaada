"""Who may not score whom: what an assessor declares before seeing anything of an application."""

from enum import StrEnum

from directory.errors import Invalid

LONGEST_NOTE = 300


class Conflict(StrEnum):
    """See article 19 of the assessment rules (民政部令第39号): any of these takes an assessor off the application."""

    INTEREST = "interest"
    WORKED_THERE = "worked_there"  # and left less than two years ago, or works there now
    KIN = "kin"
    COMPETES = "competes"  # the assessor's own organisation offers services in the category
    OTHER = "other"


def declared(conflict: str, note: str) -> Conflict | None:
    """What was declared, None for no conflict; one of another kind is described. Raises Invalid."""
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", len(note), "too_long", f"at most {LONGEST_NOTE} characters")
    if conflict == "none":
        return None
    if conflict not in set(Conflict):
        raise Invalid("conflict", conflict, "unknown", f"one of none, {', '.join(Conflict)}")
    if conflict == Conflict.OTHER and not note.strip():
        raise Invalid("note", "", "empty", "a conflict of another kind is described")
    return Conflict(conflict)
