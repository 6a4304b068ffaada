"""Days and years as the rules count them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DISTRICT_ZONE = ZoneInfo("Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """The calendar day of a moment in the district."""
    return moment.astimezone(DISTRICT_ZONE).date()


def start_of(day: date) -> datetime:
    """The moment in which a day of the district begins; the first day there is always did."""
    if day == date.min:
        return datetime.min.replace(tzinfo=UTC)
    return datetime(day.year, day.month, day.day, tzinfo=DISTRICT_ZONE)


def years_later(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def months_later(day: date, months: int) -> date:
    """The same day some months on; where the month has no such day, its last."""
    place = day.year * 12 + day.month - 1 + months
    first = date(place // 12, place % 12 + 1, 1)
    following = date((place + 1) // 12, (place + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def is_working(day: date, special: Mapping[date, bool]) -> bool:
    """Monday to Friday, unless `special` says otherwise: False for a holiday, True for a weekend day worked."""
    return special.get(day, day.weekday() < 5)


def working_days_later(day: date, number: int, special: Mapping[date, bool]) -> date:
    """The day that ends a span of so many working days; counting begins the day after `day`."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_working(day, special)
    return day
