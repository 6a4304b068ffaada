"""The clock of the pages: what below them needs a moment or a day is given it."""

from datetime import UTC, date, datetime

from directory.rules.calendar import day_of


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The day it is in the district."""
    return day_of(now())
