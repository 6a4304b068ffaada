"""Signing in as several people in one test, sending forms as each of them, and what they send."""

import secrets

from flask import g
from flask.testing import FlaskClient

from directory.db import db, transaction
from directory.models.account import Account
from directory.models.assessment import ScoreSheet
from directory.models.organisation import Organisation
from directory.operations import sheets as sheet_deeds
from directory.rules.roles import Role
from tests import factories
from tests import factories_evaluation as made
from tests.conftest import CheckedClient
from tests.factories import NOW
from tests.factories_evaluation import actor_of
from tests.views.conftest import sign_in, token
from tests.views.page import Page

OTHER = "other"
SECRETS = ("秘密的服务介绍", "秘密的申请说明")
MISLED = "碎砖头占了一个车位"


class Client(CheckedClient):
    """The context of a test outlives its requests, and in it who signed in."""

    def open(self, *args, **kwargs):
        g.pop("_login_user", None)
        return super().open(*args, **kwargs)


def settle() -> dict[str, int]:
    """A small taxonomy, an organisation, an account a role and another assessor, committed: the accounts' ids."""
    with transaction():
        factories.taxonomy()
        factories.organisation()
        accounts = {}
        for role in Role:
            if role not in {Role.PUBLIC, Role.OPERATOR}:
                of = {"organisation_id": 1} if role in {Role.OWNER, Role.EDITOR} else {}
                accounts[str(role)] = factories.account(role, **of)
        accounts[OTHER] = factories.account(Role.ASSESSOR)
        return {name: account.id for name, account in accounts.items()}


def signed_in(app, account_id: int) -> FlaskClient:
    client = Client(app, app.response_class)
    sign_in(client, db.session.get_one(Account, account_id))
    return client


def post(client: FlaskClient, address: str, *, follow: bool = False, **data: object) -> Page:
    return Page(client.post(address, data={"csrf_token": token(client), **data}, follow_redirects=follow))


def get(client: FlaskClient, address: str) -> Page:
    return Page(client.get(address))


def once() -> str:
    return secrets.token_hex(8)


def organisation() -> Organisation:
    return db.session.get_one(Organisation, 1)


def account(people: dict[str, int], who: str) -> Account:
    return db.session.get_one(Account, people[str(who)])


def hand_in(sheet_id: int, share: str) -> None:
    """With the same share of every criterion's points, and a reason that the other assessor must not see."""
    with transaction():
        sheet = db.session.get_one(ScoreSheet, sheet_id)
        sheet_deeds.submit(made.fill(sheet, share, "对方的理由"), by=actor_of(sheet.assessor), now=NOW)


def words(**changed: str) -> dict[str, str]:
    """What the form for a word of the list is sent with."""
    return {"word": "碎砖头", "category": "P-015", "weight": "0.9", "unless": "车位"} | changed
