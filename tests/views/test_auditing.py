"""Auditors read what was done, find it, take it with them, and change nothing."""

import csv
import io
import threading

import pytest
from sqlalchemy import event, func, select, update

from directory import audit
from directory.db import db, transaction
from directory.models.audit import AuditEvent
from directory.policy import Actor, Permission, can
from directory.rules.roles import OF_AN_ORGANISATION, Role
from tests import factories
from tests.factories import NOW
from tests.factories_editions import later
from tests.views.conftest import sign_in
from tests.views.page import Page, said

READS = {
    Permission.READ_PEOPLE,
    Permission.READ_ASSESSORS,
    Permission.READ_ORGANISATION,
    Permission.READ_APPLICATION,
    Permission.READ_ASSESSMENT,
    Permission.READ_RESULT,
    Permission.WATCH_CATALOGUE,
    Permission.WATCH_LEARNING,
    Permission.WATCH_SUPPLY,
    Permission.READ_NEED,
    Permission.READ_INVITATION,
    Permission.READ_ENGAGEMENT,
    Permission.READ_EXPOSURE,
    Permission.READ_AUDIT,
}


@pytest.fixture
def record(app):
    """Three deeds of an officer and one of the system."""
    with transaction():
        officer = factories.account(Role.DISTRICT, name="示例·陈经办")
        by = Actor(officer.id, Role.DISTRICT)
        audit.record("entry:suspend", by=by, thing="Entry:1", now=NOW, reason="grade_lapsed: 等级到期")
        audit.record("entry:restore", by=by, thing="Entry:1", now=later(24), reason="补齐了")
        audit.record("application:screen", by=by, thing="Application:7", now=later(48))
        audit.record("seed:load", by=Actor(None, Role.OPERATOR), thing="Seeds:all", now=later(72), reason="=1+1")
    return officer.id


@pytest.fixture
def auditor(client, record):
    with transaction():
        sign_in(client, factories.account(Role.AUDITOR))
    return client


def shown(page):
    return [said(item) for item in page.all("span", inside="events", kind="count")]


def test_the_newest_deed_comes_first_with_who_and_why(auditor):
    page = Page(auditor.get("/audit"))
    assert shown(page) == ["seed:load", "application:screen", "entry:restore", "entry:suspend"]
    last = said(page.all("li", inside="events")[-1])
    assert "目录条目：暂停" in last
    assert "2026年11月23日 12:00 · 区级经办 · 示例·陈经办 · Entry:1" in last
    assert "等级到期" in last


@pytest.mark.parametrize(
    ("asked", "events"),
    [
        ("event=entry:suspend", ["entry:suspend"]),
        ("event=entry:", ["entry:restore", "entry:suspend"]),
        ("event=entry", []),
        ("actor=district:", ["application:screen", "entry:restore", "entry:suspend"]),
        ("actor=operator", ["seed:load"]),
        ("thing=Application:7", ["application:screen"]),
        ("thing=Entry:", ["entry:restore", "entry:suspend"]),
        ("q=到期", ["entry:suspend"]),
        ("q=%25", []),
        ("since=2026-11-24&until=2026-11-25", ["application:screen", "entry:restore"]),
        ("until=2026-11-23", ["entry:suspend"]),
        ("since=2026-11-26", ["seed:load"]),
        ("since=0001-01-01&until=9999-12-31&event=seed:load", ["seed:load"]),
        ("before=3", ["entry:restore", "entry:suspend"]),
        ("event=entry:&since=2026-11-24", ["entry:restore"]),
    ],
)
def test_deeds_are_found(auditor, asked, events):
    page = Page(auditor.get(f"/audit?{asked}"))
    assert shown(page) == events
    assert bool(page.all("p", kind="empty")) == (not events)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("since=2026-02-30", "不是日期"),
        ("until=x", "不是日期"),
        ("since=2026-11-25&until=2026-11-24", "请改其中一个"),
        ("event=" + "x" * 201, "最多 200 个字"),
        ("before=-1", "不是事件编号"),
        ("before=" + "9" * 30, "不是事件编号"),
    ],
)
def test_what_cannot_be_asked_is_told(auditor, asked, words):
    page = Page(auditor.get(f"/audit?{asked}"))
    assert page.status == 422
    assert words in page.faults[0]


def test_pages_go_on_by_number_and_hold_every_deed_once(auditor):
    with transaction():
        for number in range(120):
            audit.record("test:done", by=Actor(None, Role.OPERATOR), thing=f"Thing:{number}", now=NOW)
    address, seen = "/audit?event=test:done", []
    while address:
        page = Page(auditor.get(address))
        seen += [said(a) for a in page.all("a", inside="events") if said(a).startswith("Thing:")]
        further = [a.get("href") for a in page.all("a", inside="pager")]
        address = further[0] if further else ""
    assert seen == [f"Thing:{number}" for number in reversed(range(120))]


def test_a_page_of_many_deeds_asks_a_few_times_and_counts_none(auditor):
    with transaction():
        for number in range(200):
            audit.record("test:done", by=Actor(None, Role.OPERATOR), thing=f"Thing:{number}", now=NOW)
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    auditor.get("/audit?before=150")
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(asked) <= 5
    assert not any("count(" in statement and "audit_event" in statement for statement in asked)


def test_the_export_holds_all_that_was_found_and_no_formula(auditor):
    answer = auditor.get("/audit/events.csv?actor=operator")
    table = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[2:6] for row in table[1:]] == [["seed:load", "operator", "Seeds:all", "'=1+1"]]
    whole = list(csv.reader(io.StringIO(auditor.get("/audit/events.csv").data.decode("utf-8-sig"))))
    assert len(whole) == 5
    assert [row[-1] for row in whole[2:]] == [row[-2] for row in whole[1:-1]]


def test_the_export_is_whole_where_the_request_is_over_before_it_is_sent(app, auditor):
    """As on a server: in a thread, where no context of a test keeps the session open."""
    with auditor.session_transaction() as session:
        kept = dict(session)
    got = []

    def export():
        client = app.test_client()
        with client.session_transaction() as session:
            session.update(kept)
        answer = client.get("/audit/events.csv")
        got.append((answer.status_code, len(answer.text.splitlines())))

    server = threading.Thread(target=export)
    server.start()
    server.join()
    assert got == [(200, 5)]


def test_a_wrong_search_is_not_exported(auditor):
    assert auditor.get("/audit/events.csv?since=x").status_code == 422


def test_one_deed_shows_its_chain(auditor):
    page = Page(auditor.get("/audit/events/2"))
    found = db.session.get(AuditEvent, 2)
    assert found.digest in page.text
    assert found.previous in page.text
    assert "和写下时一样，也接着上一条" in page.text
    assert (page.link("上一条"), page.link("下一条")) == ("/audit/events/1", "/audit/events/3")
    assert "和写下时一样" in Page(auditor.get("/audit/events/1")).text


def test_a_deed_that_was_changed_says_so(auditor):
    with transaction():
        db.session.execute(update(AuditEvent).where(AuditEvent.id == 2).values(reason="改过"))
    assert "这一条写下以后被改过" in Page(auditor.get("/audit/events/2")).text
    verified = Page(auditor.get("/audit/verify"))
    assert "有 1 处不对" in verified.text
    assert verified.link("第 2 条") == "/audit/events/2"


def test_a_deed_whose_forerunner_is_gone_says_so(auditor):
    with transaction():
        db.session.delete(db.session.get(AuditEvent, 2))
    assert "它前面的一条不见了" in Page(auditor.get("/audit/events/3")).text


@pytest.mark.parametrize("number", ["0", "999", str(2**63), "9" * 40])
def test_a_deed_there_is_not_is_a_404(auditor, number):
    assert auditor.get(f"/audit/events/{number}").status_code == 404


def test_verifying_says_how_far_and_how_to_do_the_rest(auditor):
    text = Page(auditor.get("/audit/verify")).text
    assert "没有被改过" in text
    assert "directory audit verify" in text


@pytest.mark.parametrize(("last", "found"), [(1, []), (2, []), (3, [2]), (4, [2]), (99, [2]), (None, [2])])
def test_the_end_of_the_chain_is_verified_from_the_event_before_it(record, last, found):
    with transaction():
        db.session.execute(update(AuditEvent).where(AuditEvent.id == 2).values(reason="改过"))
    assert [number for number, _ in audit.broken(last=last)] == found


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR, Role.PUBLIC, Role.OPERATOR}))
@pytest.mark.parametrize("address", ["/audit", "/audit/events.csv", "/audit/events/1", "/audit/verify"])
def test_nobody_else_reads_it(client, record, role, address):
    with transaction():
        owner = factories.organisation().id if role in OF_AN_ORGANISATION else None
        sign_in(client, factories.account(role, organisation_id=owner))
    assert client.get(address).status_code == 403


def test_a_visitor_is_led_to_sign_in(client, record):
    answer = client.get("/audit?event=entry:")
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        "/account/sign-in?next=/audit?event%3Dentry:",
    )


def test_an_auditor_may_read_and_beyond_that_only_what_anyone_may(app):
    visitor, auditor = Actor(None, Role.PUBLIC), Actor(1, Role.AUDITOR)
    assert {p for p in Permission if can(auditor, p) and not can(visitor, p)} == READS


def test_reading_writes_nothing(auditor):
    for address in ("/audit", "/audit/events.csv", "/audit/events/1", "/audit/verify", "/government/editions"):
        auditor.get(address)
    assert db.session.scalar(select(func.count(AuditEvent.id))) == 4
