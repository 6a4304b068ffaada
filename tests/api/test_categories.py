"""GET /api/v1/categories: the tree, and one category with its standard."""

import json
from collections import Counter

import pytest

from directory.cli.seeds import FOLDER, rows_of


@pytest.fixture(scope="module")
def listed():
    return Counter(row["category"] for row in rows_of("demo/services.csv") if row["state"] == "listed")


@pytest.fixture(scope="module")
def parking():
    return next(row for row in json.loads((FOLDER / "categories" / "SH-04.json").read_text()) if row["code"] == "P-001")


def test_the_tree_holds_the_fields_of_the_seeds_in_their_order(visitor):
    items = visitor.get("/api/v1/categories").json["items"]
    assert [(item["code"], item["name"]) for item in items] == [
        (row["code"], row["name"]) for row in rows_of("fields.csv")
    ]
    assert len(items) == 13


def test_every_part_of_the_tree_counts_its_listed_services(visitor, listed):
    items = visitor.get("/api/v1/categories").json["items"]
    assert {s["code"]: s["listed"] for item in items for s in item["services"]} == {
        service["code"]: listed[service["code"]] for item in items for service in item["services"]
    }
    assert all(item["listed"] == sum(service["listed"] for service in item["services"]) for item in items)
    assert sum(item["listed"] for item in items) == listed.total() > 500


def test_a_service_comes_with_its_standard(visitor, parking):
    answer = visitor.get("/api/v1/categories/P-001").json
    given = answer["category"]
    assert answer["services"] == []
    assert (given["code"], given["name"], given["level"]) == ("P-001", "停车管理", 2)
    assert given["parent"] == {"code": "SH-04", "name": "社区治理", "name_en": "Community governance"}
    assert given["standard"]["deliverables"] == parking["standard"]["deliverables"]
    assert given["standard"]["acceptance"] == parking["standard"]["acceptance"]
    assert given["procurement_code"] == parking["procurement_code"]
    assert given["examples"] == parking["examples"]
    assert given["route"] == parking["route"]


def test_a_field_comes_with_its_services(visitor, listed):
    answer = visitor.get("/api/v1/categories/SH-04").json
    assert (answer["category"]["level"], answer["category"]["parent"]) == (1, None)
    assert answer["category"]["standard"] == {"deliverables": [], "acceptance": [], "price_note": ""}
    tree = visitor.get("/api/v1/categories").json["items"]
    assert answer["services"] == next(item["services"] for item in tree if item["code"] == "SH-04")


@pytest.mark.parametrize("code", ["P-999", "停车", "%00", "' OR 1=1 --", "x" * 5000, "%ff"])
def test_a_code_that_does_not_exist_is_a_404(visitor, refused, code):
    assert refused(visitor.get(f"/api/v1/categories/{code}"), 404) == []


def test_chinese_is_sent_as_chinese(visitor):
    body = visitor.get("/api/v1/categories/P-001").data
    assert "停车管理".encode() in body
    assert b"\\u" not in body
