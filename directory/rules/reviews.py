"""What can be said of a review: until when one is taken, and the codes for why one must not stand."""

from datetime import date, datetime, timedelta

from directory.rules.calendar import day_of, start_of

LEAST, MOST = 1, 5
# Why somebody reports a review, and why one was hidden: the same codes, worded in wording/reviews.py.
REASONS = ("personal", "insult", "untrue", "unrelated", "pressure", "advert", "other")


def last_day(signed_off_at: datetime, days: int) -> date:
    """The last day on which finished work can be reviewed."""
    return day_of(signed_off_at) + timedelta(days=days)


def opens_on(written_at: datetime, days: int) -> date:
    """When a sealed review is published, whether or not the other side wrote one."""
    return day_of(written_at) + timedelta(days=days)


def last_day_to_write(until: date, opens: date | None) -> date:
    """The last day on which a side can write: `until`, or the day before the other side's sealed review opens."""
    return until if opens is None else min(until, opens - timedelta(days=1))


def starts(day: date) -> datetime:
    """The moment at which a day begins in the district."""
    return start_of(day)
