"""Signing in as several people in one test, and sending forms as each of them."""

import secrets

from flask import g
from flask.testing import FlaskClient

from directory.db import db, transaction
from directory.models.account import Account
from directory.models.organisation import Organisation
from directory.rules.roles import Role
from tests import factories
from tests.conftest import CheckedClient
from tests.views.conftest import sign_in, token
from tests.views.page import Page

OTHER = "other"


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
