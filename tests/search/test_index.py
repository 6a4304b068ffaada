"""Every backend keeps the same promises: one suite, run on each."""

import pytest

from search.documents import FACETS
from search.index import scoring
from search.index.memory import MemoryIndex
from search.index.whoosh import WhooshIndex
from search.query import Order, Query
from tests.factories import document

DOCUMENTS = (
    document(1, "停车共治", "小区车位不够，请居民商量", price=3000, quality=0.9, areas=frozenset({"05", "05-01"})),
    document(2, "错时停车", "写字楼晚上借车位", category="P-002", price=500, quality=0.5, areas=frozenset({"06"})),
    document(
        3, "社区助餐", "老人中午吃饭", category="P-061", field="SH-01", grade="5A", price=15, areas=frozenset({"05"})
    ),
    document(
        4, "Legal aid", "合同与法律咨询", category="P-120", field="SH-11", grade="", routes=frozenset({"provider"})
    ),
    document(5, "养狗文明", "犬只登记与遛狗公约", category="P-016", price=800, state="suspended", quality=0.7),
)


@pytest.fixture(params=["memory", "whoosh"])
def empty(request, tmp_path):
    return MemoryIndex() if request.param == "memory" else WhooshIndex(tmp_path / "index")


@pytest.fixture
def index(empty):
    empty.put(DOCUMENTS)
    return empty


def ids(index, text="", **asked):
    return [hit.entry_id for hit in index.find(Query(text, **asked)).hits]


def where(**facets):
    return {name: frozenset(values.split()) for name, values in facets.items()}


def test_an_empty_index_answers_with_nothing(empty):
    found = empty.find(Query("停车", count=FACETS))
    assert (found.hits, found.total, found.facets) == ((), 0, {name: {} for name in FACETS})
    assert empty.entry_ids() == frozenset()


def test_the_text_narrows_and_the_best_hit_has_relevance_one(index):
    found = index.find(Query("停车"))
    assert {hit.entry_id for hit in found.hits} == {1, 2}
    assert found.total == 2
    assert max(hit.relevance for hit in found.hits) == 1.0


def test_a_name_counts_more_than_a_text(empty):
    empty.put([document(1, "共治", "停车"), document(2, "停车", "共同")])
    hits = empty.find(Query("停车")).hits
    assert [hit.entry_id for hit in hits] == [2, 1]
    assert hits[1].relevance == pytest.approx(1 / 1.5, abs=1e-6)


def test_every_word_is_required_in_a_search(index):
    assert ids(index, "停车 车位") == [1, 2]
    assert ids(index, "停车 写字楼") == [2]
    assert ids(index, "停车 吃饭") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("停車", {1, 2}),
        ("ｌｅｇａｌ", {4}),
        ("LEGAL", {4}),
        ("法律", {4}),
        ("狗", {5}),
        ("犬", {5}),
        ("字", {2}),
        ("z", set()),
        ("🙂", {1, 2, 3, 4, 5}),
        ("", {1, 2, 3, 4, 5}),
        ("请问我们", set()),
        ("' OR 1=1 --", set()),
        ("停车*", {1, 2}),
        ("entry_id:1", set()),
        ("\ud800停车\x00", {1, 2}),
    ],
)
def test_what_a_searcher_types_is_text_and_nothing_else(index, text, expected):
    assert set(ids(index, text)) == expected


def test_putting_again_replaces(index):
    index.put([document(1, "居民议事")])
    assert ids(index, "停车") == [2]
    assert ids(index, "议事") == [1]
    assert index.entry_ids() == {1, 2, 3, 4, 5}


def test_of_two_documents_put_at_once_the_later_one_stays(empty):
    empty.put([document(1, "停车"), document(1, "消防")])
    assert (ids(empty, "停车"), ids(empty, "消防"), empty.find(Query()).total) == ([], [1], 1)


def test_dropping_forgets_and_an_unknown_id_is_no_error(index):
    index.drop([1, 99])
    assert ids(index, "停车") == [2]
    assert index.entry_ids() == {2, 3, 4, 5}


def test_dropping_all_leaves_an_empty_index(index):
    index.drop(range(1, 6))
    assert index.find(Query(count=("field",))).facets == {"field": {}}
    index.put(DOCUMENTS[:1])
    assert ids(index) == [1]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (where(field="SH-04"), {1, 2, 5}),
        (where(field="SH-01 SH-11"), {3, 4}),
        (where(category="P-002"), {2}),
        (where(area="05"), {1, 3}),
        (where(area="05-01"), {1}),
        (where(grade="5A"), {3}),
        (where(route="provider"), {4}),
        (where(state="listed"), {1, 2, 3, 4}),
        (where(state="suspended exited"), {5}),
        (where(field="SH-04", area="05"), {1}),
        (where(field="SH-99"), set()),
        ({"field": frozenset()}, set()),
    ],
)
def test_filters_keep_what_has_one_of_the_values_of_each_facet(index, filters, expected):
    found = index.find(Query(where=filters))
    assert {hit.entry_id for hit in found.hits} == expected
    assert found.total == len(expected)


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ((None, None), {1, 2, 3, 4, 5}),
        ((None, 800), {2, 3, 5}),
        ((800, None), {1, 5}),
        ((500, 800), {2, 5}),
        ((0, 0), set()),
        ((900, 100), set()),
    ],
)
def test_a_price_range_leaves_out_what_names_no_price(index, price, expected):
    assert set(ids(index, price=price)) == expected


def test_a_price_no_column_can_hold_is_kept_as_a_very_large_one(empty):
    empty.put([document(1, price=10**12), document(2, price=5), document(3)])
    assert ids(empty, order=Order.PRICE) == [2, 1, 3]
    assert ids(empty, price=(6, None)) == [1]


def test_facets_count_what_choosing_another_value_would_show(index):
    facets = index.find(Query(where=where(field="SH-04", state="listed"), count=("field", "state", "area"))).facets
    assert facets["field"] == {"SH-04": 2, "SH-01": 1, "SH-11": 1}
    assert facets["state"] == {"listed": 2, "suspended": 1}
    assert facets["area"] == {"05": 1, "05-01": 1, "06": 1}


def test_facets_follow_text_and_price(index):
    assert index.find(Query("停车", count=("category",))).facets == {"category": {"P-001": 1, "P-002": 1}}
    assert index.find(Query(price=(None, 500), count=("grade",))).facets == {"grade": {"4A": 1, "5A": 1}}


def test_only_the_facets_asked_for_are_counted(index):
    assert index.find(Query()).facets == {}


def test_order_by_price_puts_the_unpriced_last_and_ties_by_id(empty):
    empty.put([document(3, price=5), document(1), document(4, price=5), document(2, price=0)])
    assert ids(empty, order=Order.PRICE) == [2, 3, 4, 1]


def test_order_by_quality_puts_the_best_first_and_ties_by_id(empty):
    empty.put([document(3, quality=0.915), document(1, quality=0.2), document(2, quality=0.915)])
    assert ids(empty, order=Order.QUALITY) == [2, 3, 1]


def test_without_words_quality_then_id_decide(index):
    assert ids(index) == [1, 5, 2, 3, 4]


def test_pages_follow_each_other_without_gap_or_repetition(empty):
    empty.put(document(n, "停车" if n % 2 else "停车 车位", quality=n % 3 / 2) for n in range(1, 26))
    whole = ids(empty, "停车", limit=100)
    assert len(whole) == 25
    for size in (1, 4, 10):
        assert [i for offset in range(0, 30, size) for i in ids(empty, "停车", offset=offset, limit=size)] == whole
    assert ids(empty, "停车", offset=10**6) == []
    assert empty.find(Query("停车", offset=10**6)).total == 25
    assert ids(empty, "停车", limit=0) == []


def test_candidates_are_the_union_of_categories_and_text_hits(index):
    found = index.find(Query("写字楼", categories={"P-061": 0.4}))
    assert [hit.entry_id for hit in found.hits] == [2, 3]
    assert [hit.relevance for hit in found.hits] == [1.0, 0.0]
    assert ids(index, "写字楼", categories={"P-061": 1.5}) == [3, 2]
    assert ids(index, "没有的词", categories={"": 0.0}) == []


def test_entries_asked_for_besides_come_first_whatever_they_say(index):
    found = index.find(Query("写字楼", categories={"P-061": 0.4}, also=frozenset({4, 99}), count=("category",)))
    assert [(hit.entry_id, hit.relevance) for hit in found.hits] == [(4, 0.0), (2, 1.0), (3, 0.0)]
    assert found.total == 3
    assert found.facets == {"category": {"P-002": 1, "P-061": 1, "P-120": 1}}


def test_entries_asked_for_besides_keep_their_order_among_themselves_and_stand_once(index):
    assert ids(index, "写字楼", categories={"P-061": 0.4}, also=frozenset({2, 3, 4})) == [2, 3, 4]
    assert ids(index, "没有的词", categories={"": 0.0}, also=frozenset({4, 1})) == [1, 4]


def test_entries_asked_for_besides_obey_the_filters_too(index):
    asked = {"categories": {"P-061": 1.0}, "also": frozenset({5, 4})}
    assert ids(index, "", **asked, where=where(state="listed")) == [4, 3]


def test_a_search_asks_for_nobody_besides(index):
    assert ids(index, "停车", also=frozenset({4})) == [1, 2]


def test_an_entry_asked_for_besides_is_the_one_written_last(index):
    index.put([document(4, "Legal aid", "合同", category="P-120", state="exited")])
    asked = {"categories": {"P-061": 1.0}, "also": frozenset({4})}
    assert ids(index, "", **asked, where=where(state="listed")) == [3]
    index.drop([4])
    assert ids(index, "", **asked) == [3]


def test_of_many_large_categories_only_those_of_most_weight_are_read(empty, monkeypatch):
    monkeypatch.setattr(scoring.readable, "__kwdefaults__", {"budget": 5})
    empty.put(document(n, category=f"P-00{n % 3}") for n in range(1, 10))
    asked = {"P-000": 0.2, "P-001": 0.9, "P-002": 0.5}
    assert set(ids(empty, "没有的词", categories=asked)) == {1, 4, 7}
    empty.drop([1])
    assert set(ids(empty, "没有的词", categories=asked)) == {4, 7, 2, 5, 8}


def test_candidates_obey_the_filters_too(index):
    assert ids(index, "狗", categories={"P-016": 1.0}, where=where(state="listed")) == []
    assert ids(index, "停车", categories={"P-061": 1.0}, where=where(area="06")) == [2]


def test_the_best_of_the_answer_has_relevance_one_even_when_a_better_text_is_filtered_out(index):
    (hit,) = index.find(Query("停车 车位 居民", categories={"P-002": 1.0}, where=where(category="P-002"))).hits
    assert hit.relevance == 1.0


def test_those_preferred_come_ahead_of_their_equals_and_nobody_is_left_out(empty):
    empty.put([document(1, areas=frozenset({"06"}), quality=0.9), document(2, areas=frozenset({"05"}))])
    ask = {"text": "停车", "categories": {"P-001": 1.0}}
    assert ids(empty, **ask) == [1, 2]
    assert ids(empty, **ask, prefer=where(area="05")) == [2, 1]


def test_a_deleted_document_weighs_no_longer(empty):
    """Otherwise an answer would shift when somebody else's service is written again."""
    empty.put([document(1, "停车", "消防"), document(2, "停车"), *(document(n, "消防") for n in range(3, 9))])
    query = Query("停车消防", categories={"P-009": 1.0})
    before = empty.find(query)
    for _ in range(3):
        empty.put([document(2, "停车")])
    assert empty.find(query) == before
    empty.put([document(9, "停车")])
    assert empty.find(query) != before


def test_terms_too_common_to_read_bring_nobody_and_count_for_nobody(empty):
    """120 documents with 100 words use up the budget; the word that 121 hold is not read."""
    rare = " ".join(f"w{n}" for n in range(100))
    empty.put([document(n, f"{rare} common") for n in range(1, 121)])
    empty.put([document(121, "common", category="P-009")])
    found = empty.find(Query(f"{rare} common", categories={"P-001": 1.0}, count=("category",)))
    assert found.total == 120
    assert found.facets == {"category": {"P-001": 120}}
    assert empty.find(Query("common", categories={"P-000": 1.0})).total == 121
