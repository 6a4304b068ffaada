"""What the public reads of an organisation: its ratings by category, and what neighbourhoods wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, undefer

from directory.db import db
from directory.errors import NotFound
from directory.models.organisation import Organisation
from directory.models.reputation import CategoryReputation, Reputation
from directory.models.review import Review
from directory.models.taxonomy import Category
from directory.operations import parameters, reputation
from directory.operations.paging import PAGE, Shown, pages
from directory.operations.reputation import SUMS, Standing
from directory.rules import reputation as rules
from directory.rules.engagements import Side
from directory.rules.reputation import Reputed, Sums
from directory.rules.work import ReviewState

LATEST = 3


@dataclass(frozen=True, slots=True)
class Rated:
    """By category what an organisation has, those with most reviews first, and the `latest` of what was written."""

    known: list[tuple[Category, Standing]]
    latest: Sequence[Review]

    @property
    def reviews(self) -> int:
        return sum(standing.reviews for _, standing in self.known)


def of(organisation_id: int, *, on: date, category_id: int | None = None) -> Rated:
    """Of all categories, or of one. Three statements."""
    reputed = parameters.in_force().reputation
    query = (
        select(Category, *SUMS)
        .join(Reputation, Reputation.category_id == Category.id)
        .outerjoin(CategoryReputation, CategoryReputation.category_id == Category.id)
        .where(Reputation.organisation_id == organisation_id)
        .order_by(Reputation.reviews.desc(), Category.position)
    )
    if category_id is not None:
        query = query.where(Reputation.category_id == category_id)
    rows = db.session.execute(query)
    known = [(row[0], reputation.standing(row[1:], on=on, reputed=reputed)) for row in rows]
    shown = [pair for pair in known if pair[1].reviews or pair[1].finished]
    return Rated(shown, db.session.scalars(_published(organisation_id, category_id).limit(LATEST)).all())


def published(organisation_id: int, *, page: int, on: date) -> tuple[Organisation, Rated, Shown[Review]]:
    """An organisation with its ratings, and a page of what neighbourhoods wrote, the latest first. Raises NotFound.

    How many there are is known from the sums: nobody counts thousands for each page.
    """
    organisation = db.session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound(f"no organisation {organisation_id}")
    rated = of(organisation_id, on=on)
    page = min(page, pages(rated.reviews))
    rows = db.session.scalars(_published(organisation_id).offset((page - 1) * PAGE).limit(PAGE)).all()
    return organisation, rated, Shown(rows, rated.reviews, page)


def _published(organisation_id: int, category_id: int | None = None) -> Select[Review]:
    query = select(Review).where(
        Review.organisation_id == organisation_id,
        Review.state == ReviewState.PUBLISHED,
        Review.side == Side.NEIGHBOURHOOD,
    )
    if category_id is not None:
        query = query.where(Review.category_id == category_id)
    shown = joinedload(Review.category), undefer(Review.records)
    return query.order_by(Review.published_at.desc(), Review.id.desc()).options(*shown)


@dataclass(frozen=True, slots=True)
class Example:
    """A rating worked out before the reader's eyes: (mark, years ago, which of its neighbourhood, weight) each."""

    reviews: list[tuple[int, int, int, float]]
    centre: float
    weight: float
    weighted: float
    rating: Decimal
    mean: Decimal


def example(reputed: Reputed, *, on: date) -> Example:
    """One neighbourhood said 5 twice lately, another 3 some years ago; the category stands at what was agreed."""
    rows, sums = [], Sums()
    for mark, years, nth in ((5, 0, 1), (5, 0, 2), (3, 2, 1)):
        at = datetime.combine(on, time(), UTC) - timedelta(days=365.25 * years)
        one = rules.one(Decimal(mark), at, nth, reputed)
        sums += one
        rows.append((mark, years, nth, rules.decay(on, reputed) * one.weight))
    centre, then = reputed.prior_mean, rules.decay(on, reputed)
    rating = rules.rounded(rules.shrunk(sums, centre, on=on, rules=reputed))
    return Example(rows, centre, then * sums.weight, then * sums.weighted, rating, rules.plain(sums) or Decimal(0))
