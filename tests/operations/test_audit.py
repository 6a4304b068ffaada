from threading import Thread

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from directory import audit
from directory.db import db, transaction
from directory.models.audit import AuditEvent
from directory.policy import OPERATOR, VISITOR, Actor, Role
from tests.factories import NOW
from tests.processes import ended, python


def record(number, by=OPERATOR):
    return audit.record("test:done", by=by, thing=f"Thing:{number}", now=NOW, reason=f"理由{number}")


@pytest.fixture
def chain(app):
    """Five events."""
    with transaction():
        return [record(number).id for number in range(5)]


def broken():
    db.session.rollback()
    return dict(audit.broken())


FOLLOWS, CHANGED = "does not follow the event before it", "was changed after it was written"


def test_an_event_says_who_did_what_to_what_when_and_why(app):
    with transaction():
        record(1, by=Actor(7, Role.OPERATOR))
        record(2, by=VISITOR)
    first, second = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    assert (first.event, first.actor, first.thing, first.reason) == ("test:done", "operator:7", "Thing:1", "理由1")
    assert (second.actor, second.at) == ("public", NOW)


def test_each_event_follows_from_the_one_before(chain):
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.previous for event in events] == [audit.BEGINNING, *(event.digest for event in events[:-1])]
    assert broken() == {}


def test_an_empty_record_is_whole(app):
    assert broken() == {}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("event", "test:undone"),
        ("actor", "public"),
        ("thing", "Thing:9"),
        ("reason", ""),
        ("at", NOW.replace(year=2025)),
    ],
)
def test_a_changed_event_is_named(chain, column, value):
    with transaction():
        db.session.execute(update(AuditEvent).where(AuditEvent.id == chain[2]).values({column: value}))
    assert broken() == {chain[2]: CHANGED}


def test_an_event_changed_with_its_digest_breaks_the_next_one(chain):
    with transaction():
        event = db.session.get(AuditEvent, chain[2])
        event.reason = "改过的理由"
        event.digest = audit._digest(event)
    assert broken() == {chain[3]: FOLLOWS}


@pytest.mark.parametrize("place", [0, 2])
def test_after_a_deleted_event_the_next_one_is_named(chain, place):
    with transaction():
        db.session.execute(delete(AuditEvent).where(AuditEvent.id == chain[place]))
    assert broken() == {chain[place + 1]: FOLLOWS}


def test_an_inserted_event_is_named(chain):
    said = {"event": "test:done", "actor": "operator", "thing": "Thing:9", "reason": "", "at": NOW}
    with transaction():
        db.session.execute(insert(AuditEvent).values(**said, previous="a" * 64, digest="b" * 64))
    assert list(broken()) == [chain[-1] + 1]


def test_events_that_changed_places_are_named(chain):
    with transaction():
        first, second = (db.session.get(AuditEvent, chain[place]) for place in (1, 2))
        first.id, second.id = 901, 902
        db.session.flush()
        first.id, second.id = chain[2], chain[1]
    assert set(broken()) >= {chain[1], chain[2]}


def test_no_two_events_may_follow_the_same_one(chain):
    before = db.session.get(AuditEvent, chain[2]).previous
    said = {"event": "test:done", "actor": "operator", "thing": "Thing:9", "reason": "", "at": NOW}
    with pytest.raises(IntegrityError):
        db.session.execute(insert(AuditEvent).values(**said, previous=before, digest="b" * 64))
    db.session.rollback()


def test_a_deed_taken_back_leaves_no_event(chain):
    def fails():
        with transaction():
            record(99)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert db.session.scalar(select(func.count(AuditEvent.id))) == 5
    with transaction():
        record(6)
    assert broken() == {}


def test_threads_that_write_at_once_keep_one_chain(app, chain):
    def write():
        with app.app_context():
            for number in range(10):
                with transaction():
                    record(number)
            db.session.remove()

    writers = [Thread(target=write) for _ in range(4)]
    db.session.rollback()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert broken() == {}
    assert db.session.scalar(select(func.count(AuditEvent.id))) == 45


def test_processes_that_write_at_once_keep_one_chain(app, chain, tmp_path):
    code = (
        "from directory import audit; from directory.app import create_app; from directory.db import transaction\n"
        "from directory.policy import OPERATOR; from tests.factories import NOW\n"
        "with create_app().app_context():\n"
        "    for number in range(10):\n"
        "        with transaction():\n"
        "            audit.record('test:done', by=OPERATOR, thing='Thing:1', now=NOW)\n"
    )
    db.session.rollback()
    for writer in [python(code, tmp_path), python(code, tmp_path)]:
        ended(writer)
    assert broken() == {}
    assert db.session.scalar(select(func.count(AuditEvent.id))) == 25
