"""What the tests of the pages share."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import select

from directory.db import db
from directory.models.account import Account
from directory.rules.roles import Role
from tests.conftest import app_in
from tests.views.page import Page

Ask = Callable[..., Page]
Read = Callable[[str], Page]


@pytest.fixture
def read(visitor: FlaskClient) -> Read:
    """A page of the seeded catalogue."""
    return lambda address: Page(visitor.get(address))


@pytest.fixture
def ask(visitor: FlaskClient) -> Ask:
    """Say a problem in the form of the home page; the answer, or the form again with what is wrong."""

    def send(text: str | None, **fields: Any) -> Page:
        data = {"csrf_token": token(visitor), **fields} | ({} if text is None else {"text": text})
        return Page(visitor.post("/match", data=data, follow_redirects=True))

    return send


@pytest.fixture(scope="session")
def _answers() -> dict[object, Page]:
    return {}


@pytest.fixture
def answered(ask: Ask, _answers: dict[object, Page]) -> Ask:
    """As `ask`, for those who only read: a problem is put once. Its forms are of no use to another visitor."""

    def once(text: str, **fields: Any) -> Page:
        key = text, *sorted(fields.items())
        if key not in _answers:
            _answers[key] = ask(text, **fields)
        return _answers[key]

    return once


def sign_in(client: FlaskClient, account: Account) -> None:
    """As if the account had just signed in."""
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = account.fs_uniquifier, True
        session["since"] = session["seen"] = int(datetime.now(UTC).timestamp())


def sign_in_demo(client: FlaskClient, role: Role = Role.LEAD) -> None:
    """As the first account of the demo with a role."""
    first = select(Account).where(Account.is_demo, Account.role == role).order_by(Account.id).limit(1)
    sign_in(client, db.session.scalars(first).one())


def token(client: FlaskClient) -> str:
    """What a form of this client must carry."""
    if has_app_context():
        g.pop("csrf_token", None)  # a test's own context outlives its requests, and what was kept there for one of them
    return next(str(e.get("value")) for e in Page(client.get("/")).all("input") if e.get("name") == "csrf_token")


@pytest.fixture
def copied(seeded_instance: Path, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Apps on a copy of the seeded catalogue, for tests that break it; takes changed settings."""
    folder = tmp_path / "copy"
    shutil.copytree(seeded_instance, folder)
    started: list[Flask] = []

    def start(**changed: Any) -> Flask:
        started.append(app_in(folder, **changed))
        return started[-1]

    yield start
    for app in started:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
