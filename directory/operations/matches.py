"""Asking for a match: the answer is frozen, audited, and can be repeated."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import contains_eager, selectinload

from directory import audit
from directory.db import db
from directory.engine import Engine
from directory.errors import Invalid, NotFound
from directory.models.match import MatchLine, MatchRun
from directory.models.question import Question
from directory.operations import answers, need_runs, parameters
from directory.operations.answers import Line, Reply
from directory.operations.parameters import Rules
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.replays import Compared, compared, told
from search.matching.problems import problems
from search.query import Need
from search.text import mask_doors

LONGEST_TEXT = 1000
SAID = ("rank", "entry_id", "version_id", "service_id", "organisation_id", "category", "score", "reasons")
_LINES = insert(MatchLine)


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers worked out but not yet kept, one for each problem in what was said.

    Working them out only reads, so it needs no transaction.
    """

    said: Need
    answers: tuple[tuple[Need, Reply], ...]
    now: datetime


def ask(need: Need, *, by: Actor, now: datetime, engine: Engine, category: str | None = None) -> MatchRun:
    """Answer a need and freeze the answer, in one transaction; of several problems the first one's, see `siblings`."""
    return freeze(draft(need, by=by, now=now, engine=engine, category=category), by=by)


def draft(need: Need, *, by: Actor, now: datetime, engine: Engine, category: str | None = None) -> Draft:
    """Work out the answer. `category` is a choice the person made instead of our guess.

    Apart from freeze(), so that a server asked by many at once does not hold the write lock while it thinks.
    """
    require(by, Permission.ASK_MATCH)
    need = replace(need, text=_checked(need.text))
    rules = parameters.in_force()
    router, model = engine.router(rules.views)
    sure = rules.limits["confidence"]
    texts = problems(need.text, router, sure=sure) if category is None else [need.text]
    parts = [replace(need, text=text) for text in texts]
    worked_out = [
        answers.reply(part, on=day_of(now), engine=engine, router=router, model=model, rules=rules, category=category)
        for part in parts
    ]
    return Draft(need, tuple(zip(parts, worked_out, strict=True)), now)


def freeze(drafted: Draft, *, by: Actor) -> MatchRun:
    """Keep the answers as they were worked out; gives the first."""
    require(by, Permission.ASK_MATCH)
    whole = _record(drafted.said, None, drafted.now) if len(drafted.answers) > 1 else None
    runs = [_frozen(need, reply, whole, by=by, now=drafted.now) for need, reply in drafted.answers]
    return runs[0]


def _frozen(need: Need, reply: Reply, whole: Question | None, *, by: Actor, now: datetime) -> MatchRun:
    run = MatchRun(
        public_id=secrets.token_hex(9),  # never begins with a hyphen, which a command line takes for an option
        question=_record(need, whole, now),
        on=day_of(now),
        created_at=now,
        routing=reply.routing,
        basis=reply.basis,
        stale=reply.stale,
    )
    rows = _rows(reply.lines)
    run.digest = _digest(run, rows)
    db.session.add(run)
    db.session.flush()
    if rows:  # on the connection: as rows, not as objects
        db.session.connection().execute(_LINES, [{"run_id": run.id, **row} for row in rows])
    audit.record("match:ask", by=by, thing=f"MatchRun:{run.public_id}", now=now)
    return run


def _record(need: Need, whole: Question | None, now: datetime) -> Question:
    return Question(
        text=need.text,
        area_code=need.area,
        groups=sorted(need.groups),
        budget=None if need.budget is None else int(need.budget),
        part_of=whole,
        created_at=now,
    )


def siblings(run: MatchRun) -> list[MatchRun]:
    """The answers to all problems said in one breath with this one, itself among them; none if it was alone."""
    if run.question.part_of_id is None:
        return []
    together = select(MatchRun).join(MatchRun.question).where(Question.part_of_id == run.question.part_of_id)
    return list(db.session.scalars(together.options(contains_eager(MatchRun.question)).order_by(MatchRun.id)))


def get(public_id: str, *, by: Actor) -> MatchRun:
    """An answer. Raises NotFound, also of one that belongs to a need which is not for this reader."""
    require(by, Permission.READ_RUN)
    run = db.session.scalar(
        select(MatchRun).where(MatchRun.public_id == public_id).options(selectinload(MatchRun.lines))
    )
    if run is None or not need_runs.readable([run], by=by):
        raise NotFound(f"no match run {public_id!r}")
    return run


@dataclass(frozen=True, slots=True)
class Repeated:
    """A run worked out again. `basis` are what it rested on that is otherwise now: name → before and now.

    `retired` is a chosen category that is no more: nothing is worked out then. `stale`: the index lags behind.
    """

    intact: bool
    retired: str
    basis: dict[str, tuple[Any, Any]]
    lines: list[Compared]
    stale: bool = False


def repeat(run: MatchRun, *, engine: Engine, on: date, rules: Rules, model: str | None = None) -> Repeated:
    """The same question on a day, by these rules and this model or the one in force. Only reads."""
    need = Need(
        text=run.question.text,
        area=run.question.area_code,
        groups=frozenset(run.question.groups),
        budget=None if run.question.budget is None else Decimal(run.question.budget),
    )
    chosen = run.routing["chosen"]
    router, model = engine.router(rules.views, model)
    if chosen not in {None, *router.profiles}:
        return Repeated(intact(run), chosen, {}, [])
    reply = answers.reply(need, on=on, engine=engine, router=router, model=model, rules=rules, category=chosen)
    basis = {
        key: (run.basis[key], reply.basis[key])
        for key in ("parameters", "lexicon", "model")
        if reply.basis[key] != run.basis[key]
    }
    before = [{name: getattr(line, name) for name in SAID} for line in run.lines]
    return Repeated(intact(run), "", basis, compared(before, _rows(reply.lines)), reply.stale)


def replay(run: MatchRun, *, engine: Engine) -> list[str]:
    """What a repetition with the run's own day and parameters gives differently; empty when it is the same list.

    Ratings are made by the rules in force, whichever the run was answered by: the sums are kept for those only.
    """
    rules = replace(parameters.in_force(run.basis["parameters"]), reputation=parameters.in_force().reputation)
    again = repeat(run, engine=engine, on=run.on, rules=rules, model=run.basis["model"] or "")
    changes = [] if again.intact else ["the stored run was changed after it was written"]
    if again.retired:
        return [*changes, f"category {again.retired} was retired"]
    changes += [f"{key}: {before} → {now}" for key, (before, now) in again.basis.items()]
    return [*changes, *told(again.lines)]


def intact(run: MatchRun) -> bool:
    """Whether a stored run still says what it said when it was written."""
    return run.digest == _digest(run, [{name: getattr(line, name) for name in SAID} for line in run.lines])


def _digest(run: MatchRun, rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over all the run says, in canonical JSON."""
    said = {
        "need": [run.question.text, run.question.area_code, run.question.groups, run.question.budget],
        "on": run.on.isoformat(),
        "stale": run.stale,
        "routing": run.routing,
        "basis": run.basis,
        "lines": [[row[name] for name in SAID] for row in sorted(rows, key=lambda row: (row["rank"], row["entry_id"]))],
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _checked(text: str) -> str:
    text = mask_doors(text)
    if not any(character.isalnum() for character in text):
        raise Invalid("text", text, "empty", "the need has no words")
    if len(text) > LONGEST_TEXT:
        raise Invalid("text", f"{len(text)} characters", "too_long", f"at most {LONGEST_TEXT} characters")
    return text


def _rows(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The lines as match_line rows: ranked from 1, the excluded at rank 0."""
    rows = []
    for place, line in enumerate(lines, 1):
        reasons = [
            {"criterion": r.criterion, "points": r.points, "weight": r.weight, "facts": dict(r.facts)}
            for r in (line.match.reasons if line.match else ())
        ]
        values = (
            *(place if line.match else 0, line.candidate.entry_id, line.version_id, line.candidate.service_id),
            *(line.candidate.organisation_id, line.candidate.category, line.match.score if line.match else None),
            reasons if line.match else list(line.exclusions),
        )
        rows.append(dict(zip(SAID, values, strict=True)))
    return rows
