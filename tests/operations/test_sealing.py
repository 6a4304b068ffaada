"""An edition is sealed whole or not at all, and says what stood at that moment."""

import signal
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from directory.db import db, transaction
from directory.errors import Conflict, Forbidden, Invalid
from directory.models.audit import AuditEvent
from directory.models.edition import Edition, SealedEntry
from directory.models.notice import Notice
from directory.operations import editions, sealing, verification
from directory.policy import Actor
from directory.rules.editions import BEGINNING
from directory.rules.lifecycle import EditionState
from directory.rules.roles import Role
from tests import factories
from tests.factories import NOW
from tests.factories_editions import later, listed, remove, rename, restore, seal, suspend
from tests.processes import python

DISTRICT = Actor(None, Role.DISTRICT)


@pytest.fixture
def entries(app):
    return listed()


def test_each_edition_follows_the_one_before_and_supersedes_it(entries):
    first, second = seal(), seal(now=later(1), unchanged=True)
    assert (first.previous, second.previous) == (BEGINNING, first.digest)
    db.session.refresh(first)
    assert (first.state, second.state) == (EditionState.SUPERSEDED, EditionState.SEALED)
    assert editions.in_force().number == second.number == "2026-2"


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("2026-12-31T15:59:59.999999+00:00", "2026-2"),
        ("2026-12-31T16:00:00+00:00", "2027-1"),
        ("2027-01-01T00:00:00+08:00", "2027-1"),
        ("2026-12-31T23:59:59-08:00", "2027-1"),
        ("2028-02-29T23:00:00+08:00", "2028-1"),
    ],
)
def test_the_year_is_that_of_the_day_in_the_district(entries, moment, number):
    seal()
    assert seal(now=datetime.fromisoformat(moment), unchanged=True).number == number


def test_numbers_count_within_a_year_past_ten(entries):
    numbers = [seal(now=later(hour), unchanged=True).number for hour in range(11)]
    assert numbers == [f"2026-{n}" for n in range(1, 12)]


def test_a_clock_set_back_is_told(entries):
    seal()
    with pytest.raises(Conflict, match="the clock says"):
        seal(now=NOW - timedelta(seconds=1), unchanged=True)
    assert editions.in_force().number == "2026-1"


def test_sealing_again_with_nothing_changed_is_refused_unless_meant(entries):
    seal()
    with pytest.raises(sealing.Unchanged):
        seal(now=later(1))
    assert db.session.scalar(select(func.count(Edition.id))) == 1
    assert seal(now=later(2), unchanged=True).rows == 3


def test_an_empty_catalogue_is_not_sealed_first(app):
    with transaction():
        factories.taxonomy()
    with pytest.raises(sealing.Unchanged):
        seal()


def test_the_last_entry_gone_an_empty_edition_says_so(app):
    (entry,) = listed(1)
    seal()
    remove(entry, now=later(1))
    edition = seal(now=later(2))
    assert edition.rows == 0
    assert list(verification.faults()) == []


@pytest.mark.parametrize(
    ("title", "rule"), [("", "empty"), (" \n\t ", "empty"), ("\x00\x1b", "empty"), ("长" * 61, "too_long")]
)
def test_a_title_that_cannot_be_is_refused(entries, title, rule):
    with pytest.raises(Invalid) as refused:
        seal(title)
    assert (refused.value.field, refused.value.rule) == ("title", rule)
    assert db.session.scalar(select(func.count(SealedEntry.id))) == 0


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DISTRICT, Role.OPERATOR}))
def test_only_the_district_seals(entries, role):
    by = Actor(1, role, organisation=1, area="310105-05")
    with pytest.raises(Forbidden):
        seal(by=by)
    if role is not Role.AUDITOR:
        with pytest.raises(Forbidden):
            sealing.preview(by=by, now=NOW)


def test_the_auditor_may_look(entries):
    assert sealing.preview(by=Actor(1, Role.AUDITOR), now=NOW).rows == 3


def test_a_preview_says_what_would_differ(app):
    first, second, third, fourth, fifth = listed(5)
    suspend(fifth, now=later(0.5))
    seal(now=later(1))
    suspend(first, now=later(2))
    remove(second, now=later(2))
    rename(third, "改了名", now=later(2))
    restore(fifth, now=later(2))
    with transaction():
        new = factories.entry(factories.organisation(9)).id
    preview = sealing.preview(by=DISTRICT, now=later(3))
    parts = {kind: list(ids) for kind, ids in preview.difference.parts().items() if ids}
    assert parts == {
        "admitted": [new],
        "restored": [fifth],
        "suspended": [first],
        "exited": [second],
        "changed": [third],
    }
    assert (preview.number, preview.rows, preview.in_force.number) == ("2026-2", 4, "2026-1")
    told = {found.entry_id: found for found in sealing.told(preview, page=1)}
    assert [change.field for change in told[third].changes] == [
        "service.approved_at",
        "service.name",
        "service.version",
    ]
    assert (told[new].before, told[first].after) == (None, None)
    assert told[second].shown["service"]["name"] == "第2号服务"
    assert fourth not in told
    edition = seal(now=later(3), seen=preview.seen)
    assert editions.between(editions.get("2026-1"), edition) == preview.difference


def test_what_changed_since_it_was_looked_at_is_not_sealed(entries):
    preview = sealing.preview(by=DISTRICT, now=NOW)
    rename(entries[0], "刚改的名", now=later(1))
    with pytest.raises(sealing.Moved):
        seal(seen=preview.seen, now=later(2))
    assert editions.in_force() is None


def test_the_deed_is_noted_and_people_are_told(app):
    with transaction():
        factories.taxonomy()
        inside, outside = factories.organisation(1), factories.organisation(2)
        factories.entry(inside)
        officer = factories.account(Role.DISTRICT).id
        owner = factories.account(Role.OWNER, organisation_id=inside.id).id
        factories.account(Role.OWNER, organisation_id=outside.id)
        factories.account(Role.EDITOR, organisation_id=inside.id, active=False)
    edition = seal("秋季版", by=Actor(officer, Role.DISTRICT))
    noted = db.session.scalars(select(AuditEvent).filter_by(event="edition:seal")).one()
    assert (noted.actor, noted.thing) == (f"district:{officer}", f"Edition:{edition.id}")
    assert noted.reason == f"2026-1 秋季版: 1 entries, {edition.digest}"
    told = db.session.scalars(select(Notice)).all()
    assert {notice.account_id for notice in told} == {officer, owner}
    assert {(n.kind, n.link, n.facts["title"]) for n in told} == {("edition_sealed", "/editions/2026-1", "秋季版")}


def test_of_two_who_seal_what_they_looked_at_one_wins(app, entries):
    seen = sealing.preview(by=DISTRICT, now=NOW).seen
    db.session.rollback()
    start, answers = Barrier(2), []

    def run(hour):
        with app.app_context():
            start.wait()
            try:
                answers.append(seal(now=later(hour), seen=seen, unchanged=True).number)
            except Conflict as refused:
                answers.append(type(refused).__name__)
            db.session.remove()

    sealers = [Thread(target=run, args=(hour,)) for hour in (1, 1)]
    for sealer in sealers:
        sealer.start()
    for sealer in sealers:
        sealer.join()
    assert sorted(answers) == ["2026-1", "Moved"]
    assert list(verification.faults()) == []


def test_killed_in_the_middle_nothing_is_left_and_it_can_be_sealed_again(app, tmp_path):
    """Killed when the rows are written and the edition is not yet closed."""
    listed(30)
    seal()
    rename(1, "新名", now=later(1))
    db.session.remove()
    process = python(
        "import os, signal\n"
        "from directory.app import create_app; from directory.operations import sealing\n"
        "from tests.factories_editions import later, seal\n"
        "def stop(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
        "with create_app().app_context():\n"
        "    sealing.edition_digest = stop\n"
        "    seal(now=later(2))\n",
        tmp_path,
    )
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert [edition.number for edition in editions.listing()[0]] == ["2026-1"]
    assert db.session.scalar(select(func.count(SealedEntry.id))) == 30
    assert editions.in_force().state is EditionState.SEALED
    assert list(verification.faults()) == []
    assert seal(now=later(3)).number == "2026-2"
    assert list(verification.faults()) == []


def test_an_error_in_the_middle_leaves_nothing(entries, monkeypatch):
    monkeypatch.setattr(sealing, "edition_digest", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        seal()
    assert db.session.scalar(select(func.count(SealedEntry.id))) == 0
    assert db.session.scalar(select(func.count(AuditEvent.id)).where(AuditEvent.event == "edition:seal")) == 0
