"""What sheets add up to: a total, the gap between totals, the result and its grade."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations, pairwise

from directory.errors import Invalid

HUNDREDTH = Decimal("0.01")
GRADES = ("5A", "4A", "3A", "2A", "1A")


def check_points(criterion: str, points: Decimal, most: Decimal) -> None:
    """Raises Invalid, naming the criterion, for points that it cannot have."""
    if not points.is_finite() or not 0 <= points <= most:
        raise Invalid(criterion, points, "range", f"{criterion}: {points} is not within 0 to {most}")
    if points != points.quantize(HUNDREDTH):
        raise Invalid(criterion, points, "places", f"{criterion}: {points} has more than two decimal places")


def total(marks: Mapping[str, Decimal | None], most: Mapping[str, Decimal]) -> Decimal:
    """The sum of a sheet. `most` holds what is marked and its points at most; what has no points is an error, not 0."""
    if unknown := sorted(marks.keys() - most.keys()):
        raise Invalid(unknown[0], "", "unknown", f"{unknown[0]} is not marked in this rubric")
    for criterion, limit in most.items():
        points = marks.get(criterion)
        if points is None:
            raise Invalid(criterion, "", "missing", f"{criterion} has no points")
        check_points(criterion, points, limit)
    return sum((points for points in marks.values() if points is not None), Decimal(0))


def gap(totals: Iterable[Decimal]) -> Decimal:
    """How far the highest total is from the lowest."""
    given = list(totals)
    return max(given) - min(given)


def needs_third(totals: Sequence[Decimal], limit: Decimal) -> bool:
    """Whether two totals are further apart than the rubric allows; as far as allowed is near enough."""
    return len(totals) == 2 and gap(totals) > limit


def used(totals: Mapping[int, Decimal]) -> tuple[int, int]:
    """The two sheets, by id, that make the result: those whose totals are closest.

    Where two pairs are equally close, doubt speaks for the organisation: the higher pair; then the older sheets.
    """
    if len(totals) < 2:
        raise ValueError("a result needs two sheets")
    pairs = combinations(sorted(totals), 2)
    return min(pairs, key=lambda pair: (gap(totals[one] for one in pair), -sum(totals[one] for one in pair), pair))


def mean(values: Sequence[Decimal]) -> Decimal:
    """To hundredths; half a hundredth counts as a whole one."""
    return (sum(values, Decimal(0)) / len(values)).quantize(HUNDREDTH, ROUND_HALF_UP)


def result(totals: Mapping[int, Decimal]) -> Decimal:
    """The mean of the two sheets used."""
    return mean([totals[sheet] for sheet in used(totals)])


def grade(points: Decimal, thresholds: Iterable[tuple[str, Decimal]]) -> str:
    """The best grade whose least total is reached, "" for none."""
    best_first = sorted(thresholds, key=lambda threshold: -threshold[1])
    return next((name for name, least in best_first if points >= least), "")


def check_thresholds(thresholds: Sequence[tuple[str, Decimal]], scale: Decimal) -> None:
    """Raises Invalid unless each grade stands there once, best first, each with a lower least total on the scale."""
    names = [name for name, _ in thresholds]
    if not names:
        raise Invalid("thresholds", "", "empty", "a rubric says which totals make which grade")
    for name, least in thresholds:
        if name not in GRADES:
            raise Invalid("thresholds", name, "grade", f"{name} is none of {', '.join(GRADES)}")
        if not least.is_finite() or not 0 <= least <= scale:
            raise Invalid("thresholds", f"{name} {least}", "range", f"{name}: {least} is not within 0 to {scale}")
    for (better, more), (name, least) in pairwise(thresholds):
        if GRADES.index(better) >= GRADES.index(name) or more <= least:
            raise Invalid("thresholds", f"{name} {least}", "order", f"{name} {least} does not follow {better} {more}")
