"""The rows of an edition: what is public of each entry at that moment, in one form and order."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from directory.db import db, transaction
from directory.models.organisation import Organisation
from directory.models.service import Entry
from directory.operations import drafting, editions, sealing, verification
from directory.rules.editions import canonical, digest_of, edition_digest
from directory.rules.eligibility import FactKind
from tests import factories
from tests.factories import NOW
from tests.factories_editions import later, listed, remove, rename, seal, suspend


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
