"""What the tests of government's pages share: a small catalogue, officers, and forms sent as a browser sends them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from directory.db import transaction
from directory.models.account import Account
from directory.rules.roles import Role
from tests import factories
from tests.views.conftest import sign_in, token
from tests.views.page import Page


@pytest.fixture
def now() -> datetime:
    """The pages look at the clock."""
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def taxonomy(app: Flask) -> None:
    with transaction():
        factories.taxonomy()


class Officer:
    """Somebody at a browser of their own."""

    def __init__(self, app: Flask, account: Account | None) -> None:
        self.client: FlaskClient = app.test_client()
        if account is not None:
            sign_in(self.client, account)

    def _alone(self) -> None:
        """A test's own context outlives its requests, and would remember the officer before."""
        for kept in ("_login_user", "csrf_token", "account", "actor"):
            g.pop(kept, None)

    def get(self, address: str) -> Page:
        self._alone()
        return Page(self.client.get(address))

    def post(self, address: str, *, follow: bool = False, **data: Any) -> Page:
        self._alone()
        sent = {"csrf_token": token(self.client), **data}
        self._alone()
        response = self.client.post(address, data=sent)
        if follow and response.status_code == 303:
            return self.get(response.headers["Location"])
        return Page(response)

    def form(self, address: str, action: str = "") -> dict[str, str]:
        """What the hidden fields of a page's form carry."""
        page = self.get(address)
        assert page.status == 200, page.text
        forms = [
            f
            for f in page.all("form", inside="main")
            if f.get("method") == "post" and action in (f.get("action") or "")
        ]
        return {
            str(e.get("name")): str(e.get("value") or "")
            for e in forms[0].iter("input")
            if e.get("type") == "hidden" and e.get("name") != "csrf_token"
        }


@pytest.fixture
def officer(app: Flask) -> Callable[..., Officer]:
    def made(role: Role = Role.DISTRICT, **changed: Any) -> Officer:
        with transaction():
            account = factories.account(role, **changed)
        return Officer(app, account)

    return made


@pytest.fixture
def district(officer: Callable[..., Officer]) -> Officer:
    return officer()


@pytest.fixture
def passer_by(app: Flask) -> Officer:
    return Officer(app, None)


def number_in(address: str) -> int:
    """The last number of an address."""
    return int(re.findall(r"\d+", address)[-1])
