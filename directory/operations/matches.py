"""From a need to a frozen, explained answer."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from directory import audit
from directory.db import db
from directory.engine import Engine
from directory.errors import Invalid, NotFound
from directory.models.match import MatchLine, MatchRun
from directory.models.need import NeedRecord
from directory.models.organisation import Organisation
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Area, Category
from directory.operations import parameters, standings
from directory.operations.parameters import Rules
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.eligibility import GateAnswer, Outcome
from directory.rules.lifecycle import EntryState
from search.documents import Hit
from search.matching.criteria import Candidate, Context
from search.matching.rank import rank
from search.matching.reach import candidates_query
from search.matching.reasons import Match
from search.matching.routing import Routing
from search.query import Need
from search.text import mask

LONGEST_TEXT = 1000


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


def ask(need: Need, *, by: Actor, now: datetime, engine: Engine, category: str | None = None) -> MatchRun:
    """Answer a need and freeze the answer. `category` is a choice the person made instead of our guess."""
    require(by, Permission.ASK_MATCH)
    need = replace(need, text=_checked(need.text))
    reply = _reply(need, on=day_of(now), engine=engine, rules=parameters.in_force(), category=category)
    record = NeedRecord(
        text=need.text,
        area_code=need.area,
        groups=sorted(need.groups),
        budget=None if need.budget is None else int(need.budget),
        created_at=now,
    )
    run = MatchRun(
        public_id=secrets.token_urlsafe(9),
        need=record,
        on=day_of(now),
        created_at=now,
        routing=reply.routing,
        basis=reply.basis,
        stale=reply.stale,
        lines=list(_stored(reply.lines)),
    )
    run.digest = digest(run)
    db.session.add(run)
    db.session.flush()
    audit.record("match:ask", by=by, thing=f"MatchRun:{run.public_id}", now=now)
    return run


def get(public_id: str, *, by: Actor) -> MatchRun:
    require(by, Permission.READ_RUN)
    run = db.session.scalar(
        select(MatchRun).where(MatchRun.public_id == public_id).options(selectinload(MatchRun.lines))
    )
    if run is None:
        raise NotFound(f"no match run {public_id!r}")
    return run


def replay(run: MatchRun, *, engine: Engine) -> list[str]:
    """What a repetition with the run's own day and parameters gives differently; empty when it is the same list."""
    changes = [] if digest(run) == run.digest else ["the stored run was changed after it was written"]
    need = Need(
        text=run.need.text,
        area=run.need.area_code,
        groups=frozenset(run.need.groups),
        budget=None if run.need.budget is None else Decimal(run.need.budget),
    )
    rules = parameters.in_force(run.basis["parameters"])
    reply = _reply(need, on=run.on, engine=engine, rules=rules, category=run.routing["chosen"])
    changes += [
        f"{key}: {run.basis[key]} → {reply.basis[key]}"
        for key in ("lexicon", "model")
        if reply.basis[key] != run.basis[key]
    ]
    before = {line.entry_id: _said(line.rank, line.score, line.version_id) for line in run.lines}
    after = {line.entry_id: _said(line.rank, line.score, line.version_id) for line in _stored(reply.lines)}
    return changes + [
        f"entry {entry_id}: {before.get(entry_id, 'absent')} → {after.get(entry_id, 'absent')}"
        for entry_id in sorted(before.keys() | after.keys())
        if before.get(entry_id) != after.get(entry_id)
    ]


def digest(run: MatchRun) -> str:
    """SHA-256 over all the run says, in canonical JSON."""
    said = {
        "need": [run.need.text, run.need.area_code, run.need.groups, run.need.budget],
        "on": run.on.isoformat(),
        "routing": run.routing,
        "basis": run.basis,
        "lines": [[x.rank, x.entry_id, x.version_id, x.score, x.reasons] for x in run.lines],
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _said(rank_: int, score: float | None, version_id: int) -> str:
    return f"{f'rank {rank_}, score {score:.4f}' if rank_ else 'excluded'}, version {version_id}"


def _checked(text: str) -> str:
    text = mask(text).strip()
    if not any(character.isalnum() for character in text):
        raise Invalid("text", text, "empty", "the need has no words")
    if len(text) > LONGEST_TEXT:
        raise Invalid("text", f"{len(text)} characters", "too_long", f"at most {LONGEST_TEXT} characters")
    return text


def _reply(need: Need, *, on: date, engine: Engine, rules: Rules, category: str | None) -> Reply:
    chain = _area_chain(need.area)
    router = engine.router(rules.views)
    if category is not None and category not in router.profiles:
        raise Invalid("category", category, "unknown", f"no category {category}")
    routing = router.route(need.text) if category is None else router.chosen(category, need.text)
    shown = _solvers(routing)
    routing = _with_around(routing, shown["around"], rules.limits["around_fit"])
    query = candidates_query(
        need, routing, rules.weights, fit_floor=rules.limits["fit_floor"], limit=int(rules.limits["candidates"])
    )
    answer = engine.find(query, on=on)
    lines = _lines(need, chain, answer.found.hits, routing, on=on, rules=rules)
    return Reply(
        routing={
            "chosen": category,
            "sure": category is not None or routing.sure(rules.limits["confidence"]),
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
            "model": router.learned.version if router.learned else None,
            "generation": answer.generation,
        },
        lines=lines,
        stale=answer.stale,
    )


def _solvers(routing: Routing) -> dict[str, Any]:
    """Who should solve it, how to reach them, and which services help around it."""
    kind = routing.route
    if kind is None:
        return {"route": None, "authority": "", "phone": "", "hand_off": "", "around": []}
    known = {
        c.code: c
        for c in db.session.scalars(select(Category).where(Category.code.in_(g.code for g in routing.guesses)))
    }
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
    area = db.session.scalar(select(Area).where(Area.code == code))
    if area is None:
        raise Invalid("area", code, "unknown", f"no area {code}")
    while area is not None:
        chain.add(area.code)
        area = area.parent
    return frozenset(chain)


def _lines(
    need: Need, chain: frozenset[str] | None, hits: Iterable[Hit], routing: Routing, *, on: date, rules: Rules
) -> list[Line]:
    found = _candidates(hits, chain, need.area)
    gate_answers = standings.answers({c.organisation_id for c, _, _ in found}, on=on, gates=rules.gates)
    eligible: dict[int, tuple[Candidate, int]] = {}
    excluded: list[Line] = []
    for candidate, version_id, entry in found:
        exclusions = _exclusions(entry, candidate, need, gate_answers[candidate.organisation_id])
        if exclusions:
            excluded.append(Line(candidate, version_id, None, tuple(exclusions)))
        else:
            eligible[candidate.entry_id] = candidate, version_id
    candidates = [candidate for candidate, _ in eligible.values()]
    context = Context.of(need, candidates, today=on, categories=routing.fits, fields=routing.fields)
    ranked = rank(candidates, context, rules.weights)[: int(rules.limits["shown"])]
    likely = [line for line in excluded if routing.fits.get(line.candidate.category, 0.0) >= rules.limits["fit_floor"]]
    return [Line(*eligible[match.entry_id], match, ()) for match in ranked] + likely[: int(rules.limits["excluded"])]


def _candidates(
    hits: Iterable[Hit], chain: frozenset[str] | None, area: str | None
) -> list[tuple[Candidate, int, Entry]]:
    """The hits with their facts, in the order of the hits; an entry gone since it was indexed drops out."""
    relevance = {hit.entry_id: hit.relevance for hit in hits}
    parent = Category.__table__.alias("parent")
    rows = db.session.execute(
        select(
            Entry,
            ServiceVersion,
            Service.organisation_id,
            Service.capacity,
            Category.code,
            parent.c.code,
            Organisation.confirmed_on,
        )
        .join(Service, Entry.service_id == Service.id)
        .join(ServiceVersion, Entry.version_id == ServiceVersion.id)
        .join(Category, Service.category_id == Category.id)
        .join(parent, Category.parent_id == parent.c.id)
        .join(Organisation, Service.organisation_id == Organisation.id)
        .where(Entry.id.in_(relevance), Entry.state != EntryState.EXITED)
    )
    found = {
        entry.id: (
            Candidate(
                entry_id=entry.id,
                service_id=entry.service_id,
                organisation_id=organisation_id,
                category=category,
                field=field,
                relevance=relevance[entry.id],
                areas=frozenset({area} if area and chain and chain & set(version.areas) else ()),
                groups=frozenset(version.groups),
                price_low=None if version.price_low is None else Decimal(version.price_low),
                price_high=None if version.price_high is None else Decimal(version.price_high),
                assessed=entry.assessed,
                capacity=capacity,
                confirmed_on=confirmed_on,
            ),
            version.id,
            entry,
        )
        for entry, version, organisation_id, capacity, category, field, confirmed_on in rows
    }
    return [found[entry_id] for entry_id in relevance if entry_id in found]


def _exclusions(
    entry: Entry, candidate: Candidate, need: Need, gate_answers: Iterable[GateAnswer]
) -> list[dict[str, Any]]:
    reasons: list[dict[str, Any]] = [_worded(a) for a in gate_answers if a.outcome is not Outcome.PASS]
    if entry.state is not EntryState.LISTED:
        reasons.append({"gate": "state", "code": entry.reason, "outcome": "fail"})
    if need.area is not None and need.area not in candidate.areas:
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


def _stored(lines: Iterable[Line]) -> Iterable[MatchLine]:
    place = 0
    for line in lines:
        place += line.match is not None
        reasons: list[dict[str, Any]] = (
            [_reason(r.criterion, r.points, r.weight, dict(r.facts)) for r in line.match.reasons]
            if line.match
            else list(line.exclusions)
        )
        yield MatchLine(
            rank=place if line.match else 0,
            entry_id=line.candidate.entry_id,
            version_id=line.version_id,
            service_id=line.candidate.service_id,
            organisation_id=line.candidate.organisation_id,
            category=line.candidate.category,
            score=line.match.score if line.match else None,
            reasons=reasons,
        )


def _reason(criterion: str, points: float, weight: float, facts: Mapping[str, str]) -> dict[str, Any]:
    return {"criterion": criterion, "points": points, "weight": weight, "facts": dict(facts)}
