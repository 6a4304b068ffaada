"""GET /api/v1/search: words, filters, counts."""

from collections import Counter
from urllib.parse import quote

import pytest

from directory.cli.seeds import rows_of


def _services(**where):
    return [row for row in rows_of("demo/services.csv") if all(row[key] == value for key, value in where.items())]


@pytest.fixture
def ask(visitor):
    def search(**arguments):
        response = visitor.get("/api/v1/search", query_string=arguments)
        assert response.status_code == 200, response.text
        return response.json

    return search


def test_without_words_it_gives_all_that_is_listed(ask):
    answer = ask()
    listed = len(_services(state="listed"))
    assert answer["total"] == listed
    assert answer["pages"] == -(-listed // 20)
    assert (answer["page"], len(answer["items"]), answer["stale"]) == (1, 20, False)


def test_a_category_gives_its_services_and_nothing_else(ask):
    answer = ask(category="P-001")
    expected = {row["name"] for row in _services(category="P-001", state="listed")}
    assert {item["service"] for item in answer["items"]} == expected
    assert answer["total"] == len(expected) > 0


def test_an_item_says_whose_it_is_and_what_it_costs(ask):
    item = next(i for i in ask(category="P-061")["items"] if i["service"] == "“软饭软菜”午餐供应与送餐上门")
    assert item["organisation"] == "示例·灶头香社区助餐服务中心"
    assert (item["category"], item["category_name"], item["state"], item["reason"]) == (
        "P-061",
        "社区助餐",
        "listed",
        "",
    )
    assert (item["price_low"], item["price_high"], item["price_unit"]) == (13, 18, "每人次")
    assert item["grade"] in {"", "4A"}


def test_values_of_one_filter_widen_and_different_filters_narrow(ask):
    one, other = ask(category="P-001")["total"], ask(category="P-061")["total"]
    assert ask(category=["P-001", "P-061"])["total"] == one + other
    assert ask(category=["P-001", "P-061"], field="SH-04")["total"] == one


def test_other_states_are_found_when_asked_for(ask):
    expected = Counter(row["state"] for row in _services())
    assert ask(state="suspended")["total"] == expected["suspended"] > 0
    assert ask(state=["suspended", "exited"])["total"] == expected["suspended"] + expected["exited"]


def test_facets_count_what_another_choice_would_show(ask):
    facets = ask(field="SH-04")["facets"]
    listed = Counter(row["category"] for row in _services(state="listed"))
    assert sum(facets["field"].values()) == listed.total()
    assert facets["category"]["P-001"] == listed["P-001"]
    assert set(facets) == {"field", "category", "area", "grade", "route", "state"}


def test_prices_bound_the_lowest_price(ask):
    answer = ask(price_low=10, price_high=20, order="price")
    prices = [item["price_low"] for item in answer["items"]]
    assert prices == sorted(prices)
    assert answer["total"] == sum(
        row["price_low"] != "" and 10 <= int(row["price_low"]) <= 20 for row in _services(state="listed")
    )


def test_a_lowest_price_above_the_highest_finds_nothing(ask):
    assert ask(price_low=20, price_high=10)["total"] == 0


def test_pages_do_not_overlap_and_end(ask):
    pages = [ask(q="停车", page=page) for page in (1, 2)]
    first, second = ({item["service_id"] for item in page["items"]} for page in pages)
    assert first
    assert not first & second
    assert ask(q="停车", page=10_000)["items"] == []


@pytest.mark.parametrize(
    "text",
    [
        "停车",
        "停車",
        "ｐａｒｋｉｎｇ",
        "tingche",
        "parking 停车",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "{{7*7}}",
        "a",
        "停\x00车\x1b",
        "😀停车",
        "\u202e停车",
        "停" * 200,
    ],
)
def test_any_text_with_words_is_answered(ask, text):
    assert ask(q=text)["total"] >= 0


def test_every_spelling_finds_the_same(ask):
    assert ask(q="停車")["total"] == ask(q="停车")["total"] > 0


REFUSED = [
    ("q=" + "a" * 201, "q", "length"),
    ("q=" + "a" * 10_000, "q", "length"),
    ("q=" + quote("😀"), "q", "empty"),
    ("q=%00%01", "q", "empty"),
    ("q=a&q=b", "q", "repeated"),
    ("field=P-001", "field", "unknown"),
    ("field=SH-99", "field", "unknown"),
    ("category=P-999", "category", "unknown"),
    ("category=P-001&category=P-999", "category", "unknown"),
    ("area=110101", "area", "unknown"),
    ("area=" + quote("新华路"), "area", "pattern"),
    ("area=%00", "area", "pattern"),
    ("area=", "area", "pattern"),
    ("&".join(["category=P-001"] * 51), "category", "length"),
    ("grade=6A", "grade", "choice"),
    ("route=police", "route", "choice"),
    ("state=gone", "state", "choice"),
    ("order=random", "order", "choice"),
    ("price_low=-1", "price_low", "range"),
    ("price_high=1000000000000", "price_high", "range"),
    ("price_low=cheap", "price_low", "type"),
    ("price_low=1e3", "price_low", "type"),
    ("page=0", "page", "range"),
    ("page=-1", "page", "range"),
    ("page=1000000000", "page", "range"),
    ("pgae=2", "pgae", "unknown_field"),
    ("q[]=a", "q[]", "unknown_field"),
]


@pytest.mark.parametrize(("query", "field", "rule"), REFUSED, ids=[query[:30] for query, _, _ in REFUSED])
def test_what_cannot_be_searched_for_is_refused_by_field_and_rule(visitor, refused, query, field, rule):
    assert refused(visitor.get(f"/api/v1/search?{query}"), 422) == [(field, rule)]


def test_every_fault_is_named_at_once(visitor, refused):
    answer = visitor.get("/api/v1/search?page=0&grade=9A&colour=red")
    assert sorted(refused(answer, 422)) == [("colour", "unknown_field"), ("grade", "choice"), ("page", "range")]
    assert [fault["value"] for fault in answer.json["errors"] if fault["field"] == "grade"] == ["9A"]
