"""When an organisation is to say again that all it told of itself is still true."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from directory.rules.calendar import months_later


@dataclass(frozen=True, slots=True)
class Freshness:
    """`due` is the last day to confirm; None where nothing was ever confirmed, which is due at once."""

    confirmed_on: date | None
    due: date | None
    months: int
    overdue: bool


def freshness(confirmed_on: date | None, *, on: date, months: int) -> Freshness:
    """How a confirmation stands on a day: overdue from the day after it was due."""
    if confirmed_on is None:
        return Freshness(None, None, months, overdue=True)
    due = months_later(confirmed_on, months)
    return Freshness(confirmed_on, due, months, overdue=on > due)


def reminder(held: Freshness, *, on: date, remind_days: Iterable[int]) -> int | None:
    """The reminder that is due on a day, by how many days before `due` it is given; None before the first.

    It stays due until the next one's day, so that nothing is lost where a day was missed: give each once.
    """
    if held.due is None:
        return min(remind_days, default=None)
    left = (held.due - on).days
    return min((days for days in remind_days if left <= days), default=None)
