"""Coming in and going out, as a browser does it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.models.account import Account
from directory.models.audit import AuditEvent
from directory.operations import accounts, enrolments
from directory.policy import OPERATOR
from directory.rules.roles import Role
from tests import factories
from tests.conftest import app_in
from tests.views.account.coming_in import OTHER, PASSWORD, come_in, send
from tests.views.conftest import sign_in, token
from tests.views.page import Page, said

WRONG = "邮箱或密码不对"


def test_the_right_password_leads_to_the_work_and_out_again(client, officer):
    answer = come_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/government")
    page = Page(client.get("/account"))
    assert said(page.one(kind="band-account")).endswith(f"{officer.name} 退出")
    assert page.link("工作台") == "/government"
    assert send(client, "/account/sign-out").headers["Location"] == "/account/sign-in"
    assert client.get("/account").headers["Location"] == "/account/sign-in?next=/account"
    assert db.session.scalars(select(AuditEvent.event)).all() == ["account:sign_in"]


def test_a_copied_cookie_opens_nothing_once_its_owner_has_signed_out(app, client, officer):
    come_in(client)
    cookie = client.get_cookie("session").value
    other, copy = app.test_client(), app.test_client()
    come_in(other)
    copy.set_cookie("session", cookie)
    assert copy.get("/account").status_code == 200
    send(client, "/account/sign-out")
    copy.set_cookie("session", cookie)
    assert copy.get("/account").status_code == 302
    assert other.get("/account").status_code == 200  # signed in elsewhere: another session


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/search?q=消防", "/search?q=消防"),
        ("", "/government"),
        ("//elsewhere.example", "/"),
        ("/\t/elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("https://elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_it_goes_on_where_it_was_asked_to_but_never_elsewhere(client, officer, asked, led):
    assert unquote(come_in(client, next=asked).headers["Location"]) == led


def test_what_is_wrong_is_never_told_apart(client, officer):
    with transaction():
        closed = factories.account(Role.DISTRICT, email="closed@example.org")
        accounts.set_password(closed, PASSWORD)
        accounts.close(closed, reason="x", by=OPERATOR, now=factories.NOW)
        factories.account(Role.DISTRICT, email="empty@example.org")
    told = set()
    for email in ("zhou@example.org", "nobody@example.org", "closed@example.org", "empty@example.org", "not a mailbox"):
        page = Page(come_in(client, email, "Wrong-password-1"))
        assert page.status == 422
        told.add(page.fault_beside("email"))
    assert len(told) == 1
    assert WRONG in told.pop()


def test_after_five_wrong_ones_the_right_one_is_refused_in_the_same_words(client, officer):
    told = {Page(come_in(client, password=f"wrong {n}")).fault_beside("email") for n in range(5)}
    told.add(Page(come_in(client)).fault_beside("email"))
    assert len(told) == 1
    assert "15 分钟" in told.pop()
    with transaction():
        db.session.get(Account, officer.id).locked_until = datetime.now(UTC) - timedelta(seconds=1)
    assert come_in(client).status_code == 303


@pytest.mark.parametrize(
    ("name", "value"), [("email", "长" * 20000), ("password", "长" * 20000), ("next", "长" * 20000)]
)
def test_huge_input_gets_a_clear_answer(client, officer, name, value):
    assert come_in(client, **{name: value}).status_code in {303, 422}


def test_signing_in_keeps_nothing_of_the_session_before(client, officer):
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    come_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session


@pytest.mark.parametrize(
    ("since", "seen", "open_"),
    [
        ({"minutes": 29}, {"minutes": 29}, True),
        ({"minutes": 31}, {"minutes": 31}, False),
        ({"hours": 7, "minutes": 59}, {}, True),
        ({"hours": 8, "minutes": 1}, {}, False),
        (None, None, False),
        ("today", "now", False),
    ],
)
def test_a_session_ends_by_itself(client, officer, since, seen, open_):
    sign_in(client, officer)
    with client.session_transaction() as session:
        for name, ago in (("since", since), ("seen", seen)):
            if ago is None:
                del session[name]
            else:
                session[name] = ago if isinstance(ago, str) else int((datetime.now(UTC) - timedelta(**ago)).timestamp())
    answer = client.get("/account")
    assert answer.status_code == (200 if open_ else 302)
    if not open_:
        assert "已经自动退出" in Page(client.get("/account/sign-in")).text


def test_a_page_that_is_used_stays_open(client, officer):
    sign_in(client, officer)
    with client.session_transaction() as session:
        session["since"] = session["seen"] = int((datetime.now(UTC) - timedelta(minutes=20)).timestamp())
    client.get("/account")
    with client.session_transaction() as session:
        assert datetime.now(UTC).timestamp() - session["seen"] < 10


def test_a_closed_account_cannot_go_on(client, officer):
    sign_in(client, officer)
    assert client.get("/account").status_code == 200
    with transaction():
        accounts.close(accounts.get(officer.id), reason="x", by=OPERATOR, now=factories.NOW)
    assert client.get("/account").status_code == 302
    assert client.post("/account", data={"csrf_token": token(client), "name": "x"}).status_code == 302


def test_no_token_in_a_header_or_an_address_is_anybody(client, officer):
    with client.application.test_request_context():
        made = officer.get_auth_token()
    assert client.get("/account", headers={"Authentication-Token": made}).status_code == 302
    assert client.get("/account", query_string={"auth_token": made}).status_code == 302


@pytest.mark.parametrize(("proxies", "scheme", "secure"), [(0, "https", False), (1, "https", True), (1, "http", False)])
def test_the_cookie_stays_on_closed_lines(tmp_path, proxies, scheme, secure):
    app = app_in(tmp_path, proxies=proxies)
    with app.app_context():
        db.create_all()
        answer = app.test_client().get("/account/sign-in", headers={"X-Forwarded-Proto": scheme})
        cookie = answer.headers["Set-Cookie"]
        db.session.remove()
        db.engine.dispose()
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) is secure


def test_tries_are_few(tmp_path):
    app = app_in(tmp_path, sign_in_rate="3 per minute")
    with app.app_context():
        db.create_all()
        client = app.test_client()
        codes = [come_in(client, password=OTHER).status_code for _ in range(4)]
        codes.append(send(client, "/account/password", email="a@example.org").status_code)
        db.session.remove()
        db.engine.dispose()
    assert codes == [422, 422, 422, 429, 200]


def test_an_invitation_is_opened_once_and_for_its_own_role(app, client, officer):
    with transaction():
        _, secret = enrolments.invite("new@example.org", Role.AUDITOR, by=OPERATOR, now=datetime.now(UTC))
    address = f"/account/enrol/{secret}"
    page = Page(client.get(address))
    assert page.title == "开通账号"
    assert "审计" in page.text
    data = {"name": "郑 老师", "password": PASSWORD, "again": PASSWORD, "role": "district", "email": "x@example.org"}
    weak = Page(send(client, address, **data | {"password": "new@example.org", "again": "new@example.org"}))
    assert "不要用自己的姓名或邮箱" in weak.fault_beside("password")
    long = Page(send(client, address, **data | {"name": "长" * 41}))
    assert "最多 40 个字" in long.fault_beside("name")
    assert send(client, address, **data).status_code == 303
    assert send(client, address, **data).status_code == 404
    assert client.get(address).status_code == 404
    made = db.session.scalars(select(Account).where(Account.email == "new@example.org")).one()
    assert (made.role, made.name) == (Role.AUDITOR, "郑 老师")
    assert come_in(client, "new@example.org").headers["Location"] == "/audit"


def test_no_demo_is_offered_where_there_is_none(client, officer):
    assert Page(client.get("/account/sign-in")).all(kind="demos") == []


def test_each_account_of_the_demo_is_one_button_away_until_it_is_closed(copied):
    app = copied()
    client = app.test_client()
    with app.app_context():
        forms = Page(client.get("/account/sign-in")).all("form", inside="demos")
        roles = set(db.session.scalars(select(Account.role).where(Account.is_demo)))
        with transaction():
            for account in db.session.scalars(select(Account).where(Account.is_demo).offset(1)):
                account.active = False
        assert len(Page(client.get("/account/sign-in")).all("form", inside="demos")) == 1
    assert len(forms) == 17
    assert roles == set(Role) - {Role.PUBLIC, Role.OPERATOR}
    data = {field.get("name"): field.get("value") or "" for field in forms[0].iter("input")}
    assert client.post("/account/sign-in", data=data).headers["Location"] == "/neighbourhood"
