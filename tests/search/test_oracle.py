"""Whoosh gives what the exact index gives: for any documents, any filters, after any number of commits."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.documents import FACETS
from search.index import scoring
from search.index.memory import MemoryIndex
from search.index.whoosh import WhooshIndex
from search.query import Order, Query
from tests.factories import document

words = st.text(st.sampled_from("停车难狗吵老人吃饭 ab"), max_size=8)
values = {
    "category": st.sampled_from(["P-001", "P-002", "P-061"]),
    "field": st.sampled_from(["SH-01", "SH-04"]),
    "grade": st.sampled_from(["", "3A", "5A"]),
    "state": st.sampled_from(["listed", "suspended"]),
    "area": st.sampled_from(["05", "06", "05-01"]),
    "route": st.sampled_from(["provider", "property"]),
}
prices = st.none() | st.integers(0, 20)
documents = st.builds(
    document,
    st.integers(1, 12),
    words,
    words,
    **{facet: values[facet] for facet in ("category", "field", "grade", "state")},
    areas=st.frozensets(values["area"]),
    routes=st.frozensets(values["route"]),
    price=prices,
    quality=st.sampled_from([0.0, 0.885, 0.915, 1.0]),
)
changes = st.lists(
    st.lists(documents, max_size=5) | st.frozensets(st.integers(1, 12), min_size=1, max_size=4), max_size=6
)
wanted = st.fixed_dictionaries({}, optional={f: st.frozensets(v, max_size=2) for f, v in values.items()})
queries = st.builds(
    Query,
    text=words,
    categories=st.just({}) | st.dictionaries(values["category"], st.sampled_from([0.0, 0.5, 1.25]), max_size=2),
    also=st.frozensets(st.integers(0, 13), max_size=3),
    where=wanted,
    prefer=wanted,
    price=st.tuples(prices, prices),
    order=st.sampled_from(Order),
    offset=st.integers(0, 3),
    limit=st.integers(0, 15),
    count=st.just(FACETS),
)


@settings(deadline=None, max_examples=80)
@given(changes, st.lists(queries, min_size=1, max_size=4))
def test_both_backends_answer_alike_after_the_same_changes(history, asked):
    with TemporaryDirectory() as folder:
        exact, real = MemoryIndex(), WhooshIndex(Path(folder))
        for change in history:
            for index in (exact, real):
                if isinstance(change, frozenset):
                    index.drop(change)
                else:
                    index.put(change)
            assert real.find(asked[0]) == exact.find(asked[0])
        for query in asked:
            assert real.find(query) == exact.find(query)
        assert real.entry_ids() == exact.entry_ids()
        assert WhooshIndex(Path(folder)).find(asked[-1]) == exact.find(asked[-1])


@pytest.mark.parametrize("budget", [1, 7, 20, 45, 10_000])
def test_both_read_as_many_categories_as_the_budget_allows(tmp_path, monkeypatch, budget):
    monkeypatch.setattr(scoring.readable, "__kwdefaults__", {"budget": budget})
    exact, real = MemoryIndex(), WhooshIndex(tmp_path / "index")
    weights = {"P-001": 1.0, "P-002": 0.5, "P-061": 0.7}
    for index in (exact, real):
        index.put(document(n, category=sorted(weights)[n % 3]) for n in range(1, 31))
        index.put(document(n, category="P-001") for n in (2, 5, 8, 40))
        index.drop([3, 6])
    for categories in (weights, {"P-001": 0.0}, dict.fromkeys(weights, 0.0), {"P-999": 1.0, **weights}):
        query = Query("吃饭", categories=categories, also=frozenset({4, 41}), count=FACETS, limit=50)
        assert real.find(query) == exact.find(query)


def test_many_small_commits_and_deletions_leave_both_alike(tmp_path):
    exact, real = MemoryIndex(), WhooshIndex(tmp_path / "index")
    for n in range(60):
        for index in (exact, real):
            index.put([document(n % 25 + 1, f"停车{'消防' * (n % 3)}", quality=n / 100, price=n)])
            if n % 7 == 0:
                index.drop([n % 20])
        query = Query("停车消防", categories={"P-001": 1.0} if n % 2 else {}, count=FACETS, limit=50)
        assert real.find(query) == exact.find(query)
    assert real.entry_ids() == exact.entry_ids()
