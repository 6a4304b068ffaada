import math

import pytest

from search.measures import quality

GOLD = {"q1": {"a": 3, "b": 2, "c": 1}, "q2": {"a": 2}}


def test_the_ideal_order_scores_full():
    best = quality({"q1": ["a", "b", "c"], "q2": ["a"]}, GOLD)
    assert (best.ndcg10, best.mrr10, best.first, best.five) == (1.0, 1.0, 1.0, 1.0)


def test_an_unanswered_question_is_a_miss():
    half = quality({"q2": ["a"]}, GOLD)
    assert (half.ndcg10, half.mrr10, half.first, half.five) == (0.5, 0.5, 0.5, 0.5)


def test_a_hit_is_a_grade_of_two_and_counts_from_the_place_it_stands():
    said = quality({"q1": ["c", "x", "b"]}, {"q1": GOLD["q1"]})
    assert (said.mrr10, said.first, said.five) == (pytest.approx(1 / 3), 0.0, 1.0)
    gain = 1 + 3 / math.log2(4)
    assert said.ndcg10 == pytest.approx(gain / (7 + 3 / math.log2(3) + 1 / math.log2(4)))


def test_an_item_said_twice_counts_once_and_after_the_tenth_nothing_counts():
    assert quality({"q2": ["x", "a", "a"]}, {"q2": GOLD["q2"]}).mrr10 == 0.5
    assert quality({"q2": [*"bcdefghijk", "a"]}, {"q2": GOLD["q2"]}).mrr10 == 0.0
    assert quality({"q2": [*"bcdef", "a"]}, {"q2": GOLD["q2"]}).five == 0.0


def test_no_questions_no_quality():
    assert quality({}, {}).ndcg10 == 0.0
