"""Which entries the gates cost their place on a day, and which earned it back: looked up for all at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, or_, select

from directory.db import db
from directory.models.service import Entry, Service
from directory.operations import standings
from directory.rules import eligibility
from directory.rules.eligibility import DatedFact, GateAnswer, Gates, Outcome
from directory.rules.lifecycle import EntryState


class Lost(NamedTuple):
    """An entry and the first gate that its organisation fails."""

    entry_id: int
    answer: GateAnswer


@dataclass(frozen=True, slots=True)
class Due:
    """What the gates ask to be done: listed entries to suspend, suspended ones to restore; by entry id."""

    suspend: list[Lost]
    restore: list[int]


def due(*, on: date, gates: Gates, stood: datetime) -> Due:
    """What is due on a day among the entries that stood as they do at the moment `stood`.

    A gate that fails costs the place, an unknown one does not. Only what was suspended for a gate comes back by
    itself, and only when every gate passes; what a person suspended waits for a person.
    """
    rows = db.session.execute(
        select(Entry.id, Entry.state, Service.organisation_id)
        .join(Service, Entry.service_id == Service.id)
        .where(
            Entry.since <= stood,
            or_(
                Entry.state == EntryState.LISTED,
                and_(Entry.state == EntryState.SUSPENDED, Entry.reason.in_(eligibility.GATES)),
            ),
        )
        .order_by(Entry.id)
    ).all()
    answers = standings.answers((row.organisation_id for row in rows), on=on, gates=gates)
    failed = {i: first for i, given in answers.items() if (first := first_failed(given))}
    passed = {i for i, given in answers.items() if eligibility.eligible(given)}
    return Due(
        [Lost(r.id, failed[r.organisation_id]) for r in rows if r.state is EntryState.LISTED and r[2] in failed],
        [r.id for r in rows if r.state is EntryState.SUSPENDED and r.organisation_id in passed],
    )


def first_failed(answers: Iterable[GateAnswer]) -> GateAnswer | None:
    return next((answer for answer in answers if answer.outcome is Outcome.FAIL), None)


def told(fact: DatedFact | None) -> str:
    """A fact in a line, for those who look after the entry; "" where the gate rests on none."""
    if fact is None:
        return ""
    until = f"至 {fact.until}" if fact.until else "起"
    return "，".join(part for part in (fact.value, f"{fact.since} {until}", fact.source) if part)
