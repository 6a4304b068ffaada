"""What waits for a provider in the work it agreed on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased

from directory.db import db
from directory.models.engagement import Engagement, Milestone, TermsChange
from directory.models.organisation import Organisation
from directory.models.review import Review
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.engagements import Side
from directory.rules.periods import Periods
from directory.rules.reviews import last_day_to_write, opens_on
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
    ours = Engagement.organisation_id == organisation.id
    running, pending = Engagement.state == EngagementState.RUNNING, Milestone.state == MilestoneState.PENDING
    stands = Milestone.dropped_at.is_(None)
    steps = select(Milestone).join(Milestone.engagement).where(ours, running, pending, stands)
    proposed = TermsChange.state == TermsState.OPEN, TermsChange.side == Side.NEIGHBOURHOOD
    changes = select(TermsChange).join(TermsChange.engagement).where(ours, *proposed)
    begun = select(Engagement).where(ours, Engagement.state == EngagementState.AGREED)
    owed = select(Engagement).where(ours, *unreviewed(Side.PROVIDER, on=day_of(now)))
    one: Sequence[Any] = db.session.execute(
        select(
            _of(begun, func.count()),
            _of(steps, func.count()),
            _of(steps, func.min(Milestone.due_on)),
            _of(changes, func.count()),
            _of(owed, func.count()),
            _of(owed, func.min(Engagement.review_until)),
            _of(owed.join(Review, sealed_of(Side.NEIGHBOURHOOD)), func.min(Review.created_at)),
        )
    ).one()
    to_start, milestones, milestones_due, terms, reviews, until, written = one
    return Undertakings(
        to_start=to_start,
        milestones=milestones,
        milestones_due=milestones_due,
        terms=terms,
        reviews=reviews,
        reviews_due=first_due(until, written, periods),
    )


def unreviewed(side: Side, *, on: date) -> tuple[ColumnElement[bool], ...]:
    """Work that a side can review on a day: it has not, and reads no review of it yet."""
    review = aliased(Review)  # another than that which sealed_of joins
    kept = exists().where(
        review.engagement_id == Engagement.id, (review.side == side) | (review.state != ReviewState.SEALED)
    )
    return Engagement.state == EngagementState.SIGNED_OFF, Engagement.review_until >= on, ~kept


def sealed_of(side: Side) -> ColumnElement[bool]:
    """Joins to work the review that a side sealed."""
    mine = Review.side == side, Review.state == ReviewState.SEALED
    return and_(Review.engagement_id == Engagement.id, *mine)


def first_due(until: date | None, written: datetime | None, periods: Periods) -> date | None:
    """The earliest last day to write, of the earliest of what ends each: see rules/reviews.py."""
    if until is None:
        return None
    return last_day_to_write(until, None if written is None else opens_on(written, periods.sealed_days))


def _of(rows: Any, what: Any) -> Any:
    return rows.with_only_columns(what).scalar_subquery()
