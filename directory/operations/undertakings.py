"""What waits for a provider in the work it agreed on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from directory.db import db
from directory.models.engagement import Engagement, Milestone, TermsChange
from directory.models.organisation import Organisation
from directory.models.review import Review
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.engagements import Side
from directory.rules.periods import Periods
from directory.rules.reviews import starts
from directory.rules.work import EngagementState, MilestoneState, ReviewState, TermsState


@dataclass(frozen=True, slots=True)
class Undertakings:
    """How much waits, and until when: the earliest day of each kind."""

    to_start: int
    milestones: int
    milestones_due: date | None
    terms: int
    reviews: int
    reviews_due: date | None

    def __bool__(self) -> bool:
        return bool(self.to_start or self.milestones or self.terms or self.reviews)


def waiting(organisation: Organisation, *, periods: Periods, by: Actor, now: datetime) -> Undertakings:
    """From one statement."""
    require(by, Permission.READ_ORGANISATION, organisation)
    until = timedelta(days=periods.review_days)
    ours = Engagement.organisation_id == organisation.id
    running, pending = Engagement.state == EngagementState.RUNNING, Milestone.state == MilestoneState.PENDING
    steps = select(Milestone).join(Milestone.engagement).where(ours, running, pending)
    proposed = TermsChange.state == TermsState.OPEN, TermsChange.side == Side.NEIGHBOURHOOD
    changes = select(TermsChange).join(TermsChange.engagement).where(ours, *proposed)
    begun = select(Engagement).where(ours, Engagement.state == EngagementState.AGREED)
    owed = select(Engagement).where(ours, *unreviewed(Side.PROVIDER, since=starts(day_of(now) - until)))
    one: Sequence[Any] = db.session.execute(
        select(
            _of(begun, func.count()),
            _of(steps, func.count()),
            _of(steps, func.min(Milestone.due_on)),
            _of(changes, func.count()),
            _of(owed, func.count()),
            _of(owed, func.min(Engagement.signed_off_at)),
        )
    ).one()
    to_start, milestones, milestones_due, terms, reviews, signed = one
    return Undertakings(
        to_start=to_start,
        milestones=milestones,
        milestones_due=milestones_due,
        terms=terms,
        reviews=reviews,
        reviews_due=day_of(signed + until) if signed else None,
    )


def unreviewed(side: Side, *, since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Work signed off since a moment that a side can still review: it has not, and reads no review of it yet."""
    kept = exists().where(
        Review.engagement_id == Engagement.id, (Review.side == side) | (Review.state != ReviewState.SEALED)
    )
    return Engagement.state == EngagementState.SIGNED_OFF, Engagement.signed_off_at >= since, ~kept


def _of(rows: Any, what: Any) -> Any:
    return rows.with_only_columns(what).scalar_subquery()
