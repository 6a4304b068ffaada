"""What cost an organisation its place."""

from hypothesis import given
from hypothesis import strategies as st

from directory.rules.mirrors import losses
from tests.factories_supply import reason


def cost(own, first, own_score=0.5, first_score=0.8):
    return [(loss.criterion, loss.cost) for loss in losses(own, own_score, first, first_score)]


def test_the_dearest_criterion_comes_first_by_weight_times_points():
    own = [reason("category", 0.5, 0.3), reason("price", 0.0, 0.05), reason("assessed", 0.9, 0.2)]
    first = [reason("category", 0.6, 0.3), reason("price", 1.0, 0.05), reason("assessed", 0.8, 0.2)]
    assert cost(own, first) == [("price", 0.05), ("category", 0.03)]


def test_a_criterion_without_a_view_costs_what_it_would_have_added():
    assert cost([], [reason("freshness", 1.0, 0.1)]) == [("freshness", 0.05)]
    assert cost([], [reason("freshness", 0.4, 0.1)]) == []
    assert cost([reason("price", 0.2, 0.1)], []) == [("price", 0.06)]


points = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 100).map(lambda n: n / 100), min_size=1)


@given(own=points, first=points)
def test_what_it_gained_and_lost_is_how_far_behind_it_was(own, first):
    """With all criteria of one weight: the gains are the losses of the other side."""
    score = {side: sum(given.values()) / len(given) for side, given in (("own", own), ("first", first))}
    mine, theirs = ([reason(name, p, 1.0) for name, p in side.items()] for side in (own, first))
    lost = sum(loss.cost for loss in losses(mine, score["own"], theirs, score["first"]))
    gained = sum(loss.cost for loss in losses(theirs, score["first"], mine, score["own"]))
    criteria = len(own.keys() | first.keys())
    assert abs((lost - gained) / criteria - (score["first"] - score["own"])) < 1e-4
