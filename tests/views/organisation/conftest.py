"""Two organisations, and clients signed in as those who keep their records."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from directory.db import db, transaction
from directory.rules.roles import Role
from tests import factories
from tests.factories import NOW, STREET
from tests.views.conftest import sign_in, token
from tests.views.page import Page


class Desk:
    """Somebody at the workspace: reads pages, sends their forms as a browser would.

    Each request has a context of its own, as in a server: two desks of one test share no session and no user.
    """

    def __init__(self, app: Flask, account: Any) -> None:
        self.app, self.client = app, app.test_client()
        sign_in(self.client, account)

    def open(self, address: str, **how: Any) -> Any:
        db.session.rollback()  # what the test read before is read again after
        with self.app.app_context():
            response = self.client.open(address, **how)
        for each in (*response.history, response):
            each.request.environ["wsgi.input"].close()  # the client keeps what it sent of a large form in a file
        return response

    def token(self) -> str:
        with self.app.app_context():
            return token(self.client)

    def get(self, address: str) -> Page:
        return Page(self.open(address))

    def post(self, address: str, /, **data: Any) -> Page:
        """Sent on the form of no page: with a token, and otherwise only what is given."""
        sent = {"csrf_token": self.token(), **data}
        return Page(self.open(address, method="POST", data=sent, follow_redirects=True))

    def status(self, address: str, /, **data: Any) -> int:
        """What a post is answered with, be it a page or an address to go to."""
        status: int = self.open(address, method="POST", data={"csrf_token": self.token(), **data}).status_code
        return status

    def hidden(self, address: str, name: str) -> str:
        """What a hidden field on a page holds."""
        return next(str(e.get("value")) for e in self.get(address).all("input") if e.get("name") == name)


@pytest.fixture
def home(app: Flask) -> Any:
    with transaction():
        factories.taxonomy()
        return factories.organisation(area_code=STREET, confirmed_on=NOW.date())


@pytest.fixture
def other(home: Any) -> Any:
    with transaction():
        return factories.organisation(2)


@pytest.fixture
def seat(app: Flask, home: Any) -> Callable[..., Desk]:
    """A desk for a role, by default at the first organisation."""

    def take(role: Role, **changed: Any) -> Desk:
        with transaction():
            if role in {Role.OWNER, Role.EDITOR}:
                changed.setdefault("organisation_id", home.id)
            return Desk(app, factories.account(role, **changed))

    return take


@pytest.fixture
def owner(seat: Callable[..., Desk]) -> Desk:
    return seat(Role.OWNER)


@pytest.fixture
def editor(seat: Callable[..., Desk]) -> Desk:
    return seat(Role.EDITOR)


@pytest.fixture
def stranger(seat: Callable[..., Desk], other: Any) -> Desk:
    """The owner of another organisation."""
    return seat(Role.OWNER, organisation_id=other.id)


@pytest.fixture
def counted(app: Flask) -> Callable[[Callable[[], object]], int]:
    """How many statements something sends to the database, but those that only open a transaction."""

    def count(act: Callable[[], object]) -> int:
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    return count
