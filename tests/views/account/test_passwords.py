"""A new password: by mail where the old one is forgotten, or by oneself."""

import pytest

from tests.views.account.coming_in import OTHER, PASSWORD, address_in, come_in, letters, send
from tests.views.conftest import sign_in
from tests.views.page import Page


def test_recovery_answers_the_same_and_mails_only_who_is_there(app, client, officer):
    pages = [
        Page(send(client, "/account/password", email=email)) for email in ("ZHOU@example.org", "nobody@example.org")
    ]
    assert {page.status for page in pages} == {200}
    shown = {page.text.replace("ZHOU@", "").replace("nobody@", "") for page in pages}
    assert len(shown) == 1
    assert len(letters(app)) == 1


def test_a_recovery_address_sets_one_password(app, client, officer):
    sign_in(client, officer)
    visitor = app.test_client()
    send(visitor, "/account/password", email="zhou@example.org")
    address = address_in(letters(app)[0], "password")
    assert Page(visitor.get(address)).title == "设新密码"
    refused = Page(send(visitor, address, **dict.fromkeys(("password", "again"), "short")))
    assert "至少 10 个字符" in refused.fault_beside("password")
    differing = Page(send(visitor, address, password=OTHER, again=PASSWORD))
    assert "两遍写的不一样" in differing.fault_beside("again")
    assert send(visitor, address, password=OTHER, again=OTHER).status_code == 303
    assert client.get("/account").status_code == 302  # sessions with the old password have ended
    again = send(visitor, address, password=PASSWORD, again=PASSWORD)
    assert again.status_code == 404
    assert visitor.get(address).status_code == 404
    assert come_in(visitor, password=PASSWORD).status_code == 422
    assert come_in(visitor, password=OTHER).status_code == 303
    assert "密码刚刚改过" in letters(app)[1]


@pytest.mark.parametrize("bad", ["x", "x" * 5000, "..", "%00", "长"])
def test_what_is_no_recovery_address_says_so(client, officer, bad):
    assert client.get(f"/account/password/{bad}").status_code == 404
    assert client.get(f"/account/enrol/{bad}").status_code == 404


def test_a_mailbox_is_not_flooded(client, officer):
    codes = [send(client, "/account/password", email="zhou@example.org").status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]


def test_changing_the_password_ends_other_sessions_and_keeps_this_one(app, client, officer):
    other = app.test_client()
    come_in(client)
    come_in(other)
    wrong = Page(send(client, "/account/change-password", current=OTHER, password=OTHER, again=OTHER))
    assert "现在的密码不对" in wrong.fault_beside("current")
    changed = send(client, "/account/change-password", current=PASSWORD, password=OTHER, again=OTHER)
    assert changed.status_code == 303
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
