"""The sums that ratings are made of, kept up with each review and each piece of finished work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from directory.db import db
from directory.models.engagement import Engagement
from directory.models.reputation import CategoryReputation, Reputation
from directory.models.review import DIMENSIONS, Review
from directory.operations import parameters
from directory.rules import reputation as rules
from directory.rules.engagements import Side
from directory.rules.reputation import Reputed, Sums
from directory.rules.work import EngagementState, ReviewState

_Pair = tuple[int, int]
R = TypeVar("R", Reputation, CategoryReputation)

# What a standing is made of; none of it where an organisation, or its category, never had a review or finished work.
SUMS = (
    *(Reputation.finished, Reputation.served),
    *(Reputation.reviews, Reputation.total, Reputation.weight, Reputation.weighted),
    *(CategoryReputation.weight, CategoryReputation.weighted),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What an organisation has in a category. `centre` is what ratings of the category are drawn to.

    Rating and plain mean are None where there are too few `reviews` to show them; `finished` is work signed off,
    `served` for how many neighbourhoods.
    """

    rating: Decimal | None
    mean: Decimal | None
    reviews: int
    finished: int
    centre: Decimal
    served: int


def of(organisation_ids: Iterable[int], *, on: date, reputed: Reputed | None = None) -> dict[_Pair, Standing]:
    """By organisation and category, from one statement (and one for the rules where the caller has none)."""
    reputed = reputed or parameters.in_force().reputation
    query = (
        select(Reputation.organisation_id, Reputation.category_id, *SUMS)
        .outerjoin(CategoryReputation, CategoryReputation.category_id == Reputation.category_id)
        .where(Reputation.organisation_id.in_(set(organisation_ids)))
    )
    return {
        (organisation_id, category_id): standing(sums, on=on, reputed=reputed)
        for organisation_id, category_id, *sums in db.session.execute(query)
    }


def nothing(reputed: Reputed) -> Standing:
    """Of whoever has no sums at all."""
    return standing([None] * len(SUMS), on=date.min, reputed=reputed)


def standing(sums: Sequence[Any], *, on: date, reputed: Reputed) -> Standing:
    """From the values of SUMS."""
    finished, served, reviews, total, weight, weighted, of_all, weighted_of_all = sums
    own = Sums(reviews or 0, total or Decimal(0), weight or 0.0, weighted or 0.0)
    centre = rules.centre(Sums(weight=of_all or 0.0, weighted=weighted_of_all or 0.0), reputed)
    return Standing(
        rules.shown(own, centre, on=on, rules=reputed),
        rules.plain(own) if own.reviews >= reputed.least_reviews else None,
        own.reviews,
        finished or 0,
        rules.rounded(centre),
        served or 0,
    )


def add_finished(work: Engagement) -> None:
    """Count one more piece of work signed off, and its neighbourhood where it is the first one for that."""
    key = {"organisation_id": work.organisation_id, "category_id": work.category_id}
    row = _locked(Reputation, **key)
    row.finished += 1
    signed_off = select(Engagement.id).filter_by(**key, area_code=work.area_code, state=EngagementState.SIGNED_OFF)
    if db.session.scalar(signed_off.where(Engagement.id != work.id).limit(1)) is None:
        row.served += 1


def follow(review: Review, *, nth: int | None = None) -> None:
    """Bring the sums in step with a review that was just published, or hidden; `nth` is the place that one had.

    Only what its neighbourhood said of its organisation in its category is looked at: each of those may have another
    place now. The rows of the sums are locked first, so of two at once the second counts upon the first. What a
    provider says of a neighbourhood counts nowhere.
    """
    if review.side is not Side.NEIGHBOURHOOD:
        return
    reputed = parameters.in_force().reputation
    kept = (
        _locked(CategoryReputation, category_id=review.category_id),
        _locked(Reputation, organisation_id=review.organisation_id, category_id=review.category_id),
    )
    before, after = Sums(), Sums()
    if nth is not None:
        before = _one(review, nth, reputed)
    for place, each in enumerate(_published_with(review), 1):
        if each.nth is not None:
            before += _one(each, each.nth, reputed)
        after += _one(each, place, reputed)
        each.nth = place
    for row in kept:
        _keep(row, _sums(row) + after - before)
    db.session.flush()


def _published_with(review: Review) -> list[Review]:
    """What the neighbourhood of a review said of the organisation in the category, in the order of publication."""
    return list(
        db.session.scalars(
            select(Review)
            .where(
                Review.organisation_id == review.organisation_id,
                Review.category_id == review.category_id,
                Review.area_code == review.area_code,
                Review.side == Side.NEIGHBOURHOOD,
                Review.state == ReviewState.PUBLISHED,
            )
            .order_by(Review.published_at, Review.id)
            .execution_options(populate_existing=True)
        )
    )


def _one(review: Review, nth: int, reputed: Reputed) -> Sums:
    if review.published_at is None:
        raise ValueError(f"review {review.id} was never published")
    return rules.one(points_of(review), review.published_at, nth, reputed)


def points_of(review: Review) -> Decimal:
    """The mean of its dimensions."""
    return rules.mean([getattr(review, name) for name in DIMENSIONS])


def _locked(table: type[R], **key: int) -> R:
    """The row of sums, locked for a change; made where there is none, also where another makes it just now."""
    found = _get(table, key)
    if found is not None:
        return found
    try:
        with db.session.begin_nested():
            db.session.add(table(**key))
            db.session.flush()
    except IntegrityError:
        pass  # another was quicker: that one is read below
    made = _get(table, key)
    if made is None:
        raise LookupError(f"no {table.__tablename__} {key}")
    return made


def _get(table: type[R], key: dict[str, int]) -> R | None:
    return db.session.get(table, key, with_for_update=True, populate_existing=True)


def _sums(row: Reputation | CategoryReputation) -> Sums:
    return Sums(row.reviews, getattr(row, "total", Decimal(0)), row.weight, row.weighted)


def _keep(row: Reputation | CategoryReputation, sums: Sums) -> None:
    row.reviews, row.weight, row.weighted = sums.reviews, sums.weight, sums.weighted
    if isinstance(row, Reputation):
        row.total = sums.total
