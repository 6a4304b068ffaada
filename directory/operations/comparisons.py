"""Providers side by side: what catalogue, frozen answer and finished work say of each, and who is ahead in what."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from directory.models.match import MatchLine
from directory.models.need import Need
from directory.operations import catalogue, reputation, shortlists
from directory.operations.catalogue import Offer
from directory.operations.parameters import Rules
from directory.operations.reputation import Standing
from directory.policy import Actor, Permission, require
from directory.rules.calendar import months_later


@dataclass(frozen=True, slots=True)
class Column:
    """One provider. `points` by criterion are those of the frozen answer; `overdue` that its profile is too old."""

    offer: Offer
    line: MatchLine | None
    points: dict[str, float]
    facts: dict[str, dict[str, str]]
    grade: str
    told: Standing
    overdue: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """`criteria` are those that rank at least one; `best` says in which row which entries are ahead of others."""

    columns: Sequence[Column]
    criteria: Sequence[str]
    best: dict[str, frozenset[int]]


# Row → what counts there; more is better, but of the price. None has no say.
_ROWS: dict[str, Callable[[Column], Any]] = {
    "price": lambda each: None if each.offer.version.price_low is None else -each.offer.version.price_low,
    "score": lambda each: None if each.line is None else each.line.score,
    "assessed": lambda each: each.offer.entry.assessed,
    "grade": lambda each: each.grade or None,
    "rating": lambda each: each.told.rating,
    "finished": lambda each: each.told.finished or None,
    "capacity": lambda each: each.offer.service.capacity,
    "confirmed": lambda each: each.offer.organisation.confirmed_on,
}


def of(need: Need, entry_ids: Iterable[int], *, rules: Rules, by: Actor, on: date) -> Comparison:
    """These entries in so many statements, however many they are."""
    require(by, Permission.READ_NEED, need)
    kept = shortlists.shown(need, list(entry_ids))
    grades = catalogue.grades({each.offer.organisation.id for each in kept}, on=on)
    said = reputation.of((each.offer.organisation.id for each in kept), on=on, reputed=rules.reputation)
    nothing = reputation.nothing(rules.reputation)
    months = rules.periods.confirm_months
    columns = [
        Column(
            each.offer,
            each.line,
            {reason["criterion"]: reason["points"] for reason in each.line.reasons} if each.line else {},
            {reason["criterion"]: reason["facts"] for reason in each.line.reasons} if each.line else {},
            grades.get(each.offer.organisation.id, ""),
            said.get((each.offer.organisation.id, each.offer.category.id), nothing),
            _overdue(each.offer.organisation.confirmed_on, months, on),
        )
        for each in kept
    ]
    units = {each.offer.version.price_unit for each in columns if each.offer.version.price_low is not None}
    criteria = list(dict.fromkeys(name for each in columns for name in each.points))
    best = {row: _best(columns, counts) for row, counts in _ROWS.items()}
    if len(units) > 1:  # so much a meal and so much a project are no prices to compare
        best["price"] = frozenset()
    best |= {f"criterion:{name}": _best(columns, partial(_points, name)) for name in criteria}
    return Comparison(columns, criteria, best)


def _points(criterion: str, column: Column) -> float | None:
    return column.points.get(criterion)


def _overdue(confirmed_on: date | None, months: int, on: date) -> bool:
    return confirmed_on is None or on > months_later(confirmed_on, months)


def _best(columns: Sequence[Column], counts: Callable[[Column], Any]) -> frozenset[int]:
    """The entries ahead in a row; none where all with a say are level, or only one has a say."""
    values = {each.offer.entry.id: counts(each) for each in columns}
    known = {entry_id: value for entry_id, value in values.items() if value is not None}
    if len(set(known.values())) < 2:
        return frozenset()
    top = max(known.values())
    return frozenset(entry_id for entry_id, value in known.items() if value == top)
