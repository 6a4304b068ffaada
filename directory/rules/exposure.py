"""Whether the first places go to many or to few: plain sums over who was shown how often."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

LARGEST_PART = 10  # the organisations that are first most often: one in so many


@dataclass(frozen=True, slots=True)
class Spread:
    """`newcomers` are organisations without finished work; shares are in 0..1, None where there is nothing to share.

    `largest` is how many organisations a tenth of them is, `concentration` their share of the first places.
    """

    organisations: int
    newcomers: int
    shown: int
    first: int
    newcomers_shown: float | None
    newcomers_first: float | None
    largest: int
    concentration: float | None


def spread(rows: Sequence[tuple[int, int, bool]]) -> Spread:
    """Of (times shown, times first, newcomer) for each organisation that could have been shown."""
    shown, first = sum(row[0] for row in rows), sum(row[1] for row in rows)
    new = [row for row in rows if row[2]]
    largest = ceil(len(rows) / LARGEST_PART)
    most = sum(sorted((row[1] for row in rows), reverse=True)[:largest])
    return Spread(
        organisations=len(rows),
        newcomers=len(new),
        shown=shown,
        first=first,
        newcomers_shown=_share(sum(row[0] for row in new), shown),
        newcomers_first=_share(sum(row[1] for row in new), first),
        largest=largest,
        concentration=_share(most, first),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
