"""The organisations of the demo, their facts and services: added once, never changed."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from directory.db import db
from directory.models.organisation import Fact, Organisation, OrganisationKind
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Category
from directory.operations import parameters
from directory.policy import Actor
from directory.rules import eligibility
from directory.rules.calendar import day_of, years_later
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import EntryState

Rows = Iterable[Mapping[str, str]]
SOURCE = "demo"


def load(folder: Path, *, read: Callable[[str], Rows], by: Actor, now: datetime) -> dict[str, int]:
    """Add those that are missing; how many of each kind that were. Their days move with the years that went by."""
    about = json.loads((folder / "about.json").read_text("utf-8"))
    as_of, today = date.fromisoformat(about["as_of"]), day_of(now)
    years, gates = _years_since(as_of, today), parameters.in_force().gates
    checks = max(0, eligibility.year_due(today, gates) - eligibility.year_due(as_of, gates))
    return {
        "organisations": _organisations(read("demo/organisations.csv"), years),
        "facts": _facts(read("demo/facts.csv"), years, checks, by=by, now=now),
        "services": _services(read("demo/services.csv"), now=now),
    }


def _years_since(as_of: date, today: date) -> int:
    """Whole years by which demo dates move, so that a demo opened later still shows gates passed and failed."""
    years = max(0, today.year - as_of.year)
    return years - (years > 0 and years_later(as_of, years) > today)


def _organisations(rows: Rows, years: int) -> int:
    known = set(db.session.scalars(select(Organisation.uscc)))
    new = [row for row in rows if row["uscc"] not in known]
    for row in new:
        organisation = Organisation(**{k: v for k, v in row.items() if k not in {"kind", "confirmed_on"}})
        organisation.kind = OrganisationKind(row["kind"])
        organisation.confirmed_on = years_later(date.fromisoformat(row["confirmed_on"]), years)
        organisation.source, organisation.is_demo = SOURCE, True
        db.session.add(organisation)
    db.session.flush()
    return len(new)


def _facts(rows: Rows, years: int, checks: int, *, by: Actor, now: datetime) -> int:
    """Demo facts of demo organisations that have none yet; annual checks move when the next one falls due."""
    organisations = dict(
        db.session.execute(
            select(Organisation.uscc, Organisation.id).where(Organisation.is_demo, ~Organisation.facts.any())
        ).all()
    )
    new = [row for row in rows if row["uscc"] in organisations]
    for row in new:
        since = date.fromisoformat(row["since"])
        until = date.fromisoformat(row["until"]) if row["until"] else None
        kind = FactKind(row["kind"])
        later = checks if kind is FactKind.ANNUAL_CHECK else years
        db.session.add(
            Fact(
                organisation_id=organisations[row["uscc"]],
                kind=kind,
                value=row["value"],
                since=years_later(since, later),
                until=until and years_later(until, later),
                source=row["source"],
                recorded_at=now,
                recorded_by=str(by.role),
            )
        )
    db.session.flush()
    return len(new)


def _services(rows: Rows, *, now: datetime) -> int:
    organisations = dict(
        db.session.execute(select(Organisation.uscc, Organisation.id).where(Organisation.is_demo)).all()
    )
    categories = {category.code: category for category in db.session.scalars(select(Category))}
    known = set(
        db.session.execute(
            select(Service.organisation_id, Service.external_id).join(Service.organisation).where(Organisation.is_demo)
        )
    )
    new = [
        row
        for row in rows
        if row["uscc"] in organisations and (organisations[row["uscc"]], row["external_id"]) not in known
    ]
    for row in new:
        service = Service(
            organisation_id=organisations[row["uscc"]],
            category_id=categories[row["category"]].merged_into_id or categories[row["category"]].id,
            external_id=row["external_id"],
            capacity=int(row["capacity"]),
        )
        version = ServiceVersion(
            service=service,
            number=1,
            name=row["name"],
            description=row["description"],
            areas=row["areas"].split("|"),
            groups=[group for group in row["groups"].split("|") if group],
            price_low=int(row["price_low"]),
            price_high=int(row["price_high"]),
            price_unit=row["price_unit"],
            approved_at=now,
        )
        db.session.add(
            Entry(
                service=service,
                version=version,
                state=EntryState(row["state"]),
                reason=row["reason"],
                since=now,
                assessed=Decimal(row["assessed"]) if row["assessed"] else None,
            )
        )
    db.session.flush()
    return len(new)
