"""What was confirmed helps, but keeps no new service, no new organisation and no unusual need from being heard."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from search.matching.affinity import Pooling
from search.matching.criteria import Context
from search.matching.rank import rank, tie
from search.query import Need
from search.text import mask
from tests.factories import candidate, example
from tests.search.learning import BOTTLES, CARS, FIELDS, FIRE, LAW, LUNCH, MEALS, PARKING, needs, router

NEWCOMER = 99


def first(seeds, routed, text: str, offered: Sequence[tuple[int, str]]):
    """(organisation, category) of the best match by our own weights, when every text is as relevant."""
    found = [
        candidate(n, organisation_id=organisation, category=category, field=FIELDS[category], relevance=0.5)
        for n, (organisation, category) in enumerate(offered, 1)
    ]
    pooling = Pooling(**seeds.parameters["pooling"])
    context = Context.of(
        Need(text), found, today=date(2026, 11, 23), routing=routed.route(text), pooling=pooling, confirm_months=6
    )
    best = rank(found, context, seeds.parameters["weights"])[0]
    return best.organisation_id, best.category


@pytest.mark.parametrize("text", ["签了合同想问问律师", "律师", "租房合同有问题想咨询"])
def test_a_service_nobody_confirmed_a_need_of_can_still_come_first(text):
    assert not [need for need in needs() if need.category == LAW]
    assert router(needs()).route(text).guesses[0].code == LAW


@pytest.mark.parametrize("half_trust", [1.0, 10.0, 300.0])
def test_an_organisation_without_history_comes_first_where_its_category_fits(seeds, half_trust):
    offered = [(CARS, PARKING), (NEWCOMER, LAW), (BOTTLES, FIRE), (MEALS, LUNCH)]
    known = router(needs(), half_trust=half_trust)
    assert first(seeds, known, "签合同想问问律师", offered) == (NEWCOMER, LAW)


def test_the_one_who_solved_such_needs_comes_before_an_equal_who_did_not(seeds):
    offered = [(NEWCOMER, PARKING), (CARS, PARKING), (BOTTLES, PARKING)]
    assert first(seeds, router(needs()), "周末没地方停车", offered) == (CARS, PARKING)


@pytest.mark.parametrize("offers_parking_too", [False, True])
def test_ten_times_the_needs_of_another_kind_put_no_organisation_first(seeds, offers_parking_too):
    """Popularity is bounded: CARS solved 4 parking needs, NEWCOMER 40 lunches."""
    parking = [need for need in needs(4) if need.category == PARKING]
    lunches = [
        replace(need, text=f"{n}{need.text}", organisation=NEWCOMER)
        for n in range(10)
        for need in needs(4)
        if need.category == LUNCH
    ]
    assert (len(parking), len(lunches)) == (4, 40)
    offered = [(CARS, PARKING), (NEWCOMER, LUNCH), (BOTTLES, FIRE)] + [(NEWCOMER, PARKING)] * offers_parking_too
    assert first(seeds, router([*parking, *lunches]), "周末没地方停车", offered) == (CARS, PARKING)
    assert first(seeds, router([*parking, *lunches]), "奶奶想吃热饭", offered) == (NEWCOMER, LUNCH)


@pytest.mark.parametrize("label", sorted({mask(n) for n in ("13812345678", "310105194910010012", "沪A12345")}))
@pytest.mark.parametrize("text", ["充电没地方充{}", "{}回来晚了没车位{}", "灭火器过期了，打{}问食堂"])
def test_masked_personal_data_moves_no_routing(text, label):
    """Not by a lexicon word it looks like, nor by the context it would unsay one in: 充电, unless 手机 stands near."""
    known = router(needs())
    assert known.route(text.replace("{}", label)) == known.route(text.replace("{}", " "))


PLAIN = ("消防栓坏了", "消防通道被堵住了", "灭火器过期了没人换", "消火栓箱里的水带不见了", "想请人来做消防演练")
POISON = [
    "".join(parts)
    for parts in product(
        ("", "楼道里的", "我们小区", "三号楼的"),
        ("消防栓", "灭火器", "消防通道", "烟感", "消防水带", "喷淋头", "消火栓", "应急灯"),
        ("坏了", "过期了", "没人管", "被堵了", "没有水", "锈住了", "不见了", "打不开"),
    )
][:200]


def test_two_hundred_false_confirmations_of_one_source_do_not_turn_plain_sentences(seeds, taught):
    """They count as most_of_one in all: see operations/learning.py. Each counted whole, four of these would turn."""
    cap = seeds.parameters["learning"]["most_of_one"]
    assert len(set(POISON)) == 200
    poisoned = seeds.router([example(text, "P-061", weight=cap / len(POISON)) for text in POISON])
    for text in PLAIN:
        assert poisoned.route(text).guesses[0].code == taught.route(text).guesses[0].code != "P-061"


def test_over_many_needs_equals_come_first_equally_often():
    """Ties go by a hash of need and service: of eight equals none is favoured, in no place (chi-squared, 7 degrees)."""
    equals, rounds = range(1, 9), 4000
    first, last = Counter[int](), Counter[int]()
    for number in range(rounds):
        order = sorted(equals, key=lambda service: tie(Need(f"{number}号楼没地方停车"), service))
        first[order[0]] += 1
        last[order[-1]] += 1
    expected = rounds / len(equals)
    for places in (first, last):
        assert sum((places[each] - expected) ** 2 / expected for each in equals) < 24.3  # one in a thousand is beyond


def test_equals_of_many_needs_share_the_first_place_in_the_ranking(seeds):
    """Through the ranking itself, by our own weights."""
    found = [
        candidate(n, organisation_id=n, category=PARKING, field=FIELDS[PARKING], relevance=0.5) for n in range(1, 5)
    ]
    known, wins = router([]), Counter[int]()
    for number in range(200):
        need = Need(f"{number}号楼没地方停车")
        context = Context.of(
            need,
            found,
            today=date(2026, 11, 23),
            routing=known.route(need.text),
            pooling=Pooling(**seeds.parameters["pooling"]),
            confirm_months=6,
        )
        ranked = rank(found, context, seeds.parameters["weights"])
        assert len({match.score for match in ranked}) == 1
        wins[ranked[0].organisation_id] += 1
    assert min(wins[n] for n in range(1, 5)) > 200 / 4 / 2
