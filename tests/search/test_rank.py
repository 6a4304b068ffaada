from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.index.memory import MemoryIndex
from search.index.whoosh import WhooshIndex
from search.matching.affinity import Pooling
from search.matching.criteria import CRITERIA, Context
from search.matching.rank import rank, tie
from search.matching.reach import candidates_query, likely_categories
from search.query import Need
from search.text import terms
from tests.factories import candidate, document, opinion, profile, routing

TODAY = date(2026, 11, 23)
CATEGORIES = ("P-001", "P-002", "P-061")
FIELDS = {"P-001": "SH-04", "P-002": "SH-04", "P-061": "SH-01"}

prices = st.none() | st.integers(0, 100_000).map(Decimal)
needs = st.builds(
    Need,
    text=st.text(st.sampled_from("停车难狗吵"), min_size=1, max_size=6),
    area=st.none() | st.just("310105-05"),
    groups=st.frozensets(st.sampled_from(["老年人", "儿童"])),
    budget=prices,
)
candidates = st.lists(
    st.builds(
        candidate,
        st.integers(1, 99),
        organisation_id=st.integers(1, 4),
        category=st.sampled_from(CATEGORIES),
        field=st.sampled_from(["SH-04", "SH-01"]),
        relevance=st.floats(0, 1),
        areas=st.frozensets(st.just("310105-05")),
        groups=st.frozensets(st.sampled_from(["老年人", "儿童"])),
        price_low=prices,
        assessed=st.none() | st.decimals(0, 100, places=2),
        rating=st.none() | st.decimals(1, 5, places=2),
        finished=st.none() | st.integers(0, 50),
        capacity=st.none() | st.integers(0, 9),
        confirmed_on=st.none() | st.dates(date(2020, 1, 1), date(2027, 1, 1)),
    ),
    unique_by=lambda c: c.entry_id,
    max_size=12,
)
weights = st.dictionaries(st.sampled_from(sorted(CRITERIA)), st.floats(0, 1), max_size=len(CRITERIA))
chances = st.floats(0, 1)
fits = st.dictionaries(st.sampled_from(CATEGORIES), chances)
pasts = st.none() | st.builds(
    opinion,
    fits,
    st.dictionaries(st.integers(1, 4), chances),
    newcomer=chances,
    places=st.dictionaries(st.tuples(st.integers(1, 4), st.sampled_from(["SH-04", "SH-01"])), chances),
    solved=st.dictionaries(st.tuples(st.integers(1, 4), st.sampled_from(CATEGORIES)), st.floats(0, 0.2)),
    trust=st.floats(0, 0.99),
)
routings = st.builds(routing, fits, st.just({"SH-04": 1.0}), pasts)


def context(need, found, likely):
    return Context.of(need, found, today=TODAY, routing=likely, pooling=Pooling(), confirm_months=6)


UNKNOWN = routing({}, {"SH-04": 1.0})


@given(needs, candidates, weights, routings, st.randoms())
def test_the_ranking_does_not_depend_on_the_order_candidates_come_in(need, found, weighed, likely, random):
    shuffled = random.sample(found, len(found))
    assert [(m.entry_id, m.score) for m in rank(shuffled, context(need, shuffled, likely), weighed)] == [
        (m.entry_id, m.score) for m in rank(found, context(need, found, likely), weighed)
    ]


@given(needs, candidates, weights, routings)
def test_scores_and_points_stay_between_nothing_and_one(need, found, weighed, likely):
    matches = rank(found, context(need, found, likely), weighed)
    assert all(0 <= match.score <= 1 for match in matches)
    assert all(0 <= reason.points <= 1 for match in matches for reason in match.reasons)
    assert [m.score for m in matches] == sorted((m.score for m in matches), reverse=True)


@given(needs, candidates, weights, routings)
def test_the_score_is_the_weighted_mean_of_the_reasons_given(need, found, weighed, likely):
    for match in rank(found, context(need, found, likely), weighed):
        whole = sum(reason.weight for reason in match.reasons)
        assert match.score == pytest.approx(sum(r.share for r in match.reasons) / whole if whole else 0.0, abs=1e-6)


def test_a_criterion_without_weight_is_not_asked():
    (match,) = rank([candidate()], context(Need("停车"), [candidate()], UNKNOWN), {"text": 1.0, "category": 0.0})
    assert [reason.criterion for reason in match.reasons] == ["text"]


def test_a_criterion_without_a_view_costs_nothing():
    silent, poor = candidate(1), candidate(2, assessed=Decimal(10))
    ranked = rank([poor, silent], context(Need("停车"), [poor, silent], UNKNOWN), {"text": 0.5, "assessed": 0.5})
    assert [match.entry_id for match in ranked] == [1, 2]


def test_an_organisations_second_service_in_a_field_stands_back_for_another_organisation():
    found = [
        candidate(1, relevance=1.0),
        candidate(2, relevance=0.9),
        candidate(3, relevance=0.9, field="SH-01"),
        candidate(4, relevance=0.8, organisation_id=2),
    ]
    likely = routing({"P-001": 1.0}, {}, opinion({"P-001": 1.0}))
    weighed = {"text": 1.0, "variety": 0.4}
    assert {
        m.entry_id: dict(r.facts)
        for m in rank(found, context(Need("停车"), found, likely), weighed)
        for r in m.reasons
        if r.criterion == "variety"
    } == {1: {"place": "1"}, 2: {"place": "2"}, 3: {"place": "1"}, 4: {"place": "1"}}
    assert [m.entry_id for m in rank(found, context(Need("停车"), found, likely), weighed)] == [1, 3, 4, 2]
    assert [m.entry_id for m in rank(found, context(Need("停车"), found, UNKNOWN), {"text": 1.0})][-1] == 4


def test_no_service_wins_every_tie():
    alike = [candidate(n) for n in range(1, 9)]
    winners = {
        rank(alike, context(need, alike, UNKNOWN), {"text": 1.0})[0].entry_id
        for need in (Need(f"停车{n}") for n in range(40))
    }
    assert len(winners) >= 5


def test_a_tie_falls_the_same_way_every_time():
    assert tie(Need("停车"), 1) == tie(Need("停车", area="310105-05"), 1)
    assert tie(Need("停车"), 1) != tie(Need("停车"), 2)


@given(needs, candidates, st.integers(1, 3), weights, routings)
def test_a_candidate_that_says_nothing_to_the_need_moves_nobody(need, found, organisation, weighed, likely):
    """Not even one of the same organisation: it shares no term and no category with the need."""
    stranger = candidate(1000, organisation_id=organisation, category="P-999", field="SH-99", relevance=0.0)
    before = rank(found, context(need, found, likely), weighed)
    after = rank([*found, stranger], context(need, [*found, stranger], likely), weighed)
    assert [m for m in after if m.entry_id != 1000] == before


words = st.text(st.sampled_from("停车难狗吵老人吃饭"), min_size=2, max_size=8)
documents = st.lists(
    st.builds(
        document,
        st.integers(1, 40),
        words,
        words,
        organisation=st.integers(1, 4),
        category=st.sampled_from(CATEGORIES),
        areas=st.frozensets(st.just("310105-05")),
        quality=st.sampled_from([0.0, 0.5, 0.9]),
    ).map(lambda d: replace(d, field=FIELDS[d.category])),
    unique_by=lambda d: d.entry_id,
    max_size=12,
)
asking = st.builds(Need, words, st.none() | st.just("310105-05"))
WEIGHTS = {"category": 0.3, "field": 0.1, "text": 0.3, "reach": 0.2, "affinity": 1.0, "variety": 0.3, "area": 0.1}
PROFILES = {code: profile(code, code, parent=FIELDS[code]) for code in CATEGORIES} | {
    "P-120": profile("P-120", "法律援助", parent="SH-11")
}
PAST = opinion(
    {"P-001": 0.7, "P-002": 0.3},
    {1: 0.6, 2: 0.3},
    places={(1, "SH-04"): 0.7, (2, "SH-04"): 0.2},
    solved={(1, "P-001"): 0.5, (2, "P-002"): 0.2},
)


def answered(index, need, every, past):
    """Text to ranking through the index, as an operation does it: (entry id, score)."""
    likely = routing({"P-001": 1.0, "P-002": 0.6}, {"SH-04": 1.0}, past)
    categories = likely_categories(likely, PROFILES, WEIGHTS, most=30)
    proven = [entry_id for entry_id, known in every.items() if known.organisation == 1 and known.category in categories]
    found = index.find(candidates_query(need, categories, limit=30, also=proven if past else ()))
    chosen = [
        candidate(
            hit.entry_id,
            organisation_id=every[hit.entry_id].organisation,
            category=every[hit.entry_id].category,
            field=every[hit.entry_id].field,
            relevance=hit.relevance,
            areas=every[hit.entry_id].areas,
        )
        for hit in found.hits
    ]
    return [(match.entry_id, match.score) for match in rank(chosen, context(need, chosen, likely), WEIGHTS)]


@settings(deadline=None, max_examples=40)
@given(documents, asking, st.lists(st.integers(100, 120), unique=True, max_size=5))
@pytest.mark.parametrize("past", [None, PAST], ids=["cold", "warm"])
@pytest.mark.parametrize("backend", ["memory", "whoosh"])
def test_services_that_share_nothing_with_the_need_change_no_answer(backend, past, held, need, strangers):
    others = [document(n, "法律援助", "合同起草", category="P-120", field="SH-11", quality=1.0) for n in strangers]
    assert not any(set(terms(need.text)) & set(terms(o.name + o.text)) for o in others)
    every = {d.entry_id: d for d in (*held, *others)}
    with TemporaryDirectory() as folder:
        alone, crowded = (
            MemoryIndex() if backend == "memory" else WhooshIndex(Path(folder) / name) for name in ("alone", "crowded")
        )
        alone.put(held)
        crowded.put([*others[:2], *held])
        crowded.put(others[2:])
        assert answered(crowded, need, every, past) == answered(alone, need, every, past)
