"""The answers of needs, those before the present one too: an answer of a need is read by whoever may read the need."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from directory.db import db
from directory.models.match import MatchRun
from directory.models.need import Joining, Need, NeedRun
from directory.policy import Actor, Permission, can
from directory.rules.work import NeedState

# Of needs that are, or were, on the board. What a draft said before it was rewritten never was.
_FOR_ALL = Need.public & Need.opened_at.is_not(None) & ~NeedRun.dropped


def take(need: Need, run: MatchRun) -> None:
    """Let a need work from this answer; the ones before it stay its own."""
    if need.state is NeedState.DRAFT:
        for each in need.answers:
            each.dropped = True
    need.run = run
    need.answers.append(NeedRun(run=run))


def behind(run: MatchRun) -> Need | None:
    """The need whose answer this is or was; None where a visitor asked."""
    there = select(NeedRun.need_id).where(NeedRun.run_id == run.id)
    return db.session.scalar(select(Need).where(Need.id.in_(there)).order_by(Need.id).limit(1))


def kept_back(run_ids: Iterable[int]) -> frozenset[int]:
    """Those of them that belong to needs which are not for all to read."""
    query = select(NeedRun.run_id).join(NeedRun.need).where(NeedRun.run_id.in_(list(run_ids)), ~_FOR_ALL)
    return frozenset(db.session.scalars(query))


def readable(runs: Sequence[MatchRun], *, by: Actor) -> list[MatchRun]:
    """Those of them that somebody may read."""
    if not runs:
        return []
    query = select(NeedRun.run_id, Need).join(NeedRun.need).where(NeedRun.run_id.in_([run.id for run in runs]))
    closed = dict(db.session.execute(query.where(~_FOR_ALL)).all())
    unread = {need.id for need in closed.values() if not can(by, Permission.READ_RUN, need)}
    if unread and can(by, Permission.JOIN_NEED):
        there = Joining.need_id.in_(unread), Joining.area_code == by.area, Joining.left_at.is_(None)
        unread -= set(db.session.scalars(select(Joining.need_id).where(*there)))
    return [run for run in runs if run.id not in closed or closed[run.id].id not in unread]


def is_dropped(run_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether nobody went by the answer with this number."""
    return exists().where(NeedRun.run_id == run_id, NeedRun.dropped)
