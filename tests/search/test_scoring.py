import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.documents import ServiceDocument
from search.index import scoring
from search.query import Query

counts = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 60))


@given(counts, st.integers(1, 100))
def test_the_rarest_terms_are_read_first_within_the_budget(holding, budget):
    chosen = scoring.affordable(holding, budget=budget)
    held = [holding[term] for term in chosen]
    assert held == sorted(held)
    assert 0 not in held
    assert sum(held) <= budget or len(held) == 1
    left = [number for term, number in holding.items() if number and term not in chosen]
    assert all(number >= max(held, default=0) for number in left)
    assert bool(chosen) == any(holding.values())


@given(counts.filter(bool), st.randoms(), st.integers(0, 100))
def test_the_categories_of_most_weight_are_read_within_the_budget_and_one_at_least(holding, random, budget):
    weights = {code: random.choice([0.0, 0.5, 1.0]) for code in holding}
    chosen = scoring.readable(weights, holding, budget=budget)
    in_order = sorted(weights, key=lambda code: (-weights[code], code))
    assert chosen == in_order[: len(chosen)]
    assert sum(holding[code] for code in chosen) <= budget or len(chosen) == 1
    if len(chosen) < len(in_order):
        assert sum(holding[code] for code in in_order[: len(chosen) + 1]) > budget


def test_of_no_category_none_is_read():
    assert scoring.readable({}, {}) == []


@given(st.integers(1, 10**6))
def test_a_rarer_term_tells_more(holding):
    assert scoring.weight(holding) > scoring.weight(holding + 1) > 0


@pytest.mark.parametrize(
    ("price", "asked", "inside"),
    [
        (None, (None, None), True),
        (None, (0, None), False),
        (5, (5, 5), True),
        (5, (6, None), False),
        (5, (None, 4), False),
    ],
)
def test_a_price_range_is_inclusive(price, asked, inside):
    assert scoring.in_price(price, Query(price=asked)) is inside


def test_relevance_is_measured_by_the_best():
    assert [hit.relevance for hit in scoring.hits([(1, 2.0), (2, 1.0)], 2.0)] == [1.0, 0.5]
    assert [hit.relevance for hit in scoring.hits([(1, 0.0)], 0.0)] == [0.0]


def test_a_document_counts_under_each_of_its_values_and_not_under_an_empty_one():
    one = ServiceDocument(1, "停车", "", 1, "P-001", "SH-04", frozenset({"05", "06"}), "", frozenset({"self"}))
    assert (one.values("area"), one.values("route"), one.values("field")) == ({"05", "06"}, {"self"}, {"SH-04"})
    assert one.values("grade") == frozenset()
