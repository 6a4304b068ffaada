"""Asking for a match: the answer is frozen, audited, and can be repeated."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
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
from directory.operations import answers, parameters
from directory.operations.answers import Line
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from search.query import Need
from search.text import mask

LONGEST_TEXT = 1000


def ask(need: Need, *, by: Actor, now: datetime, engine: Engine, category: str | None = None) -> MatchRun:
    """Answer a need and freeze the answer. `category` is a choice the person made instead of our guess."""
    require(by, Permission.ASK_MATCH)
    need = replace(need, text=_checked(need.text))
    reply = answers.reply(need, on=day_of(now), engine=engine, rules=parameters.in_force(), category=category)
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
    reply = answers.reply(need, on=run.on, engine=engine, rules=rules, category=run.routing["chosen"])
    changes += [
        f"{key}: {run.basis[key]} → {reply.basis[key]}"
        for key in ("lexicon", "model")
        if reply.basis[key] != run.basis[key]
    ]
    before = {line.entry_id: _said(line) for line in run.lines}
    after = {line.entry_id: _said(line) for line in _stored(reply.lines)}
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
        "stale": run.stale,
        "routing": run.routing,
        "basis": run.basis,
        "lines": [
            [x.rank, x.entry_id, x.version_id, x.service_id, x.organisation_id, x.category, x.score, x.reasons]
            for x in sorted(run.lines, key=lambda x: (x.rank, x.entry_id))
        ],
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _said(line: MatchLine) -> str:
    codes = ", ".join(reason.get("code", "") for reason in line.reasons)
    place = f"rank {line.rank}, score {line.score:.4f}" if line.rank else f"excluded ({codes})"
    return f"{place}, version {line.version_id}"


def _checked(text: str) -> str:
    text = mask(text).strip()
    if not any(character.isalnum() for character in text):
        raise Invalid("text", text, "empty", "the need has no words")
    if len(text) > LONGEST_TEXT:
        raise Invalid("text", f"{len(text)} characters", "too_long", f"at most {LONGEST_TEXT} characters")
    return text


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
