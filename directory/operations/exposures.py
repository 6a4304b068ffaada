"""Counting what answers showed, by month, organisation and category: each run once, and only the new ones."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, insert, select, update

from directory.db import db
from directory.models.match import MatchLine, MatchRun
from directory.models.organisation import Organisation
from directory.models.supply import Exposure
from directory.models.taxonomy import Category, Stamp
from directory.operations import need_runs
from directory.policy import Actor, Permission, require

STAMP = "exposure"
BATCH = 500
# A run may be committed after one that was begun later. Younger ones wait, so that none is passed over.
SETTLED = timedelta(minutes=10)
TOP = 3
COUNTS = ("shown", "ranks", "first", "top", "excluded")

Key = tuple[date, int, int]


def due(_day: date, *, by: Actor, now: datetime) -> int:
    """Count all that was answered since the last time; how many runs that were."""
    number = 0
    while counted := count(by=by, now=now):
        number += counted
    return number


def count(*, by: Actor, now: datetime, batch: int = BATCH) -> int:
    """Count the next runs, oldest first, and note in the same transaction how far that was; how many runs."""
    require(by, Permission.RUN_DAILY)
    stamp = _stamp()
    fresh = select(MatchRun.id, MatchRun.created_at).where(MatchRun.id > stamp.value).order_by(MatchRun.id)
    runs = []
    for run_id, created_at in db.session.execute(fresh.limit(batch)):
        if created_at > now - SETTLED:
            break
        runs.append(run_id)
    if runs:
        _add(_sums(stamp.value, runs[-1]))
        stamp.value = runs[-1]
        db.session.flush()
    return len(runs)


def counted_until() -> datetime | None:
    """When the last run that was counted was answered; None before any was."""
    query = select(MatchRun.created_at).join(Stamp, Stamp.value == MatchRun.id).where(Stamp.name == STAMP)
    return db.session.scalar(query)


def _stamp() -> Stamp:
    """How far it is counted, locked until the end of the transaction."""
    found = db.session.get(Stamp, STAMP, with_for_update=True, populate_existing=True)
    if found is None:
        found = Stamp(name=STAMP, value=0)
        db.session.add(found)
        db.session.flush()
    return found


def _sums(after: int, until: int) -> dict[Key, dict[str, int]]:
    """What the lines of the runs in `after` < id ≤ `until` add up to, but for those that nobody went by."""
    rank = MatchLine.rank
    rows = db.session.execute(
        select(
            *(MatchRun.on, MatchLine.organisation_id, Category.id),
            _number(rank > 0),
            func.sum(rank),
            _number(rank == 1),
            _number(rank.between(1, TOP)),
            _number(rank == 0),
        )
        .join(MatchRun, MatchLine.run_id == MatchRun.id)
        .join(Category, Category.code == MatchLine.category)
        .join(Organisation, Organisation.id == MatchLine.organisation_id)
        .where(MatchLine.run_id > after, MatchLine.run_id <= until, ~need_runs.is_dropped(MatchLine.run_id))
        .group_by(MatchRun.on, MatchLine.organisation_id, Category.id)
    )
    found: dict[Key, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTS, 0))
    for on, organisation_id, category_id, *counts in rows:
        of_month = found[on.replace(day=1), organisation_id, category_id]
        for name, number in zip(COUNTS, counts, strict=True):
            of_month[name] += number
    return found


def _number(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _add(sums: dict[Key, dict[str, int]]) -> None:
    old = _known({month for month, _, _ in sums}, sums.keys())
    rows = [
        dict(zip(("month", "organisation_id", "category_id"), key, strict=True))
        | {name: number + old.get(key, {}).get(name, 0) for name, number in counts.items()}
        for key, counts in sorted(sums.items())
    ]
    places = [(row["month"], row["organisation_id"], row["category_id"]) for row in rows]
    if changed := [row for row, key in zip(rows, places, strict=True) if key in old]:
        db.session.execute(update(Exposure), changed)
    if new := [row for row, key in zip(rows, places, strict=True) if key not in old]:
        db.session.execute(insert(Exposure), new)


def _known(months: Iterable[date], wanted: Iterable[Key]) -> dict[Key, dict[str, int]]:
    """What is counted already of these; columns, not objects, so that nothing stale is kept."""
    query = select(
        Exposure.month, Exposure.organisation_id, Exposure.category_id, *(getattr(Exposure, n) for n in COUNTS)
    )
    asked = set(wanted)
    return {
        (month, organisation_id, category_id): dict(zip(COUNTS, counts, strict=True))
        for month, organisation_id, category_id, *counts in db.session.execute(
            query.where(Exposure.month.in_(sorted(months)))
        )
        if (month, organisation_id, category_id) in asked
    }
