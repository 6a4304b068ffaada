"""Listed entries whose organisation will stop passing a gate soon, by the facts known today."""

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
from directory.rules.eligibility import FactKind, GateAnswer, Gates
from directory.rules.lapsing import lapsing
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
    found = [
        Lapse(organisation_id, first.on, first.then)
        for organisation_id, facts in standings.facts(ids).items()
        for first in lapsing(facts, on=on, within=rules.periods.lapsing_days, gates=rules.gates)[:1]
    ]
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
