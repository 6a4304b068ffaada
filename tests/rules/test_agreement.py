from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.agreement import (
    Pair,
    Scored,
    drifts,
    intraclass_correlation,
    mean_absolute_difference,
    quarter,
)

# Six targets, four judges: the worked example of Shrout and Fleiss 1979, table 2. By hand: the means of the targets are
# 6, 3, 6.5, 4, 7.5 and 4.75, so between them 11.24 and within them 6.26: (11.24 - 6.26) / (11.24 + 3 · 6.26) = 0.17.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
marks = st.floats(min_value=0, max_value=100).map(lambda value: round(value, 2))
tables = st.lists(st.tuples(marks, marks), min_size=2, max_size=20)


def test_the_published_example_comes_out():
    assert intraclass_correlation(SHROUT_FLEISS) == pytest.approx(0.17, abs=0.005)
    assert intraclass_correlation(SHROUT_FLEISS) == pytest.approx((11.24 - 6.26) / (11.24 + 3 * 6.26), abs=0.001)


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ([(80, 80), (90, 90), (70, 70)], 1.0),
        ([(80, 90), (90, 80)], -1.0),  # the same mean each time: all the difference is between assessors
        ([(80, 80), (80, 80)], None),
        ([(80, 90)], None),
        ([], None),
        # By hand: means 85 and 75, grand mean 80; between 2·(25+25)/1 = 100, within (50+50)/2 = 50; 50/150.
        ([(80, 90), (70, 80)], 1 / 3),
    ],
)
def test_correlation_by_hand(ratings, expected):
    found = intraclass_correlation(ratings)
    assert found is None if expected is None else found == pytest.approx(expected)


@given(tables)
def test_correlation_lies_within_its_limits_and_ignores_who_came_first(ratings):
    found = intraclass_correlation(ratings)
    other = intraclass_correlation([(second, first) for first, second in reversed(ratings)])
    if found is None or other is None:
        assert found is other
    else:
        assert -1.0001 <= found <= 1.0001
        assert found == pytest.approx(other, abs=1e-6)


def test_the_mean_difference_has_no_sign():
    assert mean_absolute_difference([Pair(80, 90), Pair(90, 84)]) == 8
    assert mean_absolute_difference([]) is None


def test_drift_has_a_sign_and_is_told_by_period():
    sheets = [
        Scored(7, date(2026, 1, 5), 4.0),
        Scored(7, date(2026, 3, 31), 2.0),
        Scored(7, date(2026, 4, 1), -1.0),
        Scored(8, date(2026, 4, 1), -2.0),
    ]
    strict, lenient = drifts(sheets)
    assert (strict.assessor, strict.sheets, strict.above) == (8, 1, -2.0)
    assert (lenient.assessor, lenient.sheets, lenient.above) == (7, 3, pytest.approx(5 / 3))
    assert lenient.periods == {"2026-Q1": (2, 3.0), "2026-Q2": (1, -1.0)}


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2025, 12, 31), "2025-Q4"),
        (date(2026, 1, 1), "2026-Q1"),
        (date(2028, 2, 29), "2028-Q1"),
        (date(2026, 9, 30), "2026-Q3"),
    ],
)
def test_quarters_end_where_the_calendar_says(day, name):
    assert quarter(day) == name
