import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.matching.reach import CONSIDERED, candidates_query, likely_categories
from search.query import Need
from tests.factories import profile, routing

PROFILES = {
    each.code: each
    for each in (
        *(profile(f"P-00{n}", f"停车{n}") for n in range(1, 5)),
        profile("P-061", "社区助餐", parent="SH-01"),
        profile("P-120", "法律援助", parent="SH-11"),
    )
}
FITS = {"P-001": 1.0, "P-002": 0.6, "P-003": 0.3, "P-004": 0.2, "P-061": 0.9}
ROUTING = routing(FITS, {"SH-04": 1.0, "SH-01": 0.5})
PARKING = Need("停车")
WEIGHTS = {"text": 0.2, "reach": 0.2, "category": 0.2, "field": 0.1}


def likely(most=9, weights=WEIGHTS, found=ROUTING):
    return likely_categories(found, PROFILES, weights, most=most)


def query(need=PARKING, **asked):
    return candidates_query(need, likely(), **({"limit": 50} | asked))


def test_the_categories_that_fit_best_are_looked_at():
    assert list(likely(2)) == ["P-001", "P-061"]
    assert set(likely()) == {"P-001", "P-002", "P-003", "P-004", "P-061"}


def test_a_category_of_a_likely_field_is_looked_at_even_when_its_own_words_do_not_fit():
    found = routing({"P-001": 1.0}, {"SH-04": 1.0})
    assert set(likely(found=found)) == {"P-001", "P-002", "P-003", "P-004"}
    assert likely(found=found)["P-001"] > likely(found=found)["P-002"]


def test_categories_weigh_as_in_the_ranking_beside_the_text():
    assert likely()["P-002"] == pytest.approx(0.5 * 0.6 + 0.25 * 1.0)
    assert likely()["P-061"] == pytest.approx(0.5 * 0.9 + 0.25 * 0.5)
    assert likely(weights={"category": 0.7})["P-001"] == pytest.approx(0.7)


@given(st.dictionaries(st.sampled_from(sorted(PROFILES)), st.sampled_from([0.0, 0.5, 1.0])), st.integers(1, 6))
def test_no_category_left_out_weighs_more_than_one_looked_at(fits, most):
    found = routing(fits)
    kept, every = likely(most, found=found), likely(99, found=found)
    assert len(kept) <= most
    assert kept.items() <= every.items()
    assert all(weight > 0 for weight in every.values())
    left = [weight for code, weight in every.items() if code not in kept]
    assert max(left, default=0) <= min(kept.values(), default=0) or not left


def test_a_query_asks_for_the_categories_it_was_given():
    assert query().categories == likely()
    assert query().limit == 50
    assert query().text == "停车"


def test_entries_of_proven_organisations_come_besides_and_crowd_nobody_out():
    assert query(also=[7, 9]).also == {7, 9}
    assert query(also=[7, 9]).limit == 52
    assert query().also == frozenset()


def test_only_listed_and_suspended_services_are_considered():
    assert query().where == {"state": CONSIDERED} == {"state": {"listed", "suspended"}}


def test_services_of_the_area_come_first_but_are_not_all():
    assert query().prefer == {}
    assert query(Need("停车", "310105-05")).prefer == {"area": {"310105-05"}}
    assert "area" not in query(Need("停车", "310105-05")).where


def test_without_a_guess_the_text_alone_decides():
    assert likely(found=routing({})) == {}
    assert candidates_query(PARKING, {}, limit=50).categories == {"": 0.0}
