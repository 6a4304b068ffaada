"""An edition is sealed whole or not at all, and says what stood at that moment."""

import json
import signal
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import event, func, select

from directory.db import db, transaction
from directory.errors import Conflict, Forbidden, Invalid
from directory.models.audit import AuditEvent
from directory.models.edition import Edition, SealedEntry
from directory.models.notice import Notice
from directory.models.organisation import Organisation
from directory.models.service import Entry
from directory.operations import drafting, editions, sealing, verification
from directory.policy import Actor
from directory.rules.editions import BEGINNING, canonical, digest_of, edition_digest
from directory.rules.eligibility import FactKind
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


def content(edition, entry_id):
    return editions.row(edition, entry_id).content


def test_a_row_holds_what_is_public_of_an_entry(entries):
    said = content(seal(), entries[0])
    entry = db.session.get_one(Entry, entries[0])
    assert said == {
        "entry": entry.id,
        "since": NOW.isoformat(),
        "assessed": "88.5",
        "grade": "4A",
        "category": {"code": "P-001", "name": "停车管理", "field": {"code": "SH-04", "name": "社区治理"}},
        "service": {
            "id": entry.service_id,
            "version": 1,
            "name": "第1号服务",
            "description": "第1项：请居民一起商量车位怎么停。",
            "areas": [{"code": "310105-05", "name": "天山路街道"}],
            "groups": [],
            "price": {"low": 1000, "high": 2000, "unit": "每项目"},
            "approved_at": NOW.isoformat(),
        },
        "organisation": {
            "id": entry.service.organisation_id,
            "name": "示例·邻里1社",
            "uscc": factories.code(1),
            "kind": "other",
            "area": {"code": "310105-05", "name": "天山路街道"},
            "phone": "021-5288 1234",
            "demo": False,
        },
        "facts": [
            {
                "kind": kind.value,
                "value": value,
                "since": since.isoformat(),
                "until": until and until.isoformat(),
                "source": "公告（示例）",
            }
            for kind, value, since, until in sorted(factories.GOOD_STANDING, key=lambda fact: fact[2])
        ],
    }


def test_personal_data_in_free_text_is_masked_for_good(app):
    with transaction():
        factories.taxonomy()
        made = factories.entry(factories.organisation(), name="联系王阿姨", description="打 13812345678 找她").id
    edition = seal("电话 13812345678")
    assert "13812345678" not in editions.row(edition, made).text
    assert edition.title == "电话 ［手机号］"


def test_only_what_is_listed_is_sealed_and_facts_superseded_are_left_out(app):
    first, second, third, *_ = listed(5)
    suspend(first, now=later(1))
    remove(second, now=later(1))
    with transaction():
        owner = db.session.get_one(Entry, third).service.organisation_id
        old, new = (
            factories.fact(db.session.get_one(Organisation, owner), FactKind.HONOUR, name, date(2026, 1, 1))
            for name in ("旧", "新")
        )
        old.superseded_by_id = new.id
    edition = seal(now=later(2))
    rows = list(editions.all_rows(edition))
    assert {row.entry_id for row in rows}.isdisjoint({first, second})
    assert edition.rows == len(rows) == 3
    honours = [fact["value"] for fact in content(edition, third)["facts"] if fact["kind"] == "honour"]
    assert honours == ["新"]


def test_a_grade_is_that_of_the_day_in_the_district(app):
    """4A until the end of 15 November 2029 in Shanghai, which is 16:00 in Greenwich."""
    (entry,) = listed(1)
    ends = datetime(2029, 11, 15, 16, 0, tzinfo=UTC)
    before = content(seal(now=ends - timedelta(microseconds=1)), entry)["grade"]
    after = content(seal(now=ends), entry)["grade"]
    assert (before, after) == ("4A", "")


def test_digests_are_those_of_the_rules(entries):
    edition = seal()
    rows = list(editions.all_rows(edition))
    assert [row.digest for row in rows] == [digest_of(row.text) for row in rows]
    assert [row.text for row in rows] == [canonical(json.loads(row.text)) for row in rows]
    assert edition.digest == edition_digest(sealing.header(edition), [row.digest for row in rows])


def test_rows_stand_by_field_then_category_then_entry(app):
    ids = listed(7)
    order = [row.content["category"]["code"] for row in editions.all_rows(seal())]
    assert order == sorted(order)
    assert sorted(row.entry_id for row in editions.all_rows(editions.get("2026-1"))) == ids


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


def test_entries_are_read_and_written_in_batches(app, monkeypatch):
    monkeypatch.setattr(drafting, "BATCH", 4)
    monkeypatch.setattr(sealing, "BATCH", 4)
    listed(10)
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement.split()[0:3])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        edition = seal()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert sum(said == ["INSERT", "INTO", "sealed_entry"] for said in statements) == 3
    assert [row.position for row in editions.all_rows(edition)] == list(range(1, 11))
    assert list(verification.faults()) == []


def test_what_happens_later_does_not_change_what_was_sealed(entries):
    edition = seal()
    before = [row.text for row in editions.all_rows(edition)]
    rename(entries[0], "改名", now=later(1))
    suspend(entries[1], now=later(1))
    with transaction():
        db.session.get_one(Organisation, 1).phone = "021-0000 0000"
    assert [row.text for row in editions.all_rows(edition)] == before
