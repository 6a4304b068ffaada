"""How an entry stood is kept by the flush that changes it, whoever does."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from directory.db import db
from directory.models.service import EntryStep
from directory.rules.lifecycle import EntryState
from tests import factories
from tests.factories import NOW

LATER = NOW + timedelta(days=3)


def steps(entry):
    """(step, state, version) of an entry, oldest first."""
    known = select(EntryStep).where(EntryStep.entry_id == entry.id).order_by(EntryStep.id)
    return [(s.step, s.state, s.version_id) for s in db.session.scalars(known)]


def listed():
    factories.taxonomy()
    return factories.entry(factories.organisation())


def test_the_first_listing_is_a_step(app):
    entry = listed()
    assert steps(entry) == [("list", "listed", entry.version_id)]


def test_each_change_of_state_is_a_step_with_its_reason_and_its_time(app):
    entry = listed()
    for state, reason in ((EntryState.SUSPENDED, "grade"), (EntryState.LISTED, ""), (EntryState.EXITED, "expired")):
        entry.state, entry.reason, entry.since = state, reason, LATER
        db.session.flush()
    assert [step for step, *_ in steps(entry)] == ["list", "suspend", "restore", "exit"]
    last = db.session.scalars(select(EntryStep).order_by(EntryStep.id.desc())).first()
    assert (last.reason, last.at) == ("expired", LATER)


def test_a_new_version_and_a_new_score_are_changes(app):
    entry = listed()
    version = factories.new_version(entry, name="改了名")
    entry.assessed = Decimal("91.25")
    db.session.flush()
    assert steps(entry)[1:] == [("change", "listed", version.id)] * 2


def test_what_the_catalogue_does_not_show_is_no_step(app):
    entry = listed()
    entry.service.capacity = 1
    entry.since = LATER
    db.session.flush()
    assert len(steps(entry)) == 1


def test_what_is_rolled_back_leaves_no_step(app):
    entry = listed()
    db.session.commit()
    entry.state, entry.reason = EntryState.SUSPENDED, "grade"
    db.session.flush()
    db.session.rollback()
    assert len(steps(entry)) == 1
