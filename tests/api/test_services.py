"""GET /api/v1/services/<id>: a service as it stands in the catalogue."""

import pytest
from sqlalchemy import select

from directory.cli.seeds import rows_of
from directory.db import db
from directory.models.service import Service


@pytest.fixture
def ask(visitor):
    def by_external_id(external_id):
        service_id = db.session.scalar(select(Service.id).where(Service.external_id == external_id))
        return visitor.get(f"/api/v1/services/{service_id}").json

    return by_external_id


def _row(external_id):
    return next(row for row in rows_of("demo/services.csv") if row["external_id"] == external_id)


def test_a_service_says_what_its_row_in_the_seeds_says(ask):
    given, row = ask("001-1"), _row("001-1")
    assert (given["service"], given["category"], given["category_name"]) == (row["name"], "P-061", "社区助餐")
    assert given["description"] == row["description"]
    assert given["areas"] == ["310105-05", "310105-06"]
    assert given["groups"] == ["老年人", "困难群体"]
    assert (given["price_low"], given["price_high"], given["price_unit"]) == (13, 18, "每人次")
    assert (given["capacity"], given["assessed"]) == (6, 91.5)
    assert given["organisation"] == "示例·灶头香社区助餐服务中心"


def test_a_service_comes_with_its_versions(ask):
    given = ask("001-1")
    assert given["version"] == 1
    assert [(version["number"], version["name"]) for version in given["versions"]] == [(1, given["service"])]
    assert given["versions"][0]["approved_at"] == "2026-11-23T04:00:00+00:00"


@pytest.mark.parametrize("state", ["suspended", "exited"])
def test_a_service_not_listed_says_so_with_the_reason(ask, state):
    row = next(row for row in rows_of("demo/services.csv") if row["state"] == state)
    given = ask(row["external_id"])
    assert (given["state"], given["reason"]) == (state, row["reason"])
    assert given["reason"]


@pytest.mark.parametrize("given", ["0", "999999", str(2**63 - 1), str(2**63), "9" * 5000, "-1", "abc"])
def test_an_id_that_does_not_exist_is_a_404(visitor, refused, given):
    assert refused(visitor.get(f"/api/v1/services/{given}"), 404) == []
