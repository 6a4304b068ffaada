"""The end of agreed work before it was done: either side may end it, and says why."""

from datetime import datetime

from directory.db import db
from directory.engine import Engine
from directory.errors import Conflict, Forbidden, Invalid
from directory.models.engagement import Engagement
from directory.models.need import Need
from directory.operations import confirmations, engagements, needs, reopenings, terms
from directory.operations.matches import Draft
from directory.policy import Actor, Permission, require
from directory.rules.engagements import TERMINATIONS, Side, other
from directory.rules.lifecycle import EntryState
from directory.rules.needs import UNMET
from directory.rules.work import ENGAGEMENTS
from search.text import mask_doors

SUSPENDED = "provider_suspended"


class AllAccepted(Conflict):
    """Work whose every step was accepted is done: it is signed off and reviewed, neither side ends it otherwise."""

    def __init__(self) -> None:
        super().__init__("every step was accepted: sign off instead")


def check(engagement: Engagement, *, reason: str, note: str, unmet: str = "", by: Actor) -> None:
    """What `terminate` asks for, without doing it. Raises Forbidden, NotAllowed, AllAccepted, Invalid."""
    require(by, Permission.CHANGE_TERMS, engagement)
    require_unfinished(engagement)
    if reason not in reasons_open(engagement):
        raise Invalid("reason", reason, "termination", f"one of {', '.join(reasons_open(engagement))}")
    if not note.strip():
        raise Invalid("note", "", "empty", "an end says why in words")
    engagements.note_of(note)
    if unmet and engagements.side_of(by) is not Side.NEIGHBOURHOOD:
        raise Forbidden("only the neighbourhood says what becomes of its need")
    if unmet and unmet not in UNMET:
        raise Invalid("unmet", unmet, "unknown", f"one of {', '.join(UNMET)}")


def draft(engagement: Engagement, *, unmet: str = "", by: Actor, now: datetime, engine: Engine) -> Draft | None:
    """The answer from which the need goes on that is open again after `terminate`; None where there is none."""
    require(by, Permission.CHANGE_TERMS, engagement)
    need = None if engagement.need_id is None else db.session.get(Need, engagement.need_id)  # locked when it is changed
    return None if need is None or unmet else reopenings.draft(need, by=by, now=now, engine=engine)


def terminate(
    engagement: Engagement,
    *,
    reason: str,
    note: str,
    unmet: str = "",
    drafted: Draft | None,
    by: Actor,
    now: datetime,
) -> None:
    """End the work. Its need is open again, or `unmet` with this code where the neighbourhood says so.

    Raises Forbidden, NotAllowed, AllAccepted, Invalid.
    """
    check(engagement, reason=reason, note=note, unmet=unmet, by=by)
    note = mask_doors(note)
    terms.drop(engagement, by=by, now=now)
    engagements.advance(engagement, "terminate", reason=reason, note=note, by=by, now=now)
    if (need := engagements.need_of(engagement)) is not None:
        reopenings.reopen(need, drafted, by=by, now=now)
        if unmet:
            needs.advance(need, "give_up", reason=unmet, note=note, by=by, now=now)
        if need.run is not None:
            confirmations.unsolved(need.run, engagement.organisation_id, by=by, now=now)
        engagements.tell_joined(need, "joined_ended", engagement, now=now)
    to = other(engagements.side_of(by))
    engagements.tell(engagement, "engagement_terminated", to=to, now=now)


def require_unfinished(engagement: Engagement) -> None:
    """Raises NotAllowed, AllAccepted where nothing is left to end."""
    ENGAGEMENTS.after("terminate", engagement.state)
    if engagements.all_accepted(engagement):
        raise AllAccepted


def reasons_open(engagement: Engagement) -> tuple[str, ...]:
    """The codes that this work can end with: that the provider is suspended only where it is."""
    listed = engagement.entry.state is EntryState.LISTED
    return tuple(code for code in TERMINATIONS if code != SUSPENDED or not listed)
