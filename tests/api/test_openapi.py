"""GET /api/v1/openapi.json: what is served is described, and cheap."""

import re

import pytest
from sqlalchemy import event

from directory.cli.seeds import rows_of
from directory.db import db

MOST_QUERIES = 12


@pytest.fixture
def described(visitor):
    return visitor.get("/api/v1/openapi.json").json


def test_it_is_openapi_3_1(described):
    assert described["openapi"] == "3.1.0"


def test_every_route_of_the_api_is_described(catalogue, described):
    served = {
        (re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule), method.lower())
        for rule in catalogue.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    told = {(path, method) for path, item in described["paths"].items() for method in item if method in {"get", "post"}}
    assert told == served
    assert len(told) == 12


def test_every_error_is_described_as_a_problem(described):
    for response in described["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]
        assert response["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_the_codes_that_can_be_asked_for_are_those_of_the_catalogue(described):
    parameters = {p["name"]: p["schema"] for p in described["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert parameters["field"]["items"]["enum"] == [row["code"] for row in rows_of("fields.csv")]
    assert set(parameters["area"]["items"]["enum"]) == {row["code"] for row in rows_of("areas.csv")}
    need = described["components"]["schemas"]["Need"]["properties"]
    assert need["category"]["enum"] == [*parameters["category"]["items"]["enum"], None]
    assert "P-001" in need["category"]["enum"]


@pytest.mark.parametrize(
    ("path", "need"),
    [
        ("/api/v1/categories", None),
        ("/api/v1/categories/P-001", None),
        ("/api/v1/categories/SH-04", None),
        ("/api/v1/organisations?page=3", None),
        ("/api/v1/organisations/1", None),
        ("/api/v1/services/1", None),
        ("/api/v1/search?q=停车&field=SH-04&category=P-001&area=310105&order=price", None),
        ("/api/v1/match", {"text": "楼下天天抢车位", "area": "310105-05-01", "budget": 9000}),
        ("/api/v1/openapi.json", None),
    ],
)
def test_no_endpoint_asks_the_database_more_than_a_few_times(visitor, path, need):
    visitor.post("/api/v1/match", json={"text": "停车"})  # so that the router is there
    db.session.remove()
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        response = visitor.post(path, json=need) if need else visitor.get(path)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert response.status_code == 200
    assert 0 < len(asked) <= MOST_QUERIES, "\n".join(asked)
