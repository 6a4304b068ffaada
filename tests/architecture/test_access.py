"""Every route of the app, with what guards it: a new one fails here until it is written down."""

import re

import pytest
from flask import Flask

from tests.views.conftest import token

OPEN = "anyone may read it"
TOKEN = "anyone may send it, from a page of ours: it carries the token of a form"  # noqa: S105 - a sentence
DOOR = "whoever has a fresh address from the command line may read it"
WATCH = "the evaluation centre may read it"
WATCH_TOKEN = "the evaluation centre may send it, from a page of ours"  # noqa: S105 - a sentence
API = "anyone may send it, from anywhere: it takes no cookie, so there is nothing to forge"

ACCESS = {
    "GET /": OPEN,
    "GET /about": OPEN,
    "GET /accessibility": OPEN,
    "GET /categories": OPEN,
    "GET /categories/<code>": OPEN,
    "GET /health": OPEN,
    "GET /match/<run_id>": OPEN,
    "GET /organisations/<organisation_id>": OPEN,
    "GET /preferences": OPEN,
    "GET /ranking": OPEN,
    "GET /search": OPEN,
    "GET /services/<service_id>": OPEN,
    "GET /static/<filename>": OPEN,
    "GET /bootstrap/static/<filename>": OPEN,
    "POST /match": TOKEN,
    "POST /match/<run_id>/confirm": TOKEN,
    "GET /watch": WATCH,
    "GET /watch/enter": DOOR,
    "POST /watch/enter": TOKEN,
    "POST /watch/leave": WATCH_TOKEN,
    "GET /watch/withdraw": WATCH,
    "POST /watch/withdraw": WATCH_TOKEN,
    "GET /watch/words": WATCH,
    "POST /watch/words": WATCH_TOKEN,
    "GET /api/v1/categories": OPEN,
    "GET /api/v1/categories/<code>": OPEN,
    "GET /api/v1/match/<run_id>": OPEN,
    "GET /api/v1/openapi.json": OPEN,
    "GET /api/v1/organisations": OPEN,
    "GET /api/v1/organisations/<organisation_id>": OPEN,
    "GET /api/v1/search": OPEN,
    "GET /api/v1/services/<service_id>": OPEN,
    "POST /api/v1/match": API,
}


def routes(app: Flask) -> list[str]:
    """Every method and rule, its parameters without their converters."""
    return [
        f"{method} {re.sub('<[^<>]*:', '<', rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]


def address(route: str) -> str:
    return re.sub("<[a-z]+_id>", "1", route.split()[1])


def test_every_route_is_written_down_with_its_guard(app):
    assert sorted(routes(app)) == sorted(ACCESS)


@pytest.mark.parametrize("route", [route for route, guard in ACCESS.items() if guard is OPEN])
def test_what_anyone_may_read_asks_for_no_account(app, route):
    assert app.test_client().get(address(route)).status_code in {200, 302, 404}


@pytest.mark.parametrize("route", [route for route, guard in ACCESS.items() if guard in {TOKEN, WATCH_TOKEN}])
def test_a_form_is_refused_without_its_token(app, route):
    response = app.test_client().post(address(route), data={"text": "灭火器过期了"})
    assert response.status_code == 400
    assert "表单" in response.text


@pytest.mark.parametrize("route", [route for route, guard in ACCESS.items() if guard in {WATCH, DOOR, WATCH_TOKEN}])
def test_what_the_centre_may_do_nobody_else_may_and_the_way_in_is_said(app, route):
    visitor = app.test_client()
    data = {"csrf_token": token(visitor)} if route.startswith("POST") else None
    response = visitor.open(address(route), method=route.split()[0], data=data)
    assert response.status_code == 403
    assert "directory watch link" in response.text


def test_everything_below_watch_is_for_the_centre(app):
    open_ = [route for route in routes(app) if "/watch" in route and ACCESS[route] not in {WATCH, WATCH_TOKEN}]
    assert sorted(open_) == ["GET /watch/enter", "POST /watch/enter"]


@pytest.mark.parametrize("route", [route for route, guard in ACCESS.items() if guard is API])
def test_the_api_needs_no_token_and_sets_no_cookie(app, route):
    response = app.test_client().post(address(route), json={})
    assert response.status_code == 422
    assert "Set-Cookie" not in response.headers


def test_only_reading_and_sending_are_allowed_anywhere(app):
    assert {route.split()[0] for route in routes(app)} <= {"GET", "POST"}
