"""A need that goes no further: handed to whom it is for, taken back; and what is due for those done."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select

from directory.db import db
from directory.errors import Conflict, Invalid
from directory.models.engagement import Engagement
from directory.models.need import Need
from directory.models.review import Review
from directory.operations import invitations, listeners, needs, reopenings
from directory.operations.matches import Draft
from directory.operations.postings import ELSEWHERE, settled
from directory.policy import Actor, Permission, require
from directory.rules.lifecycle import NotAllowed
from directory.rules.needs import HANDED_OFF, WITHDRAWALS
from directory.rules.work import NEEDS, EngagementState, NeedState, ReviewState
from search.text import mask_doors

LONGEST_NOTE = 500
DRAFTS_KEPT = timedelta(days=30)
OTHER = "other"
JOINED_INSTEAD = "done_otherwise"


class NotElsewhere(Conflict):
    def __init__(self) -> None:
        super().__init__("this need is for providers or residents")


class NoDraft(Conflict):
    """What was to be given up as a draft is one no longer."""

    def __init__(self) -> None:
        super().__init__("this need is no draft any more")


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a need is for that is for no provider, their phone, and when to turn to them; "" where nothing is known."""

    authority: str
    phone: str
    when: str


def whom(need: Need) -> Whom:
    """As the answer said; where the neighbourhood said otherwise, as the category has it."""
    if need.category is None or need.route not in ELSEWHERE:
        raise NotElsewhere
    if need.run is not None and settled(need.run) == need.category.code and need.run.routing["route"] == need.route:
        told = need.run.routing
        return Whom(told["authority"], told["phone"], told["hand_off"])
    return Whom(need.category.authority, need.category.phone, need.category.hand_off)


def hand_off(need: Need, *, note: str = "", by: Actor, now: datetime) -> None:
    """It went to the authority or the property company, and that is all: closed. `note` may hold their number for it.

    Raises Invalid, NotAllowed.
    """
    require(by, Permission.WRITE_NEED, need)
    NEEDS.after("hand_off", need.state)
    if need.route not in ELSEWHERE:
        raise NotElsewhere
    _end(need, "need_handed_off", step="hand_off", reason=HANDED_OFF, note=note, by=by, now=now)


def withdraw(need: Need, *, reason: str, note: str = "", by: Actor, now: datetime) -> None:
    """Take it back; whoever joined is told, and can go on with one of their own. Raises Invalid, NotAllowed."""
    require(by, Permission.WRITE_NEED, need)
    _require_known("reason", reason, WITHDRAWALS)
    _end(need, "need_withdrawn", step="withdraw", reason=reason, note=note, by=by, now=now)


def give_up_draft(need: Need, *, by: Actor, now: datetime) -> None:
    """Take a draft back that another need was joined in place of. Raises NoDraft."""
    require(by, Permission.WRITE_NEED, need)
    if need.state is not NeedState.DRAFT:
        raise NoDraft
    withdraw(need, reason=JOINED_INSTEAD, by=by, now=now)


def reopen(need: Need, *, drafted: Draft | None, by: Actor, now: datetime) -> None:
    """Try again with a need that nobody met, from what `reopenings.draft` gave. Raises NotAllowed."""
    require(by, Permission.WRITE_NEED, need)
    if need.state is not NeedState.UNMET:
        raise NotAllowed("reopen", need.state, {NeedState.UNMET})
    reopenings.reopen(need, drafted, by=by, now=now)
    listeners.tell_joined(need, "need_reopened", now=now)


def due(day: date, *, by: Actor, now: datetime) -> Counter[str]:
    """Close what is done and reviewed, or can no longer be; end drafts that nobody touched. After the reviews.

    One that was confirmed as not for providers counts as handed off: what was to be done by us was done.
    """
    require(by, Permission.RUN_DAILY)
    done = Counter[str]()
    for need in _reviewed(day, now=now):
        needs.advance(need, "close", by=by, now=now)
        listeners.tell_owner(need, "need_closed", now=now)
        listeners.tell_joined(need, "need_closed", now=now)
        done["needs_closed"] += 1
    left = select(Need).where(Need.state == NeedState.DRAFT, Need.since <= now - DRAFTS_KEPT).order_by(Need.id)
    for need in list(db.session.scalars(left.with_for_update())):
        if need.category_id is None:
            needs.advance(need, "withdraw", by=by, now=now, reason=OTHER)
            listeners.tell_owner(need, "draft_lapsed", now=now)
            done["drafts_lapsed"] += 1
        else:
            needs.advance(need, "hand_off", by=by, now=now, reason=HANDED_OFF)
            listeners.tell_owner(need, "hand_off_assumed", now=now)
            done["needs_handed_off"] += 1
    return done


def _reviewed(day: date, *, now: datetime) -> list[Need]:
    """Completed needs of which both sides have spoken in public, or of which the time to speak is over."""
    spoken = (
        select(func.count())
        .where(Review.engagement_id == Engagement.id, Review.state != ReviewState.SEALED)
        .scalar_subquery()
    )
    finished = (
        select(Engagement.need_id)
        .where(Engagement.state == EngagementState.SIGNED_OFF, Engagement.need_id == Need.id)
        .where(or_(Engagement.review_until < day, spoken >= 2))
    )
    query = select(Need).where(Need.state == NeedState.COMPLETED, Need.since <= now, finished.exists())
    return list(db.session.scalars(query.order_by(Need.id).with_for_update()))


def _end(need: Need, kind: str, *, step: str, reason: str, note: str, by: Actor, now: datetime) -> None:
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", len(note), "too_long", f"at most {LONGEST_NOTE} characters")
    needs.advance(need, step, by=by, now=now, reason=reason, note=mask_doors(note))
    invitations.recall_all(need, reason=reason, note=need.note, by=by, now=now)
    listeners.tell_joined(need, kind, now=now)


def _require_known(field: str, code: str, known: tuple[str, ...]) -> None:
    if code not in known:
        raise Invalid(field, code, "unknown", f"no such reason: {code}")
