"""Changing the numbers of the rules: what a change would do, and the next version of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from directory import audit
from directory.db import db
from directory.engine import Engine
from directory.errors import Conflict, Invalid
from directory.models.account import Account
from directory.models.audit import AuditEvent
from directory.models.match import MatchRun
from directory.models.parameters import Parameters
from directory.operations import answers, catalogue, gatekeeping, parameters, recounting
from directory.operations.catalogue import Offer
from directory.policy import Actor, Permission, require
from directory.rules import reasons, tuning
from search.matching.criteria import CRITERIA
from search.matching.routing import Router
from search.query import Need
from search.text import mask

QUESTIONS, TOP = 20, 5
SHOWN = 50
EVENT = "parameters:edit"


@dataclass(frozen=True, slots=True)
class Case:
    """A question whose first answers a change would alter: the services before and after, best first."""

    text: str
    before: list[Offer]
    after: list[Offer]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change would do today that would not happen without it: how many entries, and some of them by name.

    Of the `asked` latest questions, `cases` would be answered with other services, or in another order.
    """

    suspends: int
    restores: int
    suspended: list[Offer]
    restored: list[Offer]
    asked: int
    cases: list[Case]


@dataclass(frozen=True, slots=True)
class Version:
    """One version, by whom ("" for the seeds) and why, and what differs from the one before."""

    parameters: Parameters
    who: str
    reason: str
    changes: list[tuple[str, Any, Any]]


def latest(*, by: Actor) -> Parameters:
    require(by, Permission.EDIT_PARAMETERS)
    return db.session.get_one(Parameters, parameters.in_force().version)


def whole(found: Parameters) -> dict[str, Any]:
    """The values of a version, with what it leaves to defaults."""
    rules = parameters.typed(found.version, found.values)
    return {
        **found.values,
        "gates": asdict(rules.gates),
        "periods": asdict(rules.periods) | {"remind_days": list(rules.periods.remind_days)},
        "reminders": {name: list(n) if isinstance(n, tuple) else n for name, n in asdict(rules.reminders).items()},
        "contracting": asdict(rules.contracting) | {"shares": list(rules.contracting.shares)},
        "reputation": asdict(rules.reputation),
        "weights": dict.fromkeys(CRITERIA, 0.0) | rules.weights,
        "limits": dict(rules.limits),
    }


def effect(values: dict[str, Any], *, engine: Engine, on: date, by: Actor, now: datetime) -> Effect:
    """Only reads, so it needs no transaction."""
    require(by, Permission.EDIT_PARAMETERS)
    rules = parameters.in_force()
    new = parameters.typed(rules.version, values)
    before = gatekeeping.due(on=on, gates=rules.gates, stood=now)
    after = gatekeeping.due(on=on, gates=new.gates, stood=now)
    already = {lapse.entry_id for lapse in before.suspend}
    suspended = [lapse.entry_id for lapse in after.suspend if lapse.entry_id not in already]
    restored = [entry_id for entry_id in after.restore if entry_id not in set(before.restore)]
    runs = _latest_questions()
    router, model = engine.router(rules.views)
    cases = []
    for run in runs if _ranks_by(rules) != _ranks_by(new) else ():
        ids = [_first(run, each, router, model, engine=engine, on=on) for each in (rules, new)]
        if ids[0] != ids[1]:
            cases.append(Case(run.question.text, *(catalogue.offers(each) for each in ids)))
    return Effect(
        suspends=len(suspended),
        restores=len(restored),
        suspended=catalogue.offers(suspended[:SHOWN]),
        restored=catalogue.offers(restored[:SHOWN]),
        asked=len(runs),
        cases=cases,
    )


def save(values: dict[str, Any], *, version: int, reason: str, by: Actor, now: datetime) -> Parameters:
    """The next version after `version`. Raises Conflict where another came first, Invalid where nothing differs."""
    require(by, Permission.EDIT_PARAMETERS)
    last = db.session.scalar(select(Parameters).order_by(Parameters.version.desc()).limit(1))
    if last is None or last.version != version:
        raise Conflict("somebody changed the parameters meanwhile")
    changes = tuning.differences(whole(last), values)
    if not changes:
        raise Invalid("parameters", "", "same", "nothing differs")
    reason = reasons.brief(mask(reason))
    new = Parameters(version=version + 1, since=now, values=values)
    db.session.add(new)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("somebody changed the parameters meanwhile") from error
    if any(name.startswith("reputation-") for name, _, _ in changes):
        recounting.write()  # the sums are kept for one half-life, and one share within a pair, only
    audit.record(EVENT, by=by, thing=f"Parameters:{new.version}", now=now, reason=reason)
    return new


def versions(*, by: Actor) -> list[Version]:
    """All versions, the newest first."""
    require(by, Permission.EDIT_PARAMETERS)
    events = {event.thing: event for event in db.session.scalars(select(AuditEvent).where(AuditEvent.event == EVENT))}
    names = dict(db.session.execute(select(Account.id, Account.name)).all()) if events else {}
    told: list[Version] = []
    before: Parameters | None = None
    for each in db.session.scalars(select(Parameters).order_by(Parameters.version)):
        event = events.get(f"Parameters:{each.version}")
        actor = event.actor.partition(":")[2] if event else ""
        who = names.get(int(actor), actor) if actor.isdecimal() else ""
        changes = tuning.differences(whole(before), whole(each)) if before else []
        told.append(Version(each, who, event.reason if event else "", changes))
        before = each
    return told[::-1]


def _ranks_by(rules: parameters.Rules) -> tuple[object, ...]:
    """What decides who is named first."""
    return rules.gates, rules.weights, rules.limits, rules.reputation, rules.periods.confirm_months


def _latest_questions() -> list[MatchRun]:
    """The latest runs, each text once."""
    query = select(MatchRun).options(joinedload(MatchRun.question)).order_by(MatchRun.id.desc()).limit(5 * QUESTIONS)
    by_text: dict[str, MatchRun] = {}
    for run in db.session.scalars(query):
        by_text.setdefault(run.question.text, run)
    return list(by_text.values())[:QUESTIONS]


def _first(
    run: MatchRun, rules: parameters.Rules, router: Router, model: str, *, engine: Engine, on: date
) -> Sequence[int]:
    """The entries that would be named first if it were asked today by these rules."""
    need = Need(
        text=run.question.text,
        area=run.question.area_code,
        groups=frozenset(run.question.groups),
        budget=None if run.question.budget is None else Decimal(run.question.budget),
    )
    chosen = run.routing["chosen"] if run.routing["chosen"] in router.profiles else None
    reply = answers.reply(need, on=on, engine=engine, router=router, model=model, rules=rules, category=chosen)
    return [line.candidate.entry_id for line in reply.lines if line.match][:TOP]
