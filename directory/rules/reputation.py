"""How reviews become a rating."""

from dataclasses import dataclass


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
