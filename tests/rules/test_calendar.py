from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.calendar import day_of, years_later


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 23, 15, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2024, 2, 28, 16, 0, tzinfo=UTC), date(2024, 2, 29)),
    ],
)
def test_the_day_is_the_districts_not_utcs(moment, day):
    assert day_of(moment) == day


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2024, 2, 29), 1, date(2025, 3, 1)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2096, 2, 29), 4, date(2100, 3, 1)),
        (date(2023, 12, 31), 2, date(2025, 12, 31)),
        (date(2023, 6, 30), 0, date(2023, 6, 30)),
    ],
)
def test_years_later_is_the_same_day_or_the_first_of_march(day, years, later):
    assert years_later(day, years) == later


@given(st.dates(date(1950, 1, 1), date(2200, 1, 1)), st.integers(0, 50))
def test_a_later_day_never_comes_before_an_earlier_one(day, years):
    assert years_later(day, years) >= day
    assert years_later(day, years + 1) > years_later(day, years)
