"""Candidates to ranked matches. Ties go by a hash of need and service, so that nobody wins every tie."""

import hashlib
from collections.abc import Iterable, Mapping

from search.matching.criteria import CRITERIA, Candidate, Context
from search.matching.reasons import Match, Reason
from search.query import Need


def rank(candidates: Iterable[Candidate], context: Context, weights: Mapping[str, float]) -> list[Match]:
    """Best first. A criterion without a weight is not asked."""
    matches = [weigh(candidate, context, weights) for candidate in candidates]
    return sorted(matches, key=lambda match: (-match.score, tie(context.need, match.service_id)))


def weigh(candidate: Candidate, context: Context, weights: Mapping[str, float]) -> Match:
    """The weighted mean over the criteria that have a view on this pair."""
    reasons = tuple(
        Reason(name, round(view.points, 6), round(weight * view.trust, 6), view.facts)
        for name, weight in weights.items()
        if weight > 0 and (view := CRITERIA[name](candidate, context)) is not None
    )
    whole = sum(reason.weight for reason in reasons)
    score = round(sum(reason.share for reason in reasons) / whole, 6) if whole else 0.0
    return Match(
        candidate.entry_id, candidate.service_id, candidate.organisation_id, candidate.category, score, reasons
    )


def tie(need: Need, service_id: int) -> str:
    return hashlib.sha256(f"{need.text}\n{service_id}".encode()).hexdigest()
