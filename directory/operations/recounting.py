"""The sums of ratings made anew from all reviews and finished work: to compare with those kept, or replace them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from math import isclose
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, select, update

from directory import audit
from directory.db import db
from directory.models.engagement import Engagement
from directory.models.reputation import CategoryReputation, Reputation
from directory.models.review import DIMENSIONS, Review
from directory.operations import parameters
from directory.policy import Actor, Permission, require
from directory.rules import reputation as rules
from directory.rules.engagements import Side
from directory.rules.reputation import Reputed, Sums
from directory.rules.work import EngagementState, ReviewState

CLOSE = 1e-9  # as a share: how far sums that were added in another order may lie apart
_COUNTS = and_(Review.side == Side.NEIGHBOURHOOD, Review.state == ReviewState.PUBLISHED)
_PAIR = attrgetter("organisation_id", "category_id", "area_code")


@dataclass(slots=True)
class Recount:
    """By organisation and category, and by category; `places` names the reviews whose nth is not what it should be.

    `finished` is how much work was signed off, and for how many neighbourhoods.
    """

    own: dict[tuple[int, int], Sums] = field(default_factory=lambda: defaultdict(Sums))
    categories: dict[int, Sums] = field(default_factory=lambda: defaultdict(Sums))
    finished: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    places: dict[int, int | None] = field(default_factory=dict)


def recomputed() -> Recount:
    """From scratch, reading everything once."""
    reputed, counted = parameters.in_force().reputation, Recount()
    for (organisation_id, category_id, _area), rows in groupby(_rows(), _PAIR):
        for nth, row in enumerate(rows, 1):
            sums = _one(row, nth, reputed)
            counted.own[organisation_id, category_id] += sums
            counted.categories[category_id] += sums
            if row.nth != nth:
                counted.places[row.id] = nth
    of = Engagement.organisation_id, Engagement.category_id
    done = (
        select(*of, func.count(), func.count(Engagement.area_code.distinct()))
        .where(Engagement.state == EngagementState.SIGNED_OFF)
        .group_by(*of)
    )
    counted.finished = {(row[0], row[1]): (row[2], row[3]) for row in db.session.execute(done)}
    misplaced = select(Review.id).where(Review.nth.is_not(None), ~_COUNTS)
    counted.places |= dict.fromkeys(db.session.scalars(misplaced))
    return counted


def differences() -> list[str]:
    """What the sums that are kept say otherwise than the reviews and the work do; empty where all is right."""
    counted, faults = recomputed(), []
    kept = {(row.organisation_id, row.category_id): row for row in db.session.scalars(select(Reputation))}
    for key in sorted(kept.keys() | counted.own.keys() | counted.finished.keys()):
        row = kept.get(key)
        there = Sums(row.reviews, row.total, row.weight, row.weighted) if row else Sums()
        where = f"organisation {key[0]}, category {key[1]}"
        faults += _differ(where, there, counted.own.get(key, Sums()))
        finished, should = (row.finished, row.served) if row else (0, 0), counted.finished.get(key, (0, 0))
        for name, has, right in zip(("finished", "served"), finished, should, strict=True):
            if has != right:
                faults.append(f"{where}: {name} {has}, should be {right}")
    whole = {row.category_id: row for row in db.session.scalars(select(CategoryReputation))}
    for category_id in sorted(whole.keys() | counted.categories.keys()):
        row_ = whole.get(category_id)
        there = Sums(row_.reviews, Decimal(0), row_.weight, row_.weighted) if row_ else Sums()
        counts = counted.categories.get(category_id, Sums())
        faults += _differ(f"category {category_id}", there, Sums(counts.reviews, Decimal(0), *_weights(counts)))
    faults += [f"review {number}: its place should be {nth}" for number, nth in sorted(counted.places.items())]
    return faults


def rebuild(*, by: Actor, now: datetime) -> int:
    """Write all sums anew, as after a change of the rules they are made by; gives how many rows were otherwise."""
    require(by, Permission.RUN_DAILY)
    faults = differences()
    write()
    audit.record("reputation:rebuild", by=by, thing="Reputation:all", now=now, reason=f"{len(faults)}")
    return len(faults)


def write() -> None:
    """Replace the sums by what the reviews and the work say."""
    counted = recomputed()
    db.session.execute(delete(Reputation))
    db.session.execute(delete(CategoryReputation))
    own = [
        {
            "organisation_id": key[0],
            "category_id": key[1],
            **dict(zip(("finished", "served"), counted.finished.get(key, (0, 0)), strict=True)),
            "total": counted.own[key].total,
            **_row(counted.own[key]),
        }
        for key in sorted(counted.own.keys() | counted.finished.keys())
    ]
    if own:
        db.session.execute(insert(Reputation), own)
    whole = [{"category_id": key, **_row(sums)} for key, sums in sorted(counted.categories.items())]
    if whole:
        db.session.execute(insert(CategoryReputation), whole)
    if counted.places:
        moved = [{"id": number, "nth": nth} for number, nth in sorted(counted.places.items())]
        db.session.execute(update(Review), moved)
    db.session.expire_all()


def _rows() -> Iterator[Row[Any]]:
    query = (
        select(
            *(Review.id, Review.organisation_id, Review.category_id, Review.area_code),
            *(Review.published_at, Review.nth),
            *(getattr(Review, name) for name in DIMENSIONS),
        )
        .where(_COUNTS)
        .order_by(Review.organisation_id, Review.category_id, Review.area_code, Review.published_at, Review.id)
        .execution_options(yield_per=2000)
    )
    yield from db.session.execute(query)


def _one(row: Row[Any], nth: int, reputed: Reputed) -> Sums:
    points = rules.mean([getattr(row, name) for name in DIMENSIONS])
    return rules.one(points, row.published_at, nth, reputed)


def _weights(sums: Sums) -> tuple[float, float]:
    return sums.weight, sums.weighted


def _row(sums: Sums) -> dict[str, Any]:
    return {"reviews": sums.reviews, "weight": sums.weight, "weighted": sums.weighted}


def _differ(where: str, kept: Sums, right: Sums) -> list[str]:
    faults = []
    for name in ("reviews", "total", "weight", "weighted"):
        has, should = getattr(kept, name), getattr(right, name)
        if not isclose(has, should, rel_tol=CLOSE, abs_tol=CLOSE):
            faults.append(f"{where}: {name} {has}, should be {should}")
    return faults
