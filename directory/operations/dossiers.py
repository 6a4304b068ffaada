"""All that government looks at before a step of an application or of an organisation's facts."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from directory.db import db
from directory.errors import NotFound
from directory.models.application import Appeal, Application, Objection
from directory.models.evidence import Evidence
from directory.models.organisation import Fact, Organisation
from directory.models.service import Entry
from directory.operations import parameters
from directory.policy import Actor, Permission, require
from directory.rules import eligibility
from directory.rules.eligibility import GateAnswer


@dataclass(frozen=True, slots=True)
class Standing:
    """An organisation's facts, superseded ones too, what the gates make of them on a day, and what proves them."""

    facts: list[Fact]
    gates: tuple[GateAnswer, ...]
    evidence: list[Evidence]


@dataclass(frozen=True, slots=True)
class Dossier:
    """`listed` is the entry of the same service, if it has or had one."""

    standing: Standing
    listed: Entry | None
    objections: list[Objection]
    appeal: Appeal | None


def standing(organisation_id: int, *, on: date) -> Standing:
    facts = list(
        db.session.scalars(
            select(Fact).where(Fact.organisation_id == organisation_id).order_by(Fact.kind, Fact.since, Fact.id)
        )
    )
    gates = eligibility.answers(
        [fact.dated() for fact in facts if fact.superseded_by_id is None], on, parameters.in_force().gates
    )
    files = select(Evidence).where(Evidence.organisation_id == organisation_id).order_by(Evidence.id)
    return Standing(facts, gates, list(db.session.scalars(files)))


def of(application: Application, *, on: date) -> Dossier:
    """What there is to look at; whoever asks has checked that the application may be read."""
    objections = select(Objection).where(Objection.application_id == application.id).order_by(Objection.id)
    return Dossier(
        standing(application.organisation_id, on=on),
        entry_of(application.service_id),
        list(db.session.scalars(objections)),
        db.session.scalar(select(Appeal).where(Appeal.application_id == application.id)),
    )


def entry_of(service_id: int) -> Entry | None:
    return db.session.scalar(select(Entry).where(Entry.service_id == service_id).options(joinedload(Entry.version)))


def organisation(organisation_id: int, *, by: Actor) -> Organisation:
    """One to read. Raises NotFound, Forbidden."""
    found = db.session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound(f"no organisation {organisation_id}")
    require(by, Permission.WATCH_CATALOGUE, found)
    return found
