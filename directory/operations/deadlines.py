"""Reminders of agreed work: what is due soon or late, what waits to be looked at, what should have been delivered."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from directory.db import db
from directory.models.engagement import Engagement, Milestone
from directory.operations import engagements, reminders
from directory.operations.agreed_work import accepted
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.engagements import Side
from directory.rules.work import EngagementState, MilestoneState

SOON = timedelta(days=3)
PATIENCE = timedelta(days=7)


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
    wanted = {each.once: each for each in (*_steps_due(day, now), *_waiting(day, now), *_late(day, now))}
    told = reminders.told(wanted)
    done = Counter[str]()
    for once, each in wanted.items():
        if not told.get(once):
            engagements.tell(each.engagement, each.kind, to=each.to, now=now, link=each.link, once=once, **each.facts)
            done[each.kind] += 1
    return done


def _steps_due(day: date, now: datetime) -> Iterator[_Reminder]:
    running = Engagement.state == EngagementState.RUNNING, Milestone.state == MilestoneState.PENDING
    for step in _steps(*running, Milestone.due_on <= day + SOON, Engagement.since <= now):
        kind = "milestone_late" if step.due_on < day else "milestone_due"
        once = f"{kind}:{step.id}:{step.due_on}"
        yield _Reminder(once, step.engagement, kind, Side.PROVIDER, {"until": step.due_on}, _page(step))


def _waiting(day: date, now: datetime) -> Iterator[_Reminder]:
    """What the neighbourhood was given and has not looked at."""
    under_way = Engagement.state.in_((EngagementState.RUNNING, EngagementState.DELIVERED))
    for step in _steps(under_way, Milestone.state == MilestoneState.DELIVERED, Milestone.since <= now - PATIENCE):
        since = day_of(step.since)
        if since + PATIENCE < day:
            once = f"milestone_waits:{step.id}:{since}"
            facts = {"days": (day - since).days}
            yield _Reminder(once, step.engagement, "milestone_waits", Side.NEIGHBOURHOOD, facts, _page(step))
    for work in _work(Engagement.state == EngagementState.DELIVERED, Engagement.since <= now - PATIENCE):
        since = day_of(work.since)
        if since + PATIENCE < day:
            facts = {"days": (day - since).days}
            yield _Reminder(f"work_waits:{work.id}:{since}", work, "work_waits", Side.NEIGHBOURHOOD, facts)


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
