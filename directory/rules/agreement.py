"""How far assessors agree, and whether one of them marks higher or lower than the results."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import NamedTuple

# Fewer than these say more about chance than about assessors: the page says so instead of a number.
LEAST_PAIRS = 10
LEAST_SHEETS = 5


class Pair(NamedTuple):
    """What two assessors gave independently of each other, each in hundredths of the rubric's scale."""

    one: float
    other: float


def mean_absolute_difference(pairs: Sequence[Pair]) -> float | None:
    return fmean(abs(pair.one - pair.other) for pair in pairs) if pairs else None


def intraclass_correlation(ratings: Sequence[Sequence[float]]) -> float | None:
    """ICC(1), the one-way random, single-measure form, ICC(1,1) of Shrout and Fleiss 1979.

    Each application is scored by assessors of its own, so that no assessor's leaning can be told apart from chance:
    the form for raters crossed with targets, ICC(2,1), does not apply. 1 is full agreement, 0 no more than chance;
    None where all is one value or there are fewer than two targets.
    """
    if len(ratings) < 2:
        return None
    raters = len(ratings[0])
    means = [fmean(given) for given in ratings]
    grand = fmean(means)
    between = raters * sum((mean - grand) ** 2 for mean in means) / (len(ratings) - 1)
    within = sum((value - mean) ** 2 for given, mean in zip(ratings, means, strict=True) for value in given) / (
        len(ratings) * (raters - 1)
    )
    spread = between + (raters - 1) * within
    return (between - within) / spread if spread else None


class Scored(NamedTuple):
    """One sheet: by whom, when its assessment was closed, and how far above (or below) the result it lies."""

    assessor: int
    on: date
    above: float


@dataclass(frozen=True, slots=True)
class Drift:
    """The mean signed difference from the results: over all, and by period, each with its number of sheets."""

    assessor: int
    sheets: int
    above: float
    periods: dict[str, tuple[int, float]]


def quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def drifts(sheets: Iterable[Scored]) -> list[Drift]:
    """By assessor, who is furthest from the results first."""
    of: dict[int, list[Scored]] = defaultdict(list)
    for sheet in sheets:
        of[sheet.assessor].append(sheet)
    found = [
        Drift(who, len(given), fmean(sheet.above for sheet in given), _by_period(given)) for who, given in of.items()
    ]
    return sorted(found, key=lambda drift: (-abs(drift.above), drift.assessor))


def _by_period(sheets: Iterable[Scored]) -> dict[str, tuple[int, float]]:
    of: dict[str, list[float]] = defaultdict(list)
    for sheet in sheets:
        of[quarter(sheet.on)].append(sheet.above)
    return {period: (len(above), fmean(above)) for period, above in sorted(of.items())}
