"""Asking as a person does, and reading back what was stored."""

from directory.db import db, transaction
from directory.operations import matches
from directory.policy import VISITOR
from search.query import Need
from tests.factories import NOW


def ask(app, text, category=None, **need):
    with transaction():
        engine = app.extensions["engine"]
        return matches.ask(Need(text, **need), by=VISITOR, now=NOW, engine=engine, category=category).public_id


def run_of(app, text, category=None, **need):
    """The run as it was stored, read back."""
    public_id = ask(app, text, category, **need)
    db.session.expire_all()
    return matches.get(public_id, by=VISITOR)


def replayed(app, run):
    db.session.expire_all()
    return matches.replay(matches.get(run.public_id, by=VISITOR), engine=app.extensions["engine"])


def entries(run, *, excluded=False):
    return [line.entry_id for line in run.lines if (line.rank == 0) is excluded]


def gates_of(run):
    """entry id → gates that cost it its place."""
    return {line.entry_id: [r["gate"] for r in line.reasons] for line in run.lines if not line.rank}
