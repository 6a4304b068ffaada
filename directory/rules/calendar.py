"""Days and years as the rules count them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

DISTRICT_ZONE = ZoneInfo("Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """The calendar day of a moment in the district."""
    return moment.astimezone(DISTRICT_ZONE).date()


def years_later(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
