"""How reviews become a rating."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

# Weights are counted from here: then those of old reviews need no change as time goes by, see `decay`.
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365.25)
SHOWN_TO = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Reputed:
    """How ratings are made: seeds/parameters.json, design §3.

    A rating is drawn to the category's mean as if by `prior_weight` more reviews of it (`prior_mean` where it has
    none); a review's weight halves every `half_life_years`; below `least_reviews` none is shown. Each further review by
    the same neighbourhood of the same organisation in the same category weighs `pair_share` of the one before.
    """

    prior_weight: float = 5.0
    prior_mean: float = 4.0
    half_life_years: float = 2.0
    least_reviews: int = 3
    pair_share: float = 0.5


@dataclass(frozen=True, slots=True)
class Sums:
    """Over some reviews: how many, the sum of their means, of their weights, and of weight times mean."""

    reviews: int = 0
    total: Decimal = Decimal(0)
    weight: float = 0.0
    weighted: float = 0.0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.reviews + other.reviews,
            self.total + other.total,
            self.weight + other.weight,
            self.weighted + other.weighted,
        )

    def __sub__(self, other: "Sums") -> "Sums":
        """Without some that were added: no number stands below nothing, and of no reviews all are exactly nothing."""
        left = self.reviews - other.reviews
        if left <= 0:
            return Sums()
        weight, weighted = max(0.0, self.weight - other.weight), max(0.0, self.weighted - other.weighted)
        return Sums(left, self.total - other.total, weight, weighted)


def mean(points: Sequence[int]) -> Decimal:
    """The mean of a review's dimensions, exact to hundredths for five of them."""
    return Decimal(sum(points)) / len(points)


def weight(at: datetime, nth: int, rules: Reputed) -> float:
    """What the `nth` published review of one neighbourhood on one organisation weighs, seen from EPOCH."""
    return float(2.0 ** ((at - EPOCH) / (YEAR * rules.half_life_years)) * rules.pair_share ** (nth - 1))


def decay(on: date, rules: Reputed) -> float:
    """What a weight seen from EPOCH is worth on a day."""
    return float(2.0 ** -((datetime.combine(on, time(), UTC) - EPOCH) / (YEAR * rules.half_life_years)))


def one(points: Decimal, at: datetime, nth: int, rules: Reputed) -> Sums:
    """The sums of one review."""
    weighs = weight(at, nth, rules)
    return Sums(1, points, weighs, weighs * float(points))


def pair(reviews: Iterable[tuple[Decimal, datetime]], rules: Reputed) -> Sums:
    """The sums of all that one neighbourhood said of one organisation in one category, in the order it was published.

    However many they are, they weigh less than 1 / (1 - pair_share) times the heaviest.
    """
    whole = Sums()
    for nth, (points, at) in enumerate(reviews, 1):
        whole += one(points, at, nth, rules)
    return whole


def centre(sums: Sums, rules: Reputed) -> float:
    """The mean that ratings of a category are drawn to, from the sums over all its reviews."""
    return sums.weighted / sums.weight if sums.weight else rules.prior_mean


def shrunk(sums: Sums, centre: float, *, on: date, rules: Reputed) -> float:
    """The rating (m·C + Σw·r) / (m + Σw); of no reviews, the centre C."""
    then = decay(on, rules)
    return (rules.prior_weight * centre + then * sums.weighted) / (rules.prior_weight + then * sums.weight)


def shown(sums: Sums, centre: float, *, on: date, rules: Reputed) -> Decimal | None:
    """The rating as it is shown and counts; None where there are too few reviews for one."""
    return None if sums.reviews < rules.least_reviews else rounded(shrunk(sums, centre, on=on, rules=rules))


def plain(sums: Sums) -> Decimal | None:
    """The plain mean of all reviews, each counting the same."""
    return (sums.total / sums.reviews).quantize(SHOWN_TO, ROUND_HALF_UP) if sums.reviews else None


def rounded(rating: float) -> Decimal:
    return Decimal(rating).quantize(SHOWN_TO, ROUND_HALF_UP)
