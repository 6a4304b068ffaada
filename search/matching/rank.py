"""Candidates to ranked matches. Ties go by a hash of need and service, so that nobody wins every tie."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from search.matching.criteria import CRITERIA, Candidate, Context
from search.matching.reasons import Match, Reason
from search.query import Need

VARIETY = "variety"


def rank(candidates: Iterable[Candidate], context: Context, weights: Mapping[str, float]) -> list[Match]:
    """Best first. A criterion without a weight is not asked.

    Variety is asked last: it looks at how many of an organisation's services stand before one by all the others.
    """
    by_entry = {candidate.entry_id: candidate for candidate in candidates}
    others = {name: weight for name, weight in weights.items() if name != VARIETY}
    matches = _sorted((weigh(candidate, context, others) for candidate in by_entry.values()), context.need)
    if not weights.get(VARIETY) or not context.trust:
        return matches
    varied, last = replace(context, before=_before(matches, by_entry)), {VARIETY: weights[VARIETY]}
    heard = ((by_entry[match.entry_id], match.reasons) for match in matches)
    return _sorted((_match(each, said + _reasons(each, varied, last)) for each, said in heard), context.need)


def _sorted(matches: Iterable[Match], need: Need) -> list[Match]:
    return sorted(matches, key=lambda match: (-match.score, tie(need, match.service_id)))


def _before(matches: Iterable[Match], by_entry: Mapping[int, Candidate]) -> dict[int, int]:
    """For each entry how many of its organisation's services in its field rank before it."""
    seen: Counter[tuple[int, str]] = Counter()
    before: dict[int, int] = {}
    for match in matches:
        place = match.organisation_id, by_entry[match.entry_id].field
        before[match.entry_id] = seen[place]
        seen[place] += 1
    return before


def weigh(candidate: Candidate, context: Context, weights: Mapping[str, float]) -> Match:
    """The weighted mean over the criteria that have a view on this pair."""
    return _match(candidate, _reasons(candidate, context, weights))


def _reasons(candidate: Candidate, context: Context, weights: Mapping[str, float]) -> tuple[Reason, ...]:
    return tuple(
        [
            Reason(name, round(view.points, 6), round(weight * view.trust, 6), view.facts)
            for name, weight in weights.items()
            if weight > 0 and (view := CRITERIA[name](candidate, context)) is not None
        ]
    )


def _match(candidate: Candidate, reasons: tuple[Reason, ...]) -> Match:
    shares = whole = 0.0
    for reason in reasons:
        shares += reason.points * reason.weight
        whole += reason.weight
    return Match(
        candidate.entry_id,
        candidate.service_id,
        candidate.organisation_id,
        candidate.category,
        round(shares / whole, 6) if whole else 0.0,
        reasons,
    )


def tie(need: Need, service_id: int) -> str:
    return hashlib.sha256(f"{need.text}\n{service_id}".encode()).hexdigest()
