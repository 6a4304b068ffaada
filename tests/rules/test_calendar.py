from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.calendar import day_of, is_working, months_later, start_of, working_days_later, years_later


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


# The days around National Day 2026: a holiday of a week, and two weekend days that are worked for it.
SPECIAL = {date(2026, 9, 20): True, date(2026, 10, 10): True} | {date(2026, 10, day): False for day in range(1, 8)}


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), date(2026, 12, 31)),  # 23:59 in Shanghai
        (datetime(2026, 12, 31, 16, 1, tzinfo=UTC), date(2027, 1, 1)),  # 00:01
        (datetime(2028, 2, 28, 16, 1, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2028, 2, 29, 15, 59, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2026, 11, 23, 23, 59, tzinfo=timezone(timedelta(hours=-12))), date(2026, 11, 24)),
    ],
)
def test_one_minute_before_and_after_midnight_are_two_days(moment, day):
    assert day_of(moment) == day


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 7, 1), 6, date(2027, 1, 1)),
        (date(2026, 3, 15), 0, date(2026, 3, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months, later):
    assert months_later(day, months) == later


@pytest.mark.parametrize(
    ("day", "number", "last"),
    [
        (date(2026, 11, 23), 5, date(2026, 11, 30)),  # from a Monday, over a weekend
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # from a Friday
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # from a Saturday
        (date(2026, 12, 30), 5, date(2027, 1, 6)),  # over a year's end, whose calendar nobody published
        (date(2028, 2, 28), 2, date(2028, 3, 1)),  # over a leap day
        (date(2026, 9, 30), 5, date(2026, 10, 13)),  # over the holiday; the Saturday after it is worked
        (date(2026, 9, 19), 1, date(2026, 9, 20)),  # a Sunday that is worked
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
    ],
)
def test_working_days_pass_over_weekends_and_holidays_but_not_over_days_made_up(day, number, last):
    assert working_days_later(day, number, SPECIAL) == last


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(1, 30))
def test_a_span_of_working_days_ends_on_one_and_holds_as_many(day, number):
    last = working_days_later(day, number, SPECIAL)
    days = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert is_working(last, SPECIAL)
    assert sum(is_working(each, SPECIAL) for each in days) == number


def test_a_day_begins_at_midnight_of_the_district():
    begins = start_of(date(2026, 11, 24))
    assert begins == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert (day_of(begins), day_of(begins - timedelta(seconds=1))) == (date(2026, 11, 24), date(2026, 11, 23))


def test_the_first_day_there_is_has_a_beginning():
    assert start_of(date.min) <= datetime.min.replace(tzinfo=UTC)
