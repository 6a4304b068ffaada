"""Every route × every role × own and other people's records, against the tables in routes/."""

import importlib
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory.db import db, transaction
from directory.models.account import Account
from directory.models.organisation import Organisation
from directory.rules.roles import OF_AN_ORGANISATION, Role
from tests import factories
from tests.architecture.routes.guard import ANYONE
from tests.conftest import app_in
from tests.views.conftest import sign_in, token

TABLES = [
    importlib.import_module(f"tests.architecture.routes.{file.stem}")
    for file in sorted((Path(__file__).parent / "routes").glob("*.py"))
    if file.stem != "guard"
]
GUARDS: dict[str, str] = {route: who for table in TABLES for route, who in table.ROUTES.items()}
MAKERS: dict[str, Callable[..., Any]] = {
    name: make for table in TABLES for name, make in getattr(table, "RECORDS", {}).items()
}
PEOPLE = sorted(set(Role) - {Role.PUBLIC, Role.OPERATOR})
GUARDED = sorted(route for route, who in GUARDS.items() if who != ANYONE)
OWN, OTHER = "own", "other"


class World(NamedTuple):
    """An instance to try on, one account a role, and the id of a record of each kind: theirs, and another's."""

    folder: Path
    accounts: dict[str, str]
    records: dict[str, dict[str, Any]]


def routes(app: Flask) -> list[str]:
    """Every method and rule, its parameters without their converters."""
    return [
        f"{method} {re.sub('<[^<>]*:', '<', rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    app = app_in(folder)
    with app.app_context():
        db.create_all()
        with transaction(announce=False):
            factories.taxonomy()
            own, other = (
                factories.organisation(number, area_code=area)
                for number, area in ((1, factories.STREET), (2, factories.OTHER_STREET))
            )
            accounts = _accounts(own)
            theirs = _accounts(other)
            records = {OWN: _records(own, accounts), OTHER: _records(other, theirs)}
            signatures = {role: account.fs_uniquifier for role, account in accounts.items()}
        db.session.remove()
        db.engine.dispose()
    shutil.copy(folder / "directory.db", folder / "directory.kept")
    return World(folder, signatures, records)


def _accounts(organisation: Organisation) -> dict[str, Account]:
    return {
        str(role): factories.account(
            role,
            organisation_id=organisation.id if role in OF_AN_ORGANISATION else None,
            area_code=organisation.area_code if role in {Role.STREET, Role.NEIGHBOURHOOD} else "",
        )
        for role in PEOPLE
    }


def _records(organisation: Organisation, accounts: dict[str, Account]) -> dict[str, Any]:
    return {name: make(organisation, accounts) for name, make in MAKERS.items()}


@pytest.fixture(scope="module")
def _tried(world: World) -> Flask:
    app = app_in(world.folder)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    return app


@pytest.fixture
def tried(_tried: Flask, world: World) -> Iterator[Callable[[str, str, str], TestResponse]]:
    """Opens a route as somebody; what a form that was let in did is undone before the next."""

    def go(route: str, role: str, whose: str) -> TestResponse:
        client = _tried.test_client()
        if role in world.accounts:
            sign_in(client, _Signed(world.accounts[role]))  # type: ignore[arg-type]  # all it needs is the signature
        method, rule = route.split(" ", 1)
        response = client.open(address(rule, world.records[whose]), method=method)
        if method == "POST" and not refused(response):
            _undo(_tried, world)
        return response

    yield go
    _undo(_tried, world)


def _undo(app: Flask, world: World) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    for left in world.folder.glob("directory.db-*"):
        left.unlink()
    shutil.copy(world.folder / "directory.kept", world.folder / "directory.db")


class _Signed(NamedTuple):
    fs_uniquifier: str


def address(rule: str, records: dict[str, Any]) -> str:
    return re.sub("<([a-z_]+)>", lambda name: str(records.get(name[1], 1)), rule)


def refused(response: TestResponse) -> bool:
    """Forbidden, or sent to the door."""
    return response.status_code == 403 or "/account/sign-in" in response.headers.get("Location", "")


def may(route: str, role: str, whose: str) -> bool:
    said = re.findall(rf"\b{role}\b( own)?", GUARDS[route])
    return bool(said) and (whose == OWN or "" in said)


def test_every_route_is_written_down_with_its_guard(app):
    assert sorted(routes(app)) == sorted(GUARDS)


def test_every_record_named_in_a_guarded_address_can_be_made():
    named = {name for route in GUARDED for name in re.findall("<([a-z_]+)>", route)}
    assert named <= MAKERS.keys()


@pytest.mark.parametrize("route", GUARDED)
def test_a_route_is_open_to_those_written_down_and_to_nobody_else(tried, route):
    theirs = (OWN, OTHER) if "<" in route else (OWN,)
    wrong = []
    for role in ("public", *PEOPLE):
        for whose in theirs:
            response = tried(route, role, whose)
            if refused(response) == may(route, role, whose) or response.status_code >= 500:
                wrong.append(f"{role}, {whose}: {response.status_code}")
    assert wrong == []


@pytest.mark.parametrize("route", [r for r, who in GUARDS.items() if who == ANYONE and r.startswith("GET")])
def test_what_anyone_may_read_asks_for_no_account(app, route):
    response = app.test_client().get(address(route.split()[1], {}))
    assert response.status_code in {200, 302, 404, 422}
    assert not refused(response) or "/account/" in route


@pytest.mark.parametrize("route", [r for r in GUARDS if r.startswith("POST") and "/api/" not in r])
def test_a_form_is_refused_without_its_token(app, route):
    steps = {"account_step": "close", "category_step": "merge", "entry_step": "suspend"}
    response = app.test_client().post(address(route.split()[1], steps), data={"text": "灭火器过期了"})
    assert response.status_code == 400
    assert "表单" in response.text


@pytest.mark.parametrize("route", [r for r in GUARDS if r.startswith("POST") and "/api/" in r])
def test_the_api_needs_no_token_and_sets_no_cookie(app, route):
    response = app.test_client().post(route.split()[1], json={})
    assert response.status_code == 422
    assert "Set-Cookie" not in response.headers


def test_only_reading_and_sending_are_allowed_anywhere(app):
    assert {route.split()[0] for route in routes(app)} <= {"GET", "POST"}


def test_an_auditor_changes_nothing():
    """But what everybody may: ask, and look after the own account."""
    changing = [route for route in GUARDED if route.startswith("POST") and "auditor" in GUARDS[route].split()]
    assert [route for route in changing if "/account" not in route] == []


def test_what_a_visitor_may_send_is_open_to_those_signed_in(client: FlaskClient):
    """The token of a form is all it takes."""
    assert client.post("/match", data={"csrf_token": token(client), "text": "停车"}).status_code in {303, 404, 422}
