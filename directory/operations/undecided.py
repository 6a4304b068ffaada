"""Reminders to a neighbourhood of a round it lets go by: questions before the deadline, the decision after it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from directory.db import db
from directory.models.invitation import Invitation
from directory.models.need import Inquiry, Need
from directory.operations import invitations, parameters, reminders
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.reminding import reached
from directory.rules.work import InvitationState, NeedState

_RUNNING = Need.state == NeedState.SHORTLISTED
_SENT = aliased(Invitation)
_ASKED = exists().where(_SENT.need_id == Need.id, _SENT.round == Need.round, _SENT.state == InvitationState.SENT)


@dataclass(frozen=True, slots=True)
class _Reminder:
    """`once` is its name: nobody is given two of one name."""

    once: str
    need_id: int
    kind: str
    facts: Mapping[str, object]


def due(day: date, *, by: Actor, now: datetime) -> Counter[str]:
    """Remind once of each; gives how many of which kind. After invitations.due, which closes rounds."""
    require(by, Permission.RUN_DAILY)
    wanted = {each.once: each for each in (*_to_answer(day, now), *_to_decide(day, now))}
    told = reminders.told(wanted)
    new = [each for once, each in wanted.items() if not told.get(once)]
    query = select(Need).where(Need.id.in_({each.need_id for each in new})).options(joinedload(Need.category))
    found = {need.id: need for need in db.session.scalars(query)}
    done = Counter[str]()
    for each in new:
        need = found[each.need_id]
        facts = {**invitations.until(need), **each.facts} if each.kind == "inquiries_due" else each.facts
        invitations.tell_neighbourhood(need, each.kind, now=now, once=each.once, **facts)
        done[each.kind] += 1
    return done


def _to_answer(day: date, now: datetime) -> Iterator[_Reminder]:
    """Questions without an answer, while somebody asked still writes a proposal."""
    query = (
        select(Need.id, Need.deadline, func.count(Inquiry.id))
        .join(Inquiry, Inquiry.need_id == Need.id)
        .where(_RUNNING, invitations.closing_soon(day), _ASKED, Inquiry.answer == "", Inquiry.asked_at <= now)
        .group_by(Need.id, Need.deadline)
    )
    for need_id, deadline, number in db.session.execute(query.order_by(Need.id)):
        once = f"inquiries:{need_id}:{deadline:%Y%m%d%H%M}"
        yield _Reminder(once, need_id, "inquiries_due", {"number": number})


def _to_decide(day: date, now: datetime) -> Iterator[_Reminder]:
    """Rounds that can be read, for as long as it takes. One is opened by its deadline, or by the last answer."""
    after = parameters.in_force().reminders.decide_days
    for need_id, round_, opened, proposed in _opened():
        if opened <= now and (step := reached(days := (day - day_of(opened)).days, after)) is not None:
            kind = "decide_due" if proposed else "empty_round_due"
            yield _Reminder(f"decide:{need_id}:{round_}:{step}", need_id, kind, {"days": days})


def _opened() -> Iterator[tuple[int, int, datetime, bool]]:
    query = (
        select(
            Need.id,
            Need.round,
            Need.deadline,
            func.max(Invitation.since),
            func.max(case((Invitation.state == InvitationState.PROPOSED, 1), else_=0)),
        )
        .join(Invitation, (Invitation.need_id == Need.id) & (Invitation.round == Need.round))
        .where(_RUNNING, Need.deadline.is_not(None), ~_ASKED)
        .group_by(Need.id, Need.round, Need.deadline)
    )
    for need_id, round_, deadline, answered, proposed in db.session.execute(query.order_by(Need.id)).all():
        yield need_id, round_, min(deadline, answered), bool(proposed)
