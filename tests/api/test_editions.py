"""GET /api/v1/editions and /api/v1/catalogue: what was sealed, and what stood on a day."""

import json

import pytest

from directory.operations import editions
from directory.rules.editions import canonical, digest_of
from tests.factories_editions import later, listed, rename, seal, suspend


@pytest.fixture
def two(app):
    ids = listed(60)
    seal("春季版")
    rename(ids[0], "新名", now=later(1))
    suspend(ids[1], now=later(1))
    seal("秋季版", now=later(2))
    return ids


def test_editions_come_newest_first(two, client):
    given = client.get("/api/v1/editions").json
    assert [(item["number"], item["state"], item["rows"]) for item in given["items"]] == [
        ("2026-2", "sealed", 59),
        ("2026-1", "superseded", 60),
    ]
    assert given["items"][0]["previous"] == given["items"][1]["digest"]
    assert client.get("/api/v1/editions?page=2").json["items"] == []


def test_none_sealed_is_an_empty_list(app, client):
    assert client.get("/api/v1/editions").json == {"total": 0, "pages": 1, "page": 1, "items": []}


def test_the_pages_of_an_edition_hold_every_row_and_the_digests_fit(two, client):
    pages = [client.get(f"/api/v1/editions/2026-2?page={page}").json for page in (1, 2)]
    items = [item for page in pages for item in page["items"]]
    assert [item["position"] for item in items] == list(range(1, 60))
    assert [item["digest"] for item in items] == [digest_of(canonical(item["content"])) for item in items]
    assert pages[0]["edition"]["digest"] == editions.get("2026-2").digest


def test_rows_are_found_by_name(two, client):
    given = client.get("/api/v1/editions/2026-2?q=新名").json
    assert (given["total"], given["items"][0]["content"]["service"]["name"]) == (1, "新名")


def test_it_says_the_same_as_the_file(two, client):
    whole = json.loads(client.get("/editions/2026-1.json").data)
    items = client.get("/api/v1/editions/2026-1").json["items"]
    assert [item["content"] for item in items] == [row["content"] for row in whole["rows"][:50]]


def test_the_catalogue_of_a_day(two, client):
    given = client.get("/api/v1/catalogue?on=2026-11-23").json
    assert (given["on"], given["first"], given["total"], given["pages"]) == ("2026-11-23", "2026-11-23", 59, 2)
    assert "新名" in {item["service"] for item in given["items"]}
    before = client.get("/api/v1/catalogue?on=2024-02-29").json
    assert (before["total"], before["items"], before["first"]) == (0, [], "2026-11-23")


@pytest.mark.parametrize(
    ("address", "status", "faults"),
    [
        ("/api/v1/editions/2026-9", 404, []),
        ("/api/v1/editions/%00", 404, []),
        ("/api/v1/catalogue?on=9999-12-31", 404, []),
        ("/api/v1/catalogue", 422, [("on", "required")]),
        ("/api/v1/catalogue?on=2026-02-29", 422, [("on", "type")]),
        ("/api/v1/catalogue?on=20261123", 422, [("on", "type")]),
        ("/api/v1/catalogue?on=2026-11-23&page=0", 422, [("page", "range")]),
        ("/api/v1/editions?page=x", 422, [("page", "type")]),
        ("/api/v1/editions?q=x", 422, [("q", "unknown_field")]),
    ],
)
@pytest.mark.usefixtures("two")
def test_what_cannot_be_given_is_refused_by_name(client, refused, address, status, faults):
    assert refused(client.get(address), status) == faults
