"""The second factor, from setting it up to dropping it."""

from base64 import b64decode
from datetime import UTC, datetime

import pytest

from directory import auth
from directory.db import db, transaction
from directory.models.account import Account
from directory.operations import accounts
from directory.rules.roles import Role
from tests import factories
from tests.conftest import app_in
from tests.views.account.coming_in import OTHER, PASSWORD, code_now, come_in, send
from tests.views.conftest import sign_in
from tests.views.page import Page


def test_the_second_factor_from_set_up_to_drop(app, client, officer):
    come_in(client)
    page = Page(client.get("/account/code/set-up"))
    image = page.one("img").get("src")
    assert image.startswith("data:image/svg+xml;base64,")
    assert b"<svg" in b64decode(image.partition(",")[2])
    with client.session_transaction() as session:
        secret = session["new_secret"]
    good = auth.codes().generate_totp_password(secret)
    bad = f"{(int(good) + 1) % 10**6:06d}"
    assert "验证码不对" in Page(send(client, "/account/code/set-up", code=bad, current=PASSWORD)).fault_beside("code")
    assert "密码不对" in Page(send(client, "/account/code/set-up", code=good, current=OTHER)).fault_beside("current")
    assert send(client, "/account/code/set-up", code=good, current=PASSWORD).status_code == 303
    send(client, "/account/sign-out")
    answer = come_in(client, next="/about")
    assert answer.headers["Location"] == "/account/code?next=/about"
    assert client.get("/account").status_code == 302  # not in yet
    used = Page(send(client, "/account/code", code=good, next="/about"))
    assert "已经用过" in used.fault_beside("code")
    with transaction():
        db.session.get(Account, officer.id).tf_last_counter = None
    account = db.session.get(Account, officer.id)
    assert send(client, "/account/code", code=code_now(app, account), next="/about").headers["Location"] == "/about"
    assert Page(client.get("/account/code/set-up")).title == "关闭两步验证"
    assert send(client, "/account/code/drop", current=OTHER).status_code == 422
    assert send(client, "/account/code/drop", current=PASSWORD).status_code == 303
    db.session.rollback()
    assert db.session.get(Account, officer.id).tf_totp_secret is None


def test_wrong_codes_lock_as_wrong_passwords_do(app, client, officer):
    with transaction():
        db.session.get(Account, officer.id).tf_totp_secret = auth.codes().generate_totp_secret()
    come_in(client)
    for wrong in ("000000", "abcdef", "", "1" * 5000, "１２３４５６", "111111"):
        assert send(client, "/account/code", code=wrong).status_code == 422
    db.session.rollback()
    account = db.session.get(Account, officer.id)
    assert accounts.is_locked(account, now=datetime.now(UTC))
    assert send(client, "/account/code", code=code_now(app, account)).status_code == 422
    assert client.get("/account").status_code == 302


def test_the_time_between_the_factors_is_short(app, client, officer):
    with transaction():
        db.session.get(Account, officer.id).tf_totp_secret = auth.codes().generate_totp_secret()
    come_in(client)
    with client.session_transaction() as session:
        session["half"] = [session["half"][0], session["half"][1] - 301]
    account = db.session.get(Account, officer.id)
    assert send(client, "/account/code", code=code_now(app, account)).headers["Location"] == "/account/sign-in"
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("role", "forced"), [(Role.DISTRICT, True), (Role.STREET, True), (Role.LEAD, True), (Role.NEIGHBOURHOOD, False)]
)
def test_where_it_is_asked_for_the_second_factor_comes_before_anything_else(tmp_path, role, forced):
    app = app_in(tmp_path, require_2fa=True)
    with app.app_context():
        db.create_all()
        client = app.test_client()
        with transaction():
            account = factories.account(role)
        sign_in(client, account)
        for address in ("/account", "/about", "/account/notices", "/watch"):
            answer = client.get(address)
            assert (answer.headers.get("Location") == "/account/code/set-up") is forced
        assert client.get("/account/code/set-up").status_code == 200
        assert client.get("/health").status_code == 200
        db.session.remove()
        db.engine.dispose()
