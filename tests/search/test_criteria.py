from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from search.matching.affinity import Pooling
from search.matching.criteria import CRITERIA, Context
from search.query import Need
from tests.factories import candidate, opinion, routing

TODAY = date(2026, 11, 23)
NEED = Need("停车难", area="310105-05", groups=frozenset({"老年人", "残疾人"}), budget=Decimal(1000))
SILENT = Need("停车难")


def context(need=NEED, *candidates, past=None):
    likely = routing({"P-001": 1.0}, {"SH-04": 0.5}, past)
    return Context.of(need, candidates, today=TODAY, routing=likely, pooling=Pooling(), confirm_months=6)


def view(criterion, changed, need=NEED):
    one = candidate(**changed)
    return CRITERIA[criterion](one, context(need, one))


@pytest.mark.parametrize(
    ("criterion", "changed", "points", "facts"),
    [
        ("category", {}, 1.0, {"category": "P-001"}),
        ("category", {"category": "P-099"}, 0.0, {"category": "P-099"}),
        ("field", {}, 0.5, {"field": "SH-04"}),
        ("field", {"field": "SH-01"}, 0.0, {"field": "SH-01"}),
        ("text", {"relevance": 0.0}, 0.0, {}),
        ("text", {"relevance": 0.7}, 0.7, {}),
        ("area", {"areas": frozenset({"310105-05"})}, 1.0, {"area": "310105-05"}),
        ("area", {"areas": frozenset({"310105-06"})}, 0.0, {"area": "310105-05"}),
        ("area", {}, 0.0, {"area": "310105-05"}),
        ("groups", {"groups": frozenset({"老年人", "残疾人", "儿童"})}, 1.0, {"groups": "残疾人、老年人"}),
        ("groups", {"groups": frozenset({"老年人"})}, 0.5, {"groups": "老年人"}),
        ("groups", {"groups": frozenset({"儿童"})}, 0.0, {"groups": ""}),
        ("price", {"price_low": Decimal(1000)}, 1.0, {"price_low": "1000", "budget": "1000"}),
        ("price", {"price_low": Decimal(0)}, 1.0, {"price_low": "0", "budget": "1000"}),
        ("price", {"price_low": Decimal(4000)}, 0.25, {"price_low": "4000", "budget": "1000"}),
        ("assessed", {"assessed": Decimal("91.5")}, 0.915, {"score": "91.5"}),
        ("assessed", {"assessed": Decimal(0)}, 0.0, {"score": "0"}),
        ("assessed", {"assessed": Decimal(100)}, 1.0, {"score": "100"}),
        ("rating", {"rating": Decimal(1), "reviews": 3}, 0.0, {"rating": "1", "reviews": "3"}),
        ("rating", {"rating": Decimal("4.5"), "reviews": 9}, 0.875, {"rating": "4.5", "reviews": "9"}),
        ("finished", {"finished": 0}, 0.0, {"served": "0"}),
        ("finished", {"finished": 3}, 0.632, {"served": "3"}),
        ("finished", {"finished": 1000}, 1.0, {"served": "1000"}),
        ("capacity", {"capacity": 0}, 0.0, {"free": "0"}),
        ("capacity", {"capacity": 1}, 0.333, {"free": "1"}),
        ("capacity", {"capacity": 50}, 1.0, {"free": "50"}),
        ("freshness", {"confirmed_on": TODAY}, 1.0, {"confirmed_on": "2026-11-23"}),
        ("freshness", {"confirmed_on": date(2026, 5, 24)}, 1.0, {"confirmed_on": "2026-05-24"}),
        ("freshness", {"confirmed_on": date(2025, 8, 23)}, 0.5, {"confirmed_on": "2025-08-23"}),
        ("freshness", {"confirmed_on": date(2020, 1, 1)}, 0.0, {"confirmed_on": "2020-01-01"}),
        ("freshness", {"confirmed_on": date(2027, 1, 1)}, 1.0, {"confirmed_on": "2027-01-01"}),
    ],
)
def test_the_points_of_a_criterion_and_the_facts_they_rest_on(criterion, changed, points, facts):
    said = view(criterion, changed)
    assert said.points == pytest.approx(points, abs=2e-3)
    assert dict(said.facts) == facts


@pytest.mark.parametrize(
    ("criterion", "changed", "need"),
    [
        ("area", {"areas": frozenset({"310105-05"})}, SILENT),
        ("groups", {"groups": frozenset({"老年人"})}, SILENT),
        ("groups", {}, NEED),
        ("price", {"price_low": Decimal(10)}, SILENT),
        ("price", {}, NEED),
        ("assessed", {}, NEED),
        ("rating", {"reviews": 2}, NEED),
        ("finished", {}, NEED),
        ("affinity", {}, NEED),
        ("variety", {}, NEED),
        ("capacity", {}, NEED),
        ("freshness", {}, NEED),
    ],
)
def test_a_criterion_that_knows_nothing_has_no_view(criterion, changed, need):
    assert view(criterion, changed, need) is None


def test_a_profile_is_fresh_for_as_long_as_the_district_lets_it_stand():
    one = candidate(1, confirmed_on=date(2025, 12, 1))
    shared = context(NEED, one)
    assert CRITERIA["freshness"](one, shared).points < 1.0
    assert CRITERIA["freshness"](one, replace(shared, confirm_months=12)).points == 1.0


def test_a_budget_of_nothing_still_compares():
    assert view("price", {"price_low": Decimal(0)}, Need("x", budget=Decimal(0))).points == 1.0
    assert view("price", {"price_low": Decimal(5)}, Need("x", budget=Decimal(0))).points == 0.0


def test_reach_is_how_much_of_all_an_organisation_offers_speaks_to_the_need():
    many = [candidate(1, relevance=0.6), candidate(2, relevance=0.8), candidate(3, relevance=0.0)]
    one = candidate(4, organisation_id=2, relevance=0.5)
    shared = context(NEED, *many, one)
    assert CRITERIA["reach"](many[2], shared) == (1.0, (("services", "2"),), 1.0)
    assert CRITERIA["reach"](one, shared) == (0.5, (("services", "1"),), 1.0)


@pytest.mark.parametrize("stranger", [candidate(9, organisation_id=9), candidate(9, relevance=0.0)])
def test_reach_of_nothing_is_nothing(stranger):
    assert CRITERIA["reach"](stranger, context(NEED, candidate(1, relevance=0.0))).points == 0.0


def test_what_past_needs_promise_counts_as_far_as_they_are_trusted():
    proven, other = candidate(1), candidate(2, organisation_id=2)
    shared = context(NEED, proven, other, past=opinion({"P-001": 1.0}, {1: 0.9, 2: 0.1}, trust=0.25))
    first, second = (CRITERIA["affinity"](each, shared) for each in (proven, other))
    assert (first.points, first.trust) == (1.0, 0.25)
    assert 0 < second.points < first.points


def test_an_organisations_later_services_in_a_field_count_less():
    one = candidate()
    shared = context(NEED, one, past=opinion({"P-001": 1.0}, trust=0.25))
    assert CRITERIA["variety"](one, replace(shared, before={1: 0})) == (1.0, (("place", "1"),), 0.25)
    assert CRITERIA["variety"](one, replace(shared, before={1: 3})) == (0.25, (("place", "4"),), 0.25)


@pytest.mark.parametrize("past", [None, opinion({"P-001": 1.0}, {1: 1.0}, trust=0.0)])
def test_where_nothing_was_confirmed_past_needs_say_nothing(past):
    one = candidate()
    assert CRITERIA["affinity"](one, context(NEED, one, past=past)) is None


def test_past_needs_promise_nothing_of_what_says_nothing_to_the_need():
    one, stranger = candidate(1), candidate(2, category="P-099", field="SH-99", relevance=0.0)
    past = opinion({"P-001": 1.0}, {1: 1.0}, trust=0.5)
    assert CRITERIA["affinity"](stranger, context(NEED, one, stranger, past=past)).points == 0.0


@pytest.mark.parametrize(
    ("past", "pertinent"), [(None, False), (opinion({"P-099": 1.0}, {1: 1.0}), True), (opinion({}, {2: 1.0}), False)]
)
def test_a_category_that_does_not_fit_is_shown_only_when_past_needs_speak_for_it(past, pertinent):
    good, odd = candidate(1, organisation_id=2), candidate(2, category="P-099", field="SH-99")
    shared = context(NEED, good, odd, past=past)
    assert shared.pertinent(good, least=0.5)
    assert shared.pertinent(odd, least=0.12) is pertinent


@pytest.mark.parametrize(("asked", "fit"), [({}, 0.75), ({"category": "P-099"}, 0.5), ({"relevance": 0.0}, 0.375)])
def test_the_fit_of_a_candidate_is_the_mean_of_category_field_text_and_reach(asked, fit):
    one = candidate(**asked)
    assert context(NEED, one).fit(one) == fit


def test_every_criterion_is_in_the_tables_above():
    assert set(CRITERIA) == {
        *("category", "field", "text", "reach", "affinity", "variety", "area", "groups", "price", "assessed"),
        *("rating", "finished", "capacity", "freshness"),
    }
