"""How both backends weigh text: said once, so that the exact one can check the other."""

import math
from collections.abc import Iterable, Mapping

from search.documents import Hit
from search.query import Query

NAME_BONUS = 0.5
POSTINGS_BUDGET = 12_000
COMMON = 1_000
PREFERENCE = 0.5
ALSO = 100.0


def weight(holding: int) -> float:
    """How much a term tells, from how many documents hold it: rarer is more.

    It does not depend on the size of the catalogue, so a new service that shares no term with a need
    changes nothing in that need's answer.
    """
    return math.log(1 + COMMON / holding)


def affordable(holding: Mapping[str, int], *, budget: int = POSTINGS_BUDGET) -> list[str]:
    """The rarest terms first, as many as can be read within a budget of postings; always at least one."""
    chosen: list[str] = []
    spent = 0
    for term in sorted((t for t, n in holding.items() if n), key=lambda t: (holding[t], t)):
        spent += holding[term]
        if chosen and spent > budget:
            break
        chosen.append(term)
    return chosen


def readable(weights: Mapping[str, float], holding: Mapping[str, int], *, budget: int = POSTINGS_BUDGET) -> list[str]:
    """The categories of most weight first, as many as can be read within a budget of postings; always at least one."""
    chosen: list[str] = []
    spent = 0
    for code in sorted(weights, key=lambda code: (-weights[code], code)):
        spent += holding[code]
        if chosen and spent > budget:
            break
        chosen.append(code)
    return chosen


def hits(scored: Iterable[tuple[int, float]], best: float) -> tuple[Hit, ...]:
    return tuple(Hit(entry_id, round(score / best, 6) if best else 0.0) for entry_id, score in scored)


def in_price(price: int | None, query: Query) -> bool:
    low, high = query.price
    if low is None and high is None:
        return True
    return price is not None and (low is None or price >= low) and (high is None or price <= high)
