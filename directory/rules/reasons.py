"""Why somebody took a step: said in words, and not in too many."""

from directory.errors import Invalid

LONGEST, LONGEST_FORMAL = 200, 500


def given(reason: str) -> str:
    """A reason without the space around it. Raises Invalid where it says nothing."""
    if not reason.strip():
        raise Invalid("reason", reason, "empty", "this step says why")
    return reason.strip()


def brief(reason: str) -> str:
    """One for the record of deeds. Raises Invalid."""
    if len(reason) > LONGEST:
        raise Invalid("reason", len(reason), "too_long", f"at most {LONGEST} characters")
    return given(reason)


def formal(reason: str) -> str:
    """One that an organisation is told. Raises Invalid."""
    if len(reason) > LONGEST_FORMAL:
        raise Invalid("reason", len(reason), "longer", f"at most {LONGEST_FORMAL} characters")
    return given(reason)
