"""Which documents are worth looking at for a need: one question to the index."""

from collections.abc import Mapping

from search.matching.routing import Routing
from search.query import Need, Query

CONSIDERED = frozenset({"listed", "suspended"})


def candidates_query(
    need: Need,
    routing: Routing,
    weights: Mapping[str, float],
    *,
    fit_floor: float,
    limit: int,
) -> Query:
    """The services of the categories that fit, and the best text hits, those that serve the area first.

    The weights are those of the final ranking, so that what it would put first is not cut off here.
    """
    text = weights.get("text", 0) + weights.get("reach", 0) or 1.0
    category, parent = weights.get("category", 0) / text, weights.get("field", 0) / text
    likely = {guess.code for guess in routing.guesses[:3]} | {
        code for code, fit in routing.fits.items() if fit >= fit_floor
    }
    return Query(
        text=need.text,
        categories={
            code: category * routing.fits.get(code, 0.0) + parent * routing.fields.get(code, 0.0)
            for code in sorted(likely)
        }
        or {"": 0.0},
        where={"state": CONSIDERED},
        prefer={"area": frozenset({need.area})} if need.area else {},
        limit=limit,
    )
