"""Reminders of agreed work: what is due soon or late, what waits for a look or an answer, what should be delivered."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from directory.db import db
from directory.models.engagement import Engagement, Milestone, TermsChange
from directory.operations import engagements, parameters, reminders
from directory.operations.agreed_work import accepted
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.engagements import Side, other
from directory.rules.reminding import Reminders, reached
from directory.rules.work import EngagementState, MilestoneState, TermsState


@dataclass(frozen=True, slots=True)
class _Reminder:
    """`once` is its name: nobody is given two of one name."""

    once: str
    engagement: Engagement
    kind: str
    to: Side
    facts: Mapping[str, object]
    link: str = ""


def due(day: date, *, by: Actor, now: datetime) -> Counter[str]:
    """Remind whoever lets a day of agreed work go by, once of each; gives how many of which kind."""
    require(by, Permission.RUN_DAILY)
    rules = parameters.in_force().reminders
    found = (*_steps_due(day, now, rules), *_waiting(day, now, rules), *_unanswered(day, now, rules), *_late(day, now))
    wanted = {each.once: each for each in found}
    told = reminders.told(wanted)
    done = Counter[str]()
    for once, each in wanted.items():
        if not told.get(once):
            engagements.tell(each.engagement, each.kind, to=each.to, now=now, link=each.link, once=once, **each.facts)
            done[each.kind] += 1
    return done


def _steps_due(day: date, now: datetime, rules: Reminders) -> Iterator[_Reminder]:
    soon = day + timedelta(days=rules.step_days)
    running = Engagement.state == EngagementState.RUNNING, Milestone.state == MilestoneState.PENDING
    for step in _steps(*running, Milestone.due_on <= soon, Engagement.since <= now):
        kind = "milestone_late" if step.due_on < day else "milestone_due"
        once = f"{kind}:{step.id}:{step.due_on}"
        yield _Reminder(once, step.engagement, kind, Side.PROVIDER, {"until": step.due_on}, _page(step))


def _waiting(day: date, now: datetime, rules: Reminders) -> Iterator[_Reminder]:
    """What the neighbourhood was given and has not looked at."""
    patience = timedelta(days=rules.accept_days)
    under_way = Engagement.state.in_((EngagementState.RUNNING, EngagementState.DELIVERED))
    for step in _steps(under_way, Milestone.state == MilestoneState.DELIVERED, Milestone.since <= now - patience):
        since = day_of(step.since)
        if since + patience < day:
            once = f"milestone_waits:{step.id}:{since}"
            facts = {"days": (day - since).days}
            yield _Reminder(once, step.engagement, "milestone_waits", Side.NEIGHBOURHOOD, facts, _page(step))
    for work in _work(Engagement.state == EngagementState.DELIVERED, Engagement.since <= now - patience):
        since = day_of(work.since)
        if since + patience < day:
            facts = {"days": (day - since).days}
            yield _Reminder(f"work_waits:{work.id}:{since}", work, "work_waits", Side.NEIGHBOURHOOD, facts)


def _unanswered(day: date, now: datetime, rules: Reminders) -> Iterator[_Reminder]:
    """What one side wants otherwise, and the other has not answered."""
    query = select(TermsChange).where(TermsChange.state == TermsState.OPEN, TermsChange.created_at <= now)
    shown = joinedload(TermsChange.engagement).joinedload(Engagement.organisation)
    for change in db.session.scalars(query.options(shown).order_by(TermsChange.id)).all():
        days = (day - day_of(change.created_at)).days
        if (step := reached(days, rules.terms_days)) is not None:
            once, page = f"terms_wait:{change.id}:{step}", f"/engagements/terms/{change.id}"
            yield _Reminder(once, change.engagement, "terms_wait", other(change.side), {"days": days}, page)


def _late(day: date, now: datetime) -> Iterator[_Reminder]:
    """What is past its end and not delivered, or past its start and not confirmed."""
    for work in _work(Engagement.state == EngagementState.AGREED, Engagement.starts_on < day, Engagement.since <= now):
        facts = {"on": work.starts_on}
        yield _Reminder(f"start_late:{work.id}:{work.starts_on}", work, "start_late", Side.PROVIDER, facts)
    unfinished = Engagement.state.in_((EngagementState.AGREED, EngagementState.RUNNING))
    for work in _work(unfinished, ~accepted(), Engagement.ends_on < day, Engagement.since <= now):
        for side, kind in ((Side.PROVIDER, "work_late"), (Side.NEIGHBOURHOOD, "awaited_late")):
            yield _Reminder(f"{kind}:{work.id}:{work.ends_on}", work, kind, side, {"until": work.ends_on})


def _steps(*conditions: ColumnElement[bool]) -> Iterable[Milestone]:
    query = select(Milestone).join(Milestone.engagement).where(Milestone.dropped_at.is_(None), *conditions)
    shown = joinedload(Milestone.engagement).joinedload(Engagement.organisation)
    return db.session.scalars(query.options(shown).order_by(Milestone.id)).all()


def _work(*conditions: ColumnElement[bool]) -> Iterable[Engagement]:
    query = select(Engagement).where(*conditions)
    return db.session.scalars(query.options(joinedload(Engagement.organisation)).order_by(Engagement.id)).all()


def _page(step: Milestone) -> str:
    return f"/engagements/milestones/{step.id}"
