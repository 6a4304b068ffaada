"""GET /api/v1/organisations: page by page, and one with all that is known of it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from directory.cli.seeds import rows_of
from directory.db import db
from directory.models.organisation import Organisation
from directory.operations import catalogue as catalogue_operations
from directory.rules.calendar import day_of

USCC = "52310105DEM000014A"


@pytest.fixture
def organisation_id(catalogue):
    return db.session.scalar(select(Organisation.id).where(Organisation.uscc == USCC))


def test_the_pages_together_hold_every_organisation_once(visitor):
    first = visitor.get("/api/v1/organisations").json
    pages = [visitor.get(f"/api/v1/organisations?page={page}").json for page in range(1, first["pages"] + 1)]
    given = [item["uscc"] for page in pages for item in page["items"]]
    assert sorted(given) == sorted(row["uscc"] for row in rows_of("demo/organisations.csv"))
    assert first["total"] == len(given)
    assert (first["page"], len(first["items"])) == (1, 20)


def test_a_page_past_the_end_is_empty(visitor):
    answer = visitor.get("/api/v1/organisations?page=9999")
    assert answer.status_code == 200
    assert (answer.json["page"], answer.json["items"]) == (9999, [])


def test_an_organisation_comes_with_its_profile(visitor, organisation_id):
    row = next(row for row in rows_of("demo/organisations.csv") if row["uscc"] == USCC)
    given = visitor.get(f"/api/v1/organisations/{organisation_id}").json["organisation"]
    assert {key: given[key] for key in row} == row
    assert given["is_demo"] is True


def test_its_facts_come_with_source_and_dates(visitor, organisation_id):
    rows = [row for row in rows_of("demo/facts.csv") if row["uscc"] == USCC]
    facts = visitor.get(f"/api/v1/organisations/{organisation_id}").json["facts"]
    expected = [
        (row["kind"], row["value"], row["since"], row["until"] or None, row["source"])
        for row in sorted(rows, key=lambda row: row["since"])
    ]
    assert sorted(map(repr, expected)) == sorted(
        repr((f["kind"], f["value"], f["since"], f["until"], f["source"])) for f in facts
    )
    assert [fact["since"] for fact in facts] == sorted(fact["since"] for fact in facts)
    assert {fact["superseded_by_id"] for fact in facts} == {None}


def test_who_recorded_a_fact_is_not_told(visitor, organisation_id):
    facts = visitor.get(f"/api/v1/organisations/{organisation_id}").json["facts"]
    assert all("recorded_by" not in fact for fact in facts)


def test_its_gates_say_what_the_rules_say_today(visitor, organisation_id):
    given = visitor.get(f"/api/v1/organisations/{organisation_id}").json["gates"]
    standing = catalogue_operations.organisation(organisation_id, on=day_of(datetime.now(UTC)))
    assert [(gate["gate"], gate["outcome"], gate["code"]) for gate in given] == [
        (gate.gate, gate.outcome, gate.code) for gate in standing.gates
    ]
    registered = given[0]
    assert (registered["gate"], registered["outcome"]) == ("registered", "pass")
    assert registered["fact"]["since"] == "2012-06-18"


def test_its_services_are_those_it_offers(visitor, organisation_id):
    rows = [row for row in rows_of("demo/services.csv") if row["uscc"] == USCC]
    given = visitor.get(f"/api/v1/organisations/{organisation_id}").json["services"]
    assert sorted((s["service"], s["category"], s["state"]) for s in given) == sorted(
        (row["name"], row["category"], row["state"]) for row in rows
    )


@pytest.mark.parametrize("given", ["0", "-1", "999999", str(2**63 - 1), str(2**63), "9" * 5000, "1.0", "abc", "%00"])
def test_an_id_that_does_not_exist_is_a_404(visitor, refused, given):
    assert refused(visitor.get(f"/api/v1/organisations/{given}"), 404) == []


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        ("0", "range"),
        ("-1", "range"),
        ("1000000000", "range"),
        ("9" * 40, "range"),
        ("9" * 5000, "type"),
        ("", "type"),
        ("1.5", "type"),
        ("1_0", "type"),
        ("%EF%BC%91", "type"),
        ("one", "type"),
        ("null", "type"),
    ],
)
def test_a_page_that_cannot_be_is_refused_by_name(visitor, refused, page, rule):
    assert refused(visitor.get(f"/api/v1/organisations?page={page}"), 422) == [("page", rule)]
