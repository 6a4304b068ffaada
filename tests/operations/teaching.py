"""Learning as the command line does it, and asking a worker that was there before."""

from pathlib import Path

from sqlalchemy import func, select

from directory.db import db, transaction
from directory.engine import Engine
from directory.models.audit import AuditEvent
from directory.operations import learning
from directory.policy import OPERATOR
from tests import factories
from tests.factories import NOW


def taught_catalogue(entries=3):
    """A small catalogue with a few sayings for each service, indexed."""
    made = factories.catalogue(entries)
    with transaction():
        factories.sayings()
    return made


def train(app):
    """(the version learned, whether it was put in force just now)"""
    trained = learning.train(app.extensions["engine"].models, by=OPERATOR)
    with transaction():
        return trained.version, learning.put_in_force(trained, by=OPERATOR, now=NOW)


def confirm_many(texts, category="P-001", **changed):
    with transaction():
        return [factories.confirmed(text, category, **changed).id for text in texts]


def file_of(app, version) -> Path:
    return app.extensions["engine"].models / f"{version}.npz"


def restart(app):
    """As another process would see it: an engine on the same folders that has kept nothing yet."""
    old = app.extensions["engine"]
    app.extensions["engine"] = Engine(old.index, old.models)


def events(kind):
    """How often a deed was noted, and what for."""
    return list(db.session.scalars(select(AuditEvent.reason).filter_by(event=kind).order_by(AuditEvent.id)))


def count(model, **wanted):
    return db.session.scalar(select(func.count()).select_from(model).filter_by(**wanted))
