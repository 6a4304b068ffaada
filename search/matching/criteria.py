"""Each criterion is one function from a candidate and its context to points in 0..1, or None: no view.

To add one, write the function, add a line to CRITERIA and a weight to seeds/parameters.json.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from search.matching.affinity import Offer, Pooling, worth
from search.matching.routing import Routing
from search.query import Need

FADING_MONTHS = 18


@dataclass(frozen=True, slots=True)
class Candidate:
    """A service in question with the facts criteria look at.

    `relevance` is its text's, 0..1; prices are yuan for one unit; `rating` is the shrunk mean in 1..5 of
    `reviews` reviews, or where it is `unrated`, for too few of them, the mean of its category; `assessed` is the
    evaluation's total in 0..100; `finished` counts for whom similar work was done.
    """

    entry_id: int
    service_id: int
    organisation_id: int
    category: str
    field: str
    relevance: float
    areas: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    price_low: Decimal | None = None
    price_high: Decimal | None = None
    assessed: Decimal | None = None
    rating: Decimal | None = None
    reviews: int = 0
    unrated: bool = False
    finished: int | None = None
    capacity: int | None = None
    confirmed_on: date | None = None

    @property
    def offer(self) -> Offer:
        return Offer(self.organisation_id, self.category, self.field)


@dataclass(frozen=True, slots=True)
class Context:
    """What the candidates of one need share: fits of categories and fields, reach of each organisation, the day.

    `worth` is what past needs promise of each entry, in 0..1; empty when nothing was learned. `trust` says how far
    to go by it. `before` counts the services of the same organisation and field that rank before an entry. A profile
    is fresh for `confirm_months`.
    """

    need: Need
    today: date
    categories: Mapping[str, float]
    fields: Mapping[str, float]
    reach: Mapping[int, tuple[float, int]]
    worth: Mapping[int, float]
    trust: float
    before: Mapping[int, int]
    confirm_months: int

    @classmethod
    def of(
        cls,
        need: Need,
        candidates: Sequence[Candidate],
        *,
        today: date,
        routing: Routing,
        pooling: Pooling,
        confirm_months: int,
    ) -> "Context":
        """`reach` becomes, for each organisation, the length of its services' relevances (best: 1) and their number."""
        power: dict[int, float] = defaultdict(float)
        number: dict[int, int] = defaultdict(int)
        for candidate in candidates:
            power[candidate.organisation_id] += candidate.relevance**2
            number[candidate.organisation_id] += candidate.relevance > 0
        best = max(power.values(), default=0.0)
        reach = {key: (math.sqrt(value / best) if best else 0.0, number[key]) for key, value in power.items()}
        opinion = routing.opinion
        cold = cls(need, today, routing.fits, routing.fields, reach, {}, 0.0, {}, confirm_months)
        if opinion is None or not opinion.trust:
            return cold
        heard = [candidate for candidate in candidates if cold.concerns(candidate)]
        fits = [cold.fit(candidate) for candidate in heard]
        promised = worth(opinion, [candidate.offer for candidate in heard], fits, pooling)
        by_entry = dict.fromkeys((candidate.entry_id for candidate in candidates), 0.0)
        by_entry |= {candidate.entry_id: points for candidate, points in zip(heard, promised, strict=True)}
        return replace(cold, worth=by_entry, trust=opinion.trust)

    def concerns(self, candidate: Candidate) -> bool:
        """Whether a candidate says anything to the need; one that does not may not change what others are worth."""
        fits = self.categories.get(candidate.category), self.fields.get(candidate.field), candidate.relevance
        return any(fits)

    def fit(self, candidate: Candidate) -> float:
        """How well the candidate's own words fit, in 0..1: category, field, text and reach alike."""
        return (
            self.categories.get(candidate.category, 0.0)
            + self.fields.get(candidate.field, 0.0)
            + candidate.relevance
            + self.reach.get(candidate.organisation_id, (0.0, 0))[0]
        ) / 4

    def pertinent(self, candidate: Candidate, *, least: float) -> bool:
        """Whether category or past needs speak for it at all; otherwise it only shares some words with the need."""
        fit = self.categories.get(candidate.category, 0.0)
        return max(fit, self.worth.get(candidate.entry_id, 0.0)) >= least


class View(NamedTuple):
    """Points in 0..1, the facts they rest on as code → value for a template to word, and how far to trust them."""

    points: float
    facts: tuple[tuple[str, str], ...] = ()
    trust: float = 1.0


Criterion = Callable[[Candidate, Context], View | None]


def category(candidate: Candidate, context: Context) -> View | None:
    return View(context.categories.get(candidate.category, 0.0), (("category", candidate.category),))


def field(candidate: Candidate, context: Context) -> View | None:
    return View(context.fields.get(candidate.field, 0.0), (("field", candidate.field),))


def text(candidate: Candidate, context: Context) -> View | None:
    return View(candidate.relevance)


def reach(candidate: Candidate, context: Context) -> View | None:
    """How much of all the organisation offers speaks to this need."""
    points, number = context.reach.get(candidate.organisation_id, (0.0, 0))
    return View(points, (("services", str(number)),))


def affinity(candidate: Candidate, context: Context) -> View | None:
    """What needs confirmed before promise of this organisation in this category; it counts more as they grow."""
    points = context.worth.get(candidate.entry_id)
    return None if points is None else View(points, trust=context.trust)


def variety(candidate: Candidate, context: Context) -> View | None:
    """An organisation's second service in a field counts half its first, so that a list offers a choice of people."""
    before = context.before.get(candidate.entry_id)
    return None if before is None else View(1 / (1 + before), (("place", str(before + 1)),), context.trust)


def area(candidate: Candidate, context: Context) -> View | None:
    wanted = context.need.area
    return None if wanted is None else View(float(wanted in candidate.areas), (("area", wanted),))


def groups(candidate: Candidate, context: Context) -> View | None:
    wanted = context.need.groups
    if not wanted or not candidate.groups:
        return None
    shared = wanted & candidate.groups
    return View(len(shared) / len(wanted), (("groups", "、".join(sorted(shared))),))


def price(candidate: Candidate, context: Context) -> View | None:
    budget, asked = context.need.budget, candidate.price_low
    if budget is None or asked is None:
        return None
    points = 1.0 if asked <= budget else float(budget / asked)
    return View(points, (("price_low", f"{asked:f}"), ("budget", f"{budget:f}")))


def assessed(candidate: Candidate, context: Context) -> View | None:
    score = candidate.assessed
    return None if score is None else View(float(score) / 100, (("score", f"{score:f}"),))


def rating(candidate: Candidate, context: Context) -> View | None:
    """The shrunk rating; silent where there is none."""
    given = candidate.rating
    if given is None:
        return None
    name = "usual" if candidate.unrated else "rating"
    return View(float(given - 1) / 4, ((name, f"{given:f}"), ("reviews", str(candidate.reviews))))


def finished(candidate: Candidate, context: Context) -> View | None:
    """For how many similar work was signed off: the first few count most."""
    done = candidate.finished
    return None if done is None else View(1 - math.exp(-done / 3), (("served", str(done)),))


def capacity(candidate: Candidate, context: Context) -> View | None:
    free = candidate.capacity
    return None if free is None else View(min(free, 3) / 3, (("free", str(free)),))


def _days(months: int) -> int:
    return round(months * 365.25 / 12)


def freshness(candidate: Candidate, context: Context) -> View | None:
    """Full for a profile confirmed within the months it is good for, then falling to nothing over a year and a half."""
    confirmed = candidate.confirmed_on
    if confirmed is None:
        return None
    days = (context.today - confirmed).days
    faded = (days - _days(context.confirm_months)) / _days(FADING_MONTHS)
    return View(min(1.0, max(0.0, 1 - faded)), (("confirmed_on", confirmed.isoformat()),))


CRITERIA: Mapping[str, Criterion] = {
    "category": category,
    "field": field,
    "text": text,
    "reach": reach,
    "affinity": affinity,
    "variety": variety,
    "area": area,
    "groups": groups,
    "price": price,
    "assessed": assessed,
    "rating": rating,
    "finished": finished,
    "capacity": capacity,
    "freshness": freshness,
}
