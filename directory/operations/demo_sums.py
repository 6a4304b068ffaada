"""The sums over reviews and finished work, made anew from all there are."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import delete, func, select

from directory.db import db
from directory.models.engagement import Engagement
from directory.models.reputation import CategoryReputation, Reputation
from directory.models.review import DIMENSIONS, Review
from directory.operations import parameters
from directory.rules.engagements import Side
from directory.rules.work import EngagementState, ReviewState

EPOCH, YEAR = datetime(2020, 1, 1, tzinfo=UTC), timedelta(days=365.25)


def write() -> None:
    """Replace the sums, and give each published review its place among those of its neighbourhood."""
    reputed = parameters.in_force().reputation
    counted = select(Review).where(Review.side == Side.NEIGHBOURHOOD, Review.state == ReviewState.PUBLISHED)
    own: dict[tuple[int, int], Reputation] = defaultdict(Reputation)
    whole: dict[int, CategoryReputation] = defaultdict(CategoryReputation)
    places: Counter[tuple[int, int, str]] = Counter()
    for review in db.session.scalars(counted.order_by(Review.published_at, Review.id)):
        pair = review.organisation_id, review.category_id, review.area_code
        places[pair] += 1
        review.nth = places[pair]
        mean = Decimal(sum(getattr(review, name) for name in DIMENSIONS)) / len(DIMENSIONS)
        since = ((review.published_at or review.created_at) - EPOCH) / (YEAR * reputed.half_life_years)
        weight = float(2.0**since * reputed.pair_share ** (review.nth - 1))
        for row in (own[pair[:2]], whole[review.category_id]):
            row.reviews = (row.reviews or 0) + 1
            row.weight = (row.weight or 0.0) + weight
            row.weighted = (row.weighted or 0.0) + weight * float(mean)
        own[pair[:2]].total = (own[pair[:2]].total or Decimal(0)) + mean
    done = select(Engagement.organisation_id, Engagement.category_id, func.count()).where(
        Engagement.state == EngagementState.SIGNED_OFF
    )
    for organisation_id, category_id, number in db.session.execute(
        done.group_by(Engagement.organisation_id, Engagement.category_id)
    ):
        own[organisation_id, category_id].finished = number
    db.session.execute(delete(Reputation))
    db.session.execute(delete(CategoryReputation))
    for (organisation_id, category_id), row in own.items():
        row.organisation_id, row.category_id = organisation_id, category_id
        db.session.add(row)
    for category_id, category in whole.items():
        category.category_id = category_id
        db.session.add(category)
    db.session.flush()
