"""Deliveries as the exchange hands them over, and taking them in."""

from sqlalchemy import func, select

from directory.db import db, transaction
from directory.models.service import Entry, Service
from directory.operations import imports
from directory.operations.records import (
    CategoryRow,
    Delivery,
    FieldRow,
    Identity,
    OrganisationRow,
    Origin,
    ServiceRow,
)
from directory.policy import OPERATOR

FIELD = FieldRow("XX", "外来", "Foreign", "别处的服务", ("department",), "某局", "12345")
HOME = Identity("far", "o1")


def organisation(line=1, identity=HOME, name="远方社", **changed):
    return OrganisationRow(identity, name, origin=Origin("o.csv", line), **changed)


def service(line=1, **changed):
    values = {"organisation": HOME, "external_id": f"s{line}", "category": CategoryRow("P-001"), "name": "停车共治"}
    return ServiceRow(**(values | changed), origin=Origin("s.csv", line))


def delivery(*services, organisations=None, field=None):
    return Delivery("far", organisations or (organisation(),), services or (service(),), field=field)


def take(given, now, **options):
    with transaction():
        return imports.take(given, by=OPERATOR, now=now, **options)


def faults(report):
    return [(fault.origin.line, fault.field, fault.rule) for fault in report.faults]


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def entry_of(external_id="s1"):
    return db.session.scalars(select(Entry).join(Entry.service).where(Service.external_id == external_id)).one()
