"""The district looks at what would be sealed, checks, and seals it once."""

import pytest
from sqlalchemy import event

from directory.db import db, transaction
from directory.operations import editions
from directory.rules.roles import OF_AN_ORGANISATION, Role
from tests import factories
from tests.factories_editions import later, listed, rename, seal
from tests.views.conftest import sign_in, token
from tests.views.page import Page, said

HERE = "/government/editions"
PREVIEW = f"{HERE}/preview"


@pytest.fixture
def entries(app):
    return listed(4)


@pytest.fixture
def officer(client, entries):
    with transaction():
        sign_in(client, factories.account(Role.DISTRICT))
    return client


def checked(client, **asked):
    return Page(client.get(f"{HERE}/check", query_string={"title": "秋季版", **asked}))


def fields(page):
    return {e.get("name"): e.get("value") for e in page.all("input") if e.get("type") == "hidden" and e.get("name")}


def test_the_preview_says_what_would_be_sealed_and_how_it_differs(officer, entries):
    first = Page(officer.get(PREVIEW))
    assert "现在列入 4 项。还没有封存过，这会是第一版。" in first.text
    seal()
    rename(entries[0], "新名", now=later(1))
    second = Page(officer.get(PREVIEW))
    assert "和现行的 2026-1 版比，有 1 项不同" in second.text
    assert "新名" in {said(new) for new in second.all("ins")}


def test_sealing_goes_by_a_last_look(officer, entries):
    page = checked(officer)
    assert page.title == "核对后封存"
    assert "秋季版" in page.text
    sent = officer.post(HERE, data=fields(page))
    assert (sent.status_code, sent.headers["Location"]) == (303, HERE)
    edition = editions.in_force()
    assert (edition.title, edition.rows) == ("秋季版", 4)
    assert edition.sealed_by_id is not None
    assert "版已经封存" in Page(officer.get(HERE)).text


@pytest.mark.parametrize("title", ["", "  ", "长" * 61])
def test_a_title_that_cannot_be_is_told_beside_the_field(officer, title):
    page = checked(officer, title=title)
    assert page.status == 422
    assert page.faults == [page.fault_beside("title").removeprefix("错误：")]
    assert editions.in_force() is None


def test_a_wrong_title_sent_past_the_check_is_refused(officer):
    data = fields(checked(officer)) | {"title": " "}
    assert officer.post(HERE, data=data).status_code == 422
    assert editions.in_force() is None


def test_the_same_form_sent_twice_seals_once(officer):
    data = fields(checked(officer))
    assert officer.post(HERE, data=data).status_code == 303
    again = Page(officer.post(HERE, data=data))
    assert again.status == 409
    assert "没有重复封存" in again.text
    assert editions.listing()[1] == 1


def test_what_moved_since_the_last_look_is_not_sealed(officer, entries):
    data = fields(checked(officer))
    rename(entries[0], "刚改的名", now=later(1))
    page = Page(officer.post(HERE, data=data))
    assert page.status == 409
    assert "您看过以后，目录或版次又有了变动" in page.text
    assert editions.in_force() is None


def test_of_two_officers_with_the_same_page_the_second_is_told(officer, entries, app):
    other = app.test_client()
    with transaction():
        sign_in(other, factories.account(Role.DISTRICT))
    first = fields(checked(officer))
    assert token(other)
    second = fields(checked(other))
    assert officer.post(HERE, data=first).status_code == 303
    assert other.post(HERE, data=second).status_code == 409
    assert editions.listing()[1] == 1


def test_nothing_changed_asks_to_say_so(officer):
    seal()
    page = checked(officer)
    assert page.status == 422
    assert "请勾选" in page.text
    again = checked(officer, unchanged="y")
    assert again.status == 200
    assert officer.post(HERE, data=fields(again)).status_code == 303
    assert editions.listing()[1] == 2


def test_an_auditor_looks_and_cannot_seal(client, entries):
    with transaction():
        sign_in(client, factories.account(Role.AUDITOR))
    for address in (HERE, PREVIEW):
        page = Page(client.get(address))
        assert page.status == 200
        assert page.all("form", kind="panel-form") == []
    assert client.get(f"{HERE}/check?title=x").status_code == 403
    assert client.post(HERE, data={"csrf_token": token(client), "title": "x"}).status_code == 403


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DISTRICT, Role.AUDITOR, Role.PUBLIC, Role.OPERATOR}))
def test_nobody_else_has_any_business_here(client, entries, role):
    with transaction():
        sign_in(client, factories.account(role, organisation_id=1 if role in OF_AN_ORGANISATION else None))
    assert {client.get(address).status_code for address in (HERE, PREVIEW)} == {403}
    assert client.post(HERE, data={"csrf_token": token(client)}).status_code == 403


def test_a_visitor_is_led_to_sign_in(client, entries):
    answer = client.get(f"{HERE}?page=2")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/account/sign-in?next=/government/editions?page%3D2"


def test_a_form_without_its_token_is_refused(officer):
    assert officer.post(HERE, data={"title": "x"}).status_code == 400


def test_the_start_says_how_things_stand_and_compares_nothing(officer, entries, monkeypatch):
    monkeypatch.setattr("directory.operations.sealing.drafts", None)
    first = Page(officer.get(HERE))
    assert "封存目录 2026-1 版" in first.title
    assert "现在列入 4 项。还没有封存过，这会是第一版。" in first.text
    monkeypatch.undo()
    seal()
    rename(entries[0], "新名", now=later(1))
    monkeypatch.setattr("directory.operations.sealing.drafts", None)
    second = Page(officer.get(HERE))
    assert "现在列入 4 项，现行的 2026-1 版有 4 项。那以后有 1 项" in second.text
    assert second.link("看会封存什么") == PREVIEW


def test_the_preview_asks_a_dozen_times_at_most(officer):
    seal()
    for entry in (1, 2, 3):
        rename(entry, "新", now=later(1))
    db.session.remove()
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    officer.get(PREVIEW)
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(asked) <= 12, "\n".join(asked)
