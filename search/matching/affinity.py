"""How much each candidate promises, going by who solved which needs before."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from search.matching.learned import Opinion

# What a choice is worth: organisation and category both right, the organisation in the right field. The category by
# itself is a criterion of its own.
BOTH, FIELD = 4.0, 2.0


class Offer(NamedTuple):
    """An organisation offers something in a category of a field."""

    organisation: int
    category: str
    field: str


@dataclass(frozen=True, slots=True)
class Pooling:
    """How what was learned and what the catalogue says of itself are pooled. Data: see seeds/parameters.json.

    At full trust the learned chances count `share`, in 0..1, and the catalogue's the rest; `sharpness` turns fits into
    chances; `nearest` is how much the nearest past needs count beside both, `place` how much who works in which field.
    """

    share: float = 0.75
    sharpness: float = 12.0
    nearest: float = 1.0
    place: float = 2.0


def worth(opinion: Opinion, offers: Sequence[Offer], fits: Sequence[float], pooling: Pooling) -> list[float]:
    """The expected worth of each offer in 0..1, the best being 1; `fits` in 0..1 is what the catalogue says of each.

    An organisation nothing was confirmed of has a newcomer's chance: it can win where its category fits.
    """
    chances = _chances(opinion, offers, fits, pooling)
    in_field: dict[tuple[int, str], float] = defaultdict(float)
    for offer, chance in zip(offers, chances, strict=True):
        in_field[offer.organisation, offer.field] += chance
    for place in in_field:
        in_field[place] += opinion.trust * pooling.place * opinion.places.get(place, 0.0)
    points = [
        BOTH * chance + FIELD * in_field[offer.organisation, offer.field]
        for offer, chance in zip(offers, chances, strict=True)
    ]
    best = max(points, default=0.0) or 1.0
    return [value / best for value in points]


def _chances(opinion: Opinion, offers: Sequence[Offer], fits: Sequence[float], pooling: Pooling) -> list[float]:
    """The weighted geometric mean of both chances, adding up to 1, and each offer's share of the nearest needs."""
    share = opinion.trust * pooling.share
    logs = [
        share * math.log(max(_learned(opinion, offer), 1e-9)) + (1 - share) * pooling.sharpness * fit
        for offer, fit in zip(offers, fits, strict=True)
    ]
    best = max(logs, default=0.0)
    powers = [math.exp(each - best) for each in logs]
    whole = sum(powers)
    alike = Counter(offers)
    return [
        power / whole + pooling.nearest * opinion.solved.get((offer.organisation, offer.category), 0.0) / alike[offer]
        for offer, power in zip(offers, powers, strict=True)
    ]


def _learned(opinion: Opinion, offer: Offer) -> float:
    organisation = opinion.organisations.get(offer.organisation, opinion.newcomer)
    return organisation * opinion.categories.get(offer.category, 0.0)


def favoured(opinion: Opinion, *, most: int) -> list[int]:
    """The organisations that past needs speak for, most first."""
    points: dict[int, float] = defaultdict(float, opinion.organisations)
    for (organisation, _), share in opinion.solved.items():
        points[organisation] += share
    return sorted(points, key=lambda organisation: (-points[organisation], organisation))[:most]
