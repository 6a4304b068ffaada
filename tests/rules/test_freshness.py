from datetime import date

import pytest

from directory.rules.freshness import freshness, reminder

REMIND = (28, 14, 0)


def d(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("confirmed", "on", "due", "overdue"),
    [
        ("2026-05-23", "2026-11-22", "2026-11-23", False),
        ("2026-05-23", "2026-11-23", "2026-11-23", False),  # the last day still counts
        ("2026-05-23", "2026-11-24", "2026-11-23", True),
        ("2026-08-31", "2027-02-28", "2027-02-28", False),  # a month without a 31st
        ("2027-08-31", "2028-02-29", "2028-02-29", False),  # a leap year
        ("2027-08-31", "2028-03-01", "2028-02-29", True),
        ("2026-07-15", "2027-01-16", "2027-01-15", True),  # over a year's end
    ],
)
def test_a_confirmation_holds_for_its_months(confirmed, on, due, overdue):
    held = freshness(d(confirmed), on=d(on), months=6)
    assert (held.due, held.overdue) == (d(due), overdue)


def test_what_was_never_confirmed_is_overdue_at_once():
    held = freshness(None, on=d("2026-11-23"), months=6)
    assert (held.due, held.overdue) == (None, True)
    assert reminder(held, on=d("2026-11-23"), remind_days=REMIND) == 0


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2026-10-25", None),  # 29 days left
        ("2026-10-26", 28),
        ("2026-11-08", 28),
        ("2026-11-09", 14),
        ("2026-11-22", 14),
        ("2026-11-23", 0),
        ("2027-03-01", 0),  # after a long silence it is still the last one that is due
    ],
)
def test_each_reminder_is_due_from_its_day_to_the_next_ones(on, said):
    held = freshness(d("2026-05-23"), on=d(on), months=6)
    assert reminder(held, on=d(on), remind_days=REMIND) == said


def test_no_reminders_are_none_due():
    held = freshness(d("2026-05-23"), on=d("2026-11-23"), months=6)
    assert reminder(held, on=d("2026-11-23"), remind_days=()) is None
    assert reminder(freshness(None, on=d("2026-11-23"), months=6), on=d("2026-11-23"), remind_days=()) is None
