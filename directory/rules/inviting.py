"""Until when providers that were asked may answer, and from when on their answers are read."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from directory.rules.calendar import DISTRICT_ZONE, day_of
from directory.rules.work import InvitationState

SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=60)
CLOSING = time(18)


def usual_deadline(now: datetime, days: int) -> datetime:
    """So many days on, when offices close."""
    return datetime.combine(day_of(now) + timedelta(days=days), CLOSING, DISTRICT_ZONE)


def problem(deadline: datetime, now: datetime) -> str | None:
    """Why nobody can be asked to answer until then, as a code; None where it is a fair time."""
    if deadline - now < SHORTEST:
        return "too_soon"
    return "too_late" if deadline - now > LONGEST else None


def over(deadline: datetime, now: datetime) -> bool:
    """The deadline itself is still in time."""
    return now > deadline


def opened(deadline: datetime, states: Iterable[InvitationState], now: datetime) -> bool:
    """Whether what was proposed in a round may be read: its time is over, or everybody asked has answered.

    From then on nothing proposed can change, and nobody else is asked in this round: somebody may know the prices.
    """
    known = set(states)
    return over(deadline, now) or (bool(known) and InvitationState.SENT not in known)
