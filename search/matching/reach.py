"""Which documents are worth looking at for a need: one question to the index."""

from collections.abc import Iterable, Mapping

from search.matching.affinity import favoured
from search.matching.routing import CategoryProfile, Routing
from search.query import Need, Query

CONSIDERED = frozenset({"listed", "suspended"})


def likely_categories(
    routing: Routing, profiles: Mapping[str, CategoryProfile], weights: Mapping[str, float], *, most: int
) -> dict[str, float]:
    """The categories that fit best, with what each counts beside the best text hit's 1.

    The weights are those of the final ranking, so that what it would put first is not cut off before.
    """
    text = weights.get("text", 0) + weights.get("reach", 0) or 1.0
    of_category, of_field = weights.get("category", 0) / text, weights.get("field", 0) / text
    points = {
        code: of_category * routing.fits.get(code, 0.0) + of_field * routing.fields.get(profile.parent, 0.0)
        for code, profile in profiles.items()
    }
    best = sorted(points, key=lambda code: (-points[code], code))[:most]
    return {code: points[code] for code in best if points[code] > 0}


def proven(routing: Routing, *, most: int) -> frozenset[int]:
    """The organisations that past needs speak for most; none where nothing was confirmed."""
    opinion = routing.opinion
    return frozenset(favoured(opinion, most=most)) if opinion is not None and opinion.trust else frozenset()


def candidates_query(need: Need, categories: Mapping[str, float], *, limit: int, also: Iterable[int] = ()) -> Query:
    """The services of the categories and the best text hits, `limit` of them, and the entries in `also` besides."""
    wanted = frozenset(also)
    return Query(
        text=need.text,
        categories=categories or {"": 0.0},
        also=wanted,
        where={"state": CONSIDERED},
        prefer={"area": frozenset({need.area})} if need.area else {},
        limit=limit + len(wanted),
    )
