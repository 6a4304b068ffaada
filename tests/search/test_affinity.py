import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.matching.affinity import Offer, Pooling, _chances, favoured, worth
from tests.factories import opinion
from tests.search.learning import BOTTLES, CARS, FIELDS, FIRE, LAW, LUNCH, MEALS, PARKING, model, needs

POOLING = Pooling()
NEWCOMER = 99

chances = st.floats(0, 1)
offers = st.lists(
    st.builds(Offer, st.integers(1, 4), st.sampled_from(sorted(FIELDS)), st.sampled_from(["SH-01", "SH-04"])),
    min_size=1,
    max_size=10,
)
opinions = st.builds(
    opinion,
    st.dictionaries(st.sampled_from(sorted(FIELDS)), chances),
    st.dictionaries(st.integers(1, 4), chances),
    newcomer=chances,
    places=st.dictionaries(st.tuples(st.integers(1, 4), st.sampled_from(["SH-01", "SH-04"])), chances),
    solved=st.dictionaries(st.tuples(st.integers(1, 4), st.sampled_from(sorted(FIELDS))), st.floats(0, 0.1)),
    trust=st.floats(0, 0.999),
)


def offer(organisation, category):
    return Offer(organisation, category, FIELDS[category])


def ranked(past, offered, fits=None, pooling=POOLING):
    """The offers, best first."""
    points = worth(past, offered, fits or [0.5] * len(offered), pooling)
    return [each for _, each in sorted(zip(points, offered, strict=True), reverse=True)]


@given(opinions, offers, st.randoms())
def test_worth_lies_between_nothing_and_one_and_the_best_is_one(past, offered, random):
    points = worth(past, offered, [random.random() for _ in offered], POOLING)
    assert all(0 <= each <= 1 for each in points)
    assert max(points) == 1


@given(opinions, offers, st.randoms())
def test_worth_does_not_depend_on_the_order_of_offers(past, offered, random):
    fits = [random.random() for _ in offered]
    order = random.sample(range(len(offered)), len(offered))
    before = worth(past, offered, fits, POOLING)
    after = worth(past, [offered[n] for n in order], [fits[n] for n in order], POOLING)
    assert after == pytest.approx([before[n] for n in order])


def test_nothing_offered_is_worth_nothing():
    assert worth(opinion({}), [], [], POOLING) == []


def test_without_trust_the_catalogues_own_words_decide():
    past = opinion({PARKING: 1.0}, {CARS: 1.0}, trust=0.0)
    offered = [offer(CARS, PARKING), offer(BOTTLES, FIRE)]
    assert ranked(past, offered, [0.2, 0.9], Pooling(nearest=0.0))[0] == offer(BOTTLES, FIRE)


def test_with_trust_what_was_confirmed_decides():
    past = model(needs(9), half_trust=1.0).opinion("晚上没地方停车")
    offered = [offer(CARS, PARKING), offer(BOTTLES, PARKING), offer(BOTTLES, FIRE), offer(MEALS, LUNCH)]
    assert ranked(past, offered)[0] == offer(CARS, PARKING)


def test_services_alike_of_one_organisation_share_what_was_solved():
    """What the nearest needs say counts once, however often an organisation lists the same service."""
    past = opinion({}, solved={(CARS, PARKING): 0.4})
    (alone,) = _chances(past, [offer(CARS, PARKING)], [0.5], POOLING)
    twice = _chances(past, [offer(CARS, PARKING)] * 2, [0.5, 0.5], POOLING)
    assert twice[0] == twice[1]
    assert sum(twice) == pytest.approx(alone) == pytest.approx(1 + 0.4 * POOLING.nearest)


def test_an_organisation_without_history_can_win_where_its_category_fits():
    past = model(needs()).opinion("合同律师")
    offered = [offer(NEWCOMER, LAW), offer(CARS, PARKING), offer(BOTTLES, FIRE), offer(MEALS, LUNCH)]
    assert past.newcomer > 0
    assert ranked(past, offered, [0.9, 0.2, 0.2, 0.2])[0] == offer(NEWCOMER, LAW)


def test_a_newcomer_beside_an_equal_is_worth_as_much_as_one_more_organisation_would_be():
    known = {CARS: 0.25, BOTTLES: 0.25, MEALS: 0.25}
    past = opinion({PARKING: 1.0}, known, newcomer=0.25)
    first, second = worth(past, [offer(NEWCOMER, PARKING), offer(CARS, PARKING)], [0.5, 0.5], POOLING)
    assert first == second == 1


def test_favoured_are_those_of_most_chance_and_most_near_needs():
    past = opinion({}, {1: 0.5, 2: 0.3, 3: 0.2}, solved={(3, PARKING): 0.2, (3, FIRE): 0.2, (4, FIRE): 0.1})
    assert favoured(past, most=9) == [3, 1, 2, 4]
    assert favoured(past, most=2) == [3, 1]
    assert favoured(opinion({}, {2: 0.5, 1: 0.5}), most=1) == [1]
