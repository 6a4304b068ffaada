from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import Invalid
from directory.rules import scoring

D = Decimal
MOST = {"1.1": D(30), "1.2": D(20), "2": D(50)}
THOUSAND = [("5A", D(951)), ("4A", D(901)), ("3A", D(851)), ("2A", D(801)), ("1A", D(751))]
HUNDRED = [("5A", D(90)), ("4A", D(80)), ("3A", D(70)), ("2A", D(60)), ("1A", D(50))]
totals = st.decimals(min_value=0, max_value=1000, places=2)


def test_a_sheet_adds_up():
    assert scoring.total({"1.1": D(30), "1.2": D("12.5"), "2": D(0)}, MOST) == D("42.5")


@pytest.mark.parametrize(
    ("marks", "criterion", "rule"),
    [
        ({"1.1": D(30), "2": D(1)}, "1.2", "missing"),
        ({"1.1": D(30), "1.2": None, "2": D(1)}, "1.2", "missing"),
        ({}, "1.1", "missing"),
        ({"1.1": D("30.01"), "1.2": D(1), "2": D(1)}, "1.1", "range"),
        ({"1.1": D(1), "1.2": D("-0.01"), "2": D(1)}, "1.2", "range"),
        ({"1.1": D(1), "1.2": D(1), "2": D("NaN")}, "2", "range"),
        ({"1.1": D(1), "1.2": D(1), "2": D("Infinity")}, "2", "range"),
        ({"1.1": D(1), "1.2": D("0.005"), "2": D(1)}, "1.2", "places"),
        ({"1.1": D(1), "1.2": D(1), "2": D(1), "3": D(1)}, "3", "unknown"),
    ],
)
def test_a_wrong_mark_is_an_error_that_names_its_criterion(marks, criterion, rule):
    with pytest.raises(Invalid) as refused:
        scoring.total(marks, MOST)
    assert (refused.value.field, refused.value.rule) == (criterion, rule)


@pytest.mark.parametrize(
    ("given", "limit", "called"),
    [
        ([D(900), D(850)], D(50), False),
        ([D(900), D("849.99")], D(50), True),
        ([D("849.99"), D(900)], D(50), True),
        ([D(900)], D(50), False),
        ([D(900), D(800), D(700)], D(50), False),
    ],
)
def test_a_third_is_called_when_two_are_further_apart_than_allowed(given, limit, called):
    assert scoring.needs_third(given, limit) is called


@pytest.mark.parametrize(
    ("given", "used", "result"),
    [
        ({1: D(90), 2: D(80)}, (1, 2), "85.00"),
        ({1: D(90), 2: D(70), 3: D(72)}, (2, 3), "71.00"),
        ({1: D(90), 2: D(70), 3: D(89)}, (1, 3), "89.50"),
        ({1: D(90), 2: D(70), 3: D(80)}, (1, 3), "85.00"),  # equally close: the higher pair
        ({1: D(80), 2: D(80), 3: D(80)}, (1, 2), "80.00"),  # all the same: the older sheets
        ({1: D("90.01"), 2: D("90.02")}, (1, 2), "90.02"),  # half a hundredth counts as a whole one
    ],
)
def test_the_two_closest_make_the_result(given, used, result):
    assert scoring.used(given) == used
    assert scoring.result(given) == D(result)


def test_one_sheet_makes_no_result():
    with pytest.raises(ValueError, match="two sheets"):
        scoring.result({1: D(90)})


@given(st.lists(totals, min_size=2, max_size=3))
def test_a_result_lies_within_the_two_used(given):
    sheets = dict(enumerate(given))
    one, other = (sheets[sheet] for sheet in scoring.used(sheets))
    assert min(one, other) <= scoring.result(sheets) <= max(one, other)


@given(st.lists(totals, min_size=2, max_size=3))
def test_no_two_sheets_are_closer_than_those_used(given):
    sheets = dict(enumerate(given))
    closest = scoring.gap(sheets[sheet] for sheet in scoring.used(sheets))
    assert all(closest <= abs(one - other) for i, one in enumerate(given) for other in given[i + 1 :])


@given(st.lists(totals, min_size=2, max_size=3))
def test_the_order_of_sheets_does_not_matter(given):
    results = {scoring.result(dict(enumerate(order))) for order in permutations(given)}
    assert len(results) == 1


@given(st.lists(totals, min_size=3, max_size=3))
def test_a_mapping_in_another_order_uses_the_same_sheets(given):
    sheets = dict(enumerate(given))
    assert scoring.used(sheets) == scoring.used(dict(reversed(sheets.items())))


@pytest.mark.parametrize(
    ("points", "thresholds", "grade"),
    [
        ("951", THOUSAND, "5A"),
        ("950.99", THOUSAND, "4A"),
        ("901", THOUSAND, "4A"),
        ("751", THOUSAND, "1A"),
        ("750.99", THOUSAND, ""),
        ("90", HUNDRED, "5A"),
        ("89.99", HUNDRED, "4A"),
        ("50", HUNDRED, "1A"),
        ("0", HUNDRED, ""),
        ("85", HUNDRED[::-1], "4A"),
    ],
)
def test_a_grade_is_the_best_whose_least_total_is_reached(points, thresholds, grade):
    assert scoring.grade(D(points), thresholds) == grade


@pytest.mark.parametrize(
    ("thresholds", "rule"),
    [
        ([], "empty"),
        ([("6A", D(90))], "grade"),
        ([("5A", D(101))], "range"),
        ([("5A", D(-1))], "range"),
        ([("5A", D("NaN"))], "range"),
        ([("4A", D(80)), ("5A", D(90))], "order"),
        ([("5A", D(90)), ("4A", D(90))], "order"),
        ([("5A", D(90)), ("5A", D(80))], "order"),
    ],
)
def test_wrong_thresholds_are_refused(thresholds, rule):
    with pytest.raises(Invalid) as refused:
        scoring.check_thresholds(thresholds, D(100))
    assert refused.value.rule == rule


def test_good_thresholds_are_taken():
    scoring.check_thresholds(THOUSAND, D(1000))
    scoring.check_thresholds(HUNDRED, D(100))
