"""The answer to a need, computed: who could help, in which order and why, and who was left out and why."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from directory.db import db
from directory.engine import Engine
from directory.errors import Invalid
from directory.models.service import Entry, Service
from directory.models.taxonomy import Area, Category
from directory.operations import candidates, standings
from directory.operations.candidates import Found
from directory.operations.parameters import Rules
from directory.rules.eligibility import GateAnswer, Outcome
from directory.rules.lifecycle import EntryState
from search.documents import Hit
from search.matching.criteria import Candidate, Context
from search.matching.rank import rank
from search.matching.reach import candidates_query, likely_categories, proven
from search.matching.reasons import Match
from search.matching.routing import Router, Routing
from search.query import Need, Query

PROVEN_ENTRIES = 60

# Built once: to put a statement together takes longer than to run it.
_SOLVERS = select(Category.code, Category.route, Category.authority, Category.phone, Category.hand_off, Category.around)
_SOLVERS = _SOLVERS.where(Category.code.in_(bindparam("codes", expanding=True)))


@dataclass(frozen=True, slots=True)
class Line:
    """One provider of an answer before it is stored: ranked with reasons, or excluded (no match) with them."""

    candidate: Candidate
    version_id: int
    match: Match | None
    exclusions: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it is stored."""

    routing: dict[str, Any]
    basis: dict[str, Any]
    lines: list[Line]
    stale: bool


def reply(
    need: Need, *, on: date, engine: Engine, router: Router, model: str, rules: Rules, category: str | None
) -> Reply:
    """The answer by a router that should have the model of this version. Raises Invalid."""
    chain = _area_chain(need.area)
    if chain is not None and len(chain) == 1:  # the whole district: any part of it will do
        need = replace(need, area=None)
    if category is not None and category not in router.profiles:
        raise Invalid("category", category, "unknown", f"no category {category}")
    routing = router.route(need.text) if category is None else router.chosen(category, need.text)
    shown = _solvers(routing)
    routing = _with_around(routing, shown["around"], rules.limits["around_fit"])
    query = question(need, routing, router, rules)
    answer = engine.find(query, on=on)
    sure = category is not None or routing.sure(rules.limits["confidence"])
    least_fit = rules.limits["least_fit"] if sure else 0.0
    lines = _lines(need, chain, answer.found.hits, routing, least_fit=least_fit, on=on, rules=rules)
    return Reply(
        routing={
            "chosen": category,
            "suggested": routing.suggested,
            "sure": sure,
            "categories": [
                {"code": g.code, "probability": round(g.probability, 4), "words": list(g.words)}
                for g in routing.guesses
            ],
            "routes": {kind: round(p, 4) for kind, p in routing.routes.items()},
            **shown,
        },
        basis={
            "parameters": rules.version,
            "lexicon": router.lexicon.version,
            "model": router.model.version if router.model else None,
            "lost": model if model and not router.model else None,
            "generation": answer.generation,
        },
        lines=lines,
        stale=answer.stale,
    )


def question(need: Need, routing: Routing, router: Router, rules: Rules) -> Query:
    """What the index is asked."""
    categories = likely_categories(routing, router.profiles, rules.weights, most=int(rules.limits["categories"]))
    also = _entries_of(proven(routing, most=int(rules.limits["proven"])), categories)
    return candidates_query(need, categories, limit=int(rules.limits["candidates"]), also=also)


def _entries_of(organisations: Collection[int], categories: Iterable[str]) -> list[int]:
    """The entries of these organisations in these categories."""
    if not organisations:
        return []
    query = (
        select(Entry.id)
        .join(Service, Entry.service_id == Service.id)
        .join(Category, Service.category_id == Category.id)
        .where(Service.organisation_id.in_(organisations), Category.code.in_(categories))
        .order_by(Entry.id)
        .limit(PROVEN_ENTRIES)
    )
    return list(db.session.scalars(query))


def _solvers(routing: Routing) -> dict[str, Any]:
    """Who should solve it, how to reach them, and which services help around it."""
    kind = routing.route
    if kind is None:
        return {"route": None, "authority": "", "phone": "", "hand_off": "", "around": []}
    known = {c.code: c for c in db.session.execute(_SOLVERS, {"codes": [guess.code for guess in routing.guesses]})}
    ranked = [known[guess.code] for guess in routing.guesses]
    told = next((c for c in ranked if c.route[0] == kind), ranked[0])
    return {
        "route": kind,
        "authority": told.authority,
        "phone": told.phone,
        "hand_off": told.hand_off,
        "around": told.around if kind != "provider" else [],
    }


def _with_around(routing: Routing, around: Iterable[str], fit: float) -> Routing:
    helpers = {code: max(fit, routing.fits.get(code, 0.0)) for code in around}
    return replace(routing, fits={**routing.fits, **helpers}) if helpers else routing


def _area_chain(code: str | None) -> frozenset[str] | None:
    """The area and those around it; a service in any of them serves it."""
    if code is None:
        return None
    chain: set[str] = set()
    larger = joinedload(Area.parent).joinedload(Area.parent)
    area = db.session.scalar(select(Area).where(Area.code == code).options(larger))
    if area is None:
        raise Invalid("area", code, "unknown", f"no area {code}")
    while area is not None:
        chain.add(area.code)
        area = area.parent
    return frozenset(chain)


def _lines(
    need: Need,
    chain: frozenset[str] | None,
    hits: Iterable[Hit],
    routing: Routing,
    *,
    least_fit: float,
    on: date,
    rules: Rules,
) -> list[Line]:
    """The ranked, then the excluded. Gates are asked of those that may be shown: they cost the most."""
    trusted = proven(routing, most=int(rules.limits["proven"]))
    found = [
        each
        for each in candidates.found(hits, chain=chain, area=need.area)
        if routing.fits.get(each.candidate.category, 0.0) >= least_fit or each.candidate.organisation_id in trusted
    ]
    gate_answers = standings.answers({x.candidate.organisation_id for x in found}, on=on, gates=rules.gates)
    eligible: dict[int, Found] = {}
    excluded: list[Line] = []
    for each in found:
        exclusions = _exclusions(each, need, gate_answers[each.candidate.organisation_id])
        if exclusions:
            excluded.append(Line(each.candidate, each.version_id, None, tuple(exclusions)))
        else:
            eligible[each.candidate.entry_id] = each
    known = [each.candidate for each in eligible.values()]
    months = rules.periods.confirm_months
    context = Context.of(need, known, today=on, routing=routing, pooling=rules.pooling, confirm_months=months)
    pertinent = [eligible[each.entry_id] for each in known if context.pertinent(each, least=least_fit)]
    standing = {each.entry_id: each for each in candidates.reputed(pertinent, on=on, rules=rules.reputation)}
    ranked = rank(standing.values(), context, rules.weights)[: int(rules.limits["shown"])]
    likely = [line for line in excluded if routing.fits.get(line.candidate.category, 0.0) >= rules.limits["fit_floor"]]
    shown = [Line(standing[match.entry_id], eligible[match.entry_id].version_id, match, ()) for match in ranked]
    return shown + likely[: int(rules.limits["excluded"])]


def _exclusions(found: Found, need: Need, gate_answers: Iterable[GateAnswer]) -> list[dict[str, Any]]:
    reasons: list[dict[str, Any]] = [_worded(a) for a in gate_answers if a.outcome is not Outcome.PASS]
    if found.state is not EntryState.LISTED and found.reason not in {reason["gate"] for reason in reasons}:
        reasons.append({"gate": "state", "code": found.reason, "outcome": "fail"})
    if need.area is not None and need.area not in found.candidate.areas:
        reasons.append({"gate": "area", "code": "area_not_served", "outcome": "fail"})
    return reasons


def _worded(answer: GateAnswer) -> dict[str, Any]:
    said: dict[str, Any] = {"gate": answer.gate, "code": answer.code, "outcome": answer.outcome.value}
    if answer.fact is not None:
        said["value"] = answer.fact.value
        said["since"] = answer.fact.since.isoformat()
        said["until"] = answer.fact.until.isoformat() if answer.fact.until else None
        said["source"] = answer.fact.source
    if answer.changes_on is not None:
        said["changes_on"] = answer.changes_on.isoformat()
    return said
