from datetime import date, timedelta

from sqlalchemy import select

from directory.cli.seeds import FOLDER, rows_of
from directory.db import db, transaction
from directory.models.calendar import SpecialDay
from directory.operations import applications, seeds
from directory.policy import OPERATOR
from directory.rules.calendar import is_working, working_days_later


def days():
    return {date.fromisoformat(row["day"]): row for row in rows_of("holidays.csv")}


def test_every_day_stands_there_once_and_says_where_it_is_from():
    rows = rows_of("holidays.csv")
    assert len(days()) == len(rows)
    assert all(row["name"] and row["source"] and row["working"] in {"yes", "no"} for row in rows)


def test_only_weekend_days_are_worked_for_a_holiday():
    worked = [day for day, row in days().items() if row["working"] == "yes"]
    assert len(worked) == 6
    assert all(day.weekday() >= 5 and day.year == 2026 for day in worked)


def test_the_days_that_law_gives_are_off_in_both_years():
    off = {day for day, row in days().items() if row["working"] == "no"}
    for year in (2026, 2027):
        fixed = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)]
        assert {date(year, month, day) for month, day in fixed} <= off
    assert sum(day.year == 2027 for day in off) == 13  # what the regulation gives: 1 + 4 + 1 + 2 + 1 + 1 + 3


def test_a_year_has_about_as_many_working_days_as_the_ministry_counts():
    special = {day: row["working"] == "yes" for day, row in days().items()}
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(is_working(day, special) for day in year) == 248


def test_they_come_with_the_seeds_once_and_a_correction_is_taken(app, now):
    def load():
        with transaction(announce=False):
            return seeds.load(FOLDER, read=rows_of, demo=False, by=OPERATOR, now=now)["holidays"]

    assert load() == len(rows_of("holidays.csv"))
    with transaction(announce=False):
        db.session.scalars(select(SpecialDay).limit(1)).one().name = "误"
    assert (load(), load()) == (1, 0)
    special = applications.special_days()
    assert working_days_later(date(2026, 9, 30), 5, special) == date(2026, 10, 13)
    assert working_days_later(date(2031, 9, 30), 5, special) == date(2031, 10, 7)  # a year without a calendar
