"""Passwords, locks, closing: what an account goes through, by the clock."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.db import db
from directory.errors import Conflict, Forbidden, Invalid
from directory.models.audit import AuditEvent
from directory.models.notice import Notice
from directory.operations import accounts, notices
from directory.policy import OPERATOR, Actor
from directory.rules.roles import Role
from tests import factories

PASSWORD, OTHER = "Tian-shan5-Rd", "Xian-xia7-Rd"


@pytest.fixture
def officer(app):
    factories.taxonomy()
    made = factories.account(Role.DISTRICT, email="zhou@example.org")
    accounts.set_password(made, PASSWORD)
    db.session.flush()
    return made


def acting(account):
    return Actor(account.id, account.role, account.organisation_id, account.area_code)


def events():
    return db.session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)).all()


def test_the_right_password_comes_in_however_the_address_is_written(officer, now):
    assert accounts.check(" ZHOU@example.org ", PASSWORD, now=now) is officer
    assert officer.password.startswith("$argon2id$")
    for email, password in (
        ("zhou@example.org", PASSWORD.lower()),
        ("zhou@example.org", ""),
        ("nobody@example.org", PASSWORD),
        ("", ""),
        ("z" * 5000 + "@example.org", PASSWORD),
        ("zhou@example.org", PASSWORD * 5000),
    ):
        assert accounts.check(email, password, now=now) is None


def test_five_wrong_ones_lock_for_a_quarter_of_an_hour_and_the_owner_is_told(officer, now):
    for _ in range(4):
        accounts.check(officer.email, "wrong", now=now)
    assert accounts.check(officer.email, PASSWORD, now=now) is officer
    accounts.check(officer.email, "wrong", now=now)
    assert accounts.check(officer.email, PASSWORD, now=now) is None
    assert accounts.check(officer.email, PASSWORD, now=now + timedelta(minutes=14, seconds=59)) is None
    assert accounts.check(officer.email, PASSWORD, now=now + timedelta(minutes=15)) is officer
    assert events() == ["account:lock"]
    assert db.session.scalars(select(Notice.kind)).all() == ["account_locked"]


def test_coming_in_forgets_the_wrong_ones_before(officer, now):
    for _ in range(3):
        for _ in range(4):
            accounts.check(officer.email, "wrong", now=now)
        accounts.signed_in(officer, now=now)
    assert not accounts.is_locked(officer, now=now)


def test_a_reset_unlocks_and_ends_every_session(officer, now):
    for _ in range(5):
        accounts.check(officer.email, "wrong", now=now)
    before = officer.fs_uniquifier
    accounts.reset_password(officer, OTHER, now=now)
    assert accounts.check(officer.email, OTHER, now=now) is officer
    assert accounts.check(officer.email, PASSWORD, now=now) is None
    assert officer.fs_uniquifier != before


def test_a_closed_account_neither_comes_in_nor_is_reset(officer, now):
    accounts.close(officer, reason="离职", by=OPERATOR, now=now)
    assert accounts.check(officer.email, PASSWORD, now=now) is None
    with pytest.raises(Conflict):
        accounts.reset_password(officer, OTHER, now=now)
    with pytest.raises(Conflict):
        accounts.close(officer, reason="离职", by=OPERATOR, now=now)
    accounts.reopen(officer, reason="回来", by=OPERATOR, now=now)
    assert accounts.check(officer.email, PASSWORD, now=now) is officer
    assert events() == ["account:close", "account:reopen"]


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_closing_says_why(officer, now, reason):
    with pytest.raises(Invalid):
        accounts.close(officer, reason=reason, by=OPERATOR, now=now)


def test_nobody_closes_themselves_nor_those_they_may_not_invite(officer, now):
    with pytest.raises(Conflict):
        accounts.close(officer, reason="x", by=acting(officer), now=now)
    ours, theirs = factories.organisation(1), factories.organisation(2)
    owner = factories.actor(Role.OWNER, organisation_id=ours.id)
    mine = factories.account(Role.EDITOR, organisation_id=ours.id)
    foreign = factories.account(Role.EDITOR, organisation_id=theirs.id)
    lead = factories.actor(Role.LEAD)
    for by, account in ((owner, officer), (owner, foreign), (lead, officer), (lead, mine), (acting(mine), foreign)):
        with pytest.raises(Forbidden):
            accounts.close(account, reason="x", by=by, now=now)
        with pytest.raises(Forbidden):
            accounts.drop_second_factor(account, reason="x", by=by, now=now)
    accounts.close(mine, reason="x", by=owner, now=now)
    accounts.close(factories.account(Role.ASSESSOR), reason="x", by=lead, now=now)


def test_nobody_changes_the_password_or_name_of_another(officer, now):
    other = factories.actor(Role.DISTRICT)
    with pytest.raises(Forbidden):
        accounts.change_password(officer, OTHER, by=other, now=now)
    with pytest.raises(Forbidden):
        accounts.edit(officer, name="x", mails=True, by=other, now=now)


def test_the_demo_keeps_its_password(app, now):
    demo = factories.account(Role.LEAD, is_demo=True)
    with pytest.raises(Conflict):
        accounts.change_password(demo, OTHER, by=acting(demo), now=now)


@pytest.mark.parametrize("name", ["", "   ", "\x00\x01", "长" * 41])
def test_a_name_is_one_line_of_letters(name):
    with pytest.raises(Invalid):
        accounts.person(name)


def test_line_breaks_in_a_name_become_blanks():
    assert accounts.person("周\r\nBcc: all@example.org") == "周 Bcc: all@example.org"


def test_who_turns_mails_on_is_not_sent_those_of_before(officer, now):
    officer.mails = False
    notices.tell([officer.id], "profile_due", link="/about", now=now)
    db.session.flush()
    assert not notices.any_to_mail()
    accounts.edit(officer, name="周", mails=True, by=acting(officer), now=now)
    assert not notices.any_to_mail()
    notices.tell([officer.id], "profile_due", link="/about", now=now)
    db.session.flush()
    assert notices.any_to_mail()
