"""Closing the accounts of the demo in one step."""

import pytest
from sqlalchemy import select

from directory.cli.seeds import rows_of
from directory.db import db, transaction
from directory.models.account import Account
from directory.models.audit import AuditEvent
from directory.operations import accounts, demo
from directory.policy import OPERATOR
from directory.rules.roles import Role
from tests import factories
from tests.cli.calling import call
from tests.factories import NOW


@pytest.fixture
def people(app):
    """Three accounts of the demo, one of them closed by a person before, and a district officer's own."""
    with transaction():
        factories.taxonomy()
        shown = [factories.account(role, is_demo=True) for role in (Role.DISTRICT, Role.LEAD, Role.AUDITOR)]
        accounts.close(shown[2], reason="先关了", by=OPERATOR, now=NOW)
        factories.account(Role.DISTRICT)


def open_accounts():
    db.session.rollback()
    return [account.is_demo for account in db.session.scalars(select(Account).where(Account.active))]


def test_all_demo_accounts_are_closed_and_nobody_elses(people, tmp_path):
    kept = {each.id: each.fs_uniquifier for each in demo.accounts()}
    result = call(tmp_path, "account", "close-demo", "--reason", "正式启用")
    assert (result.exit_code, result.stdout) == (0, "2 demo accounts closed\n")
    assert open_accounts() == [False]
    assert all(db.session.get_one(Account, number).fs_uniquifier != sign for number, sign in kept.items())
    noted = db.session.scalars(select(AuditEvent.reason).where(AuditEvent.event == "account:close"))
    assert list(noted) == ["先关了", "正式启用", "正式启用"]


def test_with_none_open_it_says_so(people, tmp_path):
    call(tmp_path, "account", "close-demo")
    result = call(tmp_path, "account", "close-demo")
    assert (result.exit_code, result.stdout) == (0, "no demo account is open\n")


def test_seeding_again_opens_none(app):
    rows = [{**row, "uscc": ""} for row in rows_of("demo/accounts.csv") if not row["uscc"]]
    with transaction():
        assert demo.load(rows, now=NOW) == len(rows) > 3
        assert demo.close(reason="正式启用", by=OPERATOR, now=NOW) == len(rows)
        assert demo.load(rows, now=NOW) == 0
    assert demo.accounts() == []
