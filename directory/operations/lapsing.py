"""Listed entries whose organisation will stop passing a gate soon, by the facts known today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select

from directory.db import db
from directory.models.organisation import Fact, Organisation
from directory.models.service import Entry, Service
from directory.operations import parameters, standings
from directory.operations.parameters import Rules
from directory.operations.queues import seated
from directory.policy import Actor
from directory.rules import eligibility
from directory.rules.eligibility import FactKind, GateAnswer, Gates, Outcome
from directory.rules.lifecycle import EntryState


@dataclass(frozen=True, slots=True)
class Lapse:
    """From a day on, an organisation no longer passes a gate; `answer` is what that gate will say then."""

    organisation_id: int
    day: date
    answer: GateAnswer


def soon(*, by: Actor, on: date, rules: Rules | None = None) -> list[Lapse]:
    """The first lapse of each organisation with a listed entry, within the days of the parameters; earliest first."""
    rules = rules or parameters.in_force()
    last = on + timedelta(days=rules.periods.lapsing_days)
    ids = db.session.scalars(
        select(Organisation.id).where(seated(by), _listed(), _may_change(on, last, rules.gates))
    ).all()
    found = [lapse for lapses in _lapses(ids, on, last, rules.gates).values() for lapse in lapses[:1]]
    return sorted(found, key=lambda lapse: (lapse.day, lapse.organisation_id))


def _listed() -> ColumnElement[bool]:
    entries = select(Entry.id).join(Entry.service).where(Entry.state == EntryState.LISTED)
    return entries.where(Service.organisation_id == Organisation.id).exists()


def _may_change(on: date, last: date, gates: Gates) -> ColumnElement[bool]:
    """Sorts out those of whom no fact begins or ends in time, and whose next annual check is not due or is in."""
    known = and_(Fact.organisation_id == Organisation.id, Fact.superseded_by_id.is_(None))
    moves = exists().where(known, or_(Fact.until.between(on, last), Fact.since.between(on, last)))
    due = date(on.year, gates.check_due_month, gates.check_due_day) + timedelta(days=1)
    if due <= on:
        due = due.replace(year=due.year + 1)
    if due > last:
        return moves
    year = due.year - 1
    checked = exists().where(known, Fact.kind == FactKind.ANNUAL_CHECK, Fact.since == date(year, 1, 1))
    return or_(moves, ~checked)


def _lapses(ids: Sequence[int], on: date, last: date, gates: Gates) -> dict[int, list[Lapse]]:
    """For each organisation the gates it passes today and will not on the day that their answer changes."""
    facts = standings.facts(ids)
    today = {i: eligibility.answers(known, on, gates) for i, known in facts.items()}
    changing: dict[date, set[int]] = {}
    for organisation_id, answers in today.items():
        for answer in answers:
            if answer.outcome is Outcome.PASS and answer.changes_on and on < answer.changes_on <= last:
                changing.setdefault(answer.changes_on, set()).add(organisation_id)
    found: dict[int, list[Lapse]] = {}
    for day, organisations in sorted(changing.items()):
        for organisation_id in sorted(organisations):
            passed = {answer.gate for answer in today[organisation_id] if answer.outcome is Outcome.PASS}
            found.setdefault(organisation_id, []).extend(
                Lapse(organisation_id, day, answer)
                for answer in eligibility.answers(facts[organisation_id], day, gates)
                if answer.gate in passed and answer.outcome is not Outcome.PASS
            )
    return found
