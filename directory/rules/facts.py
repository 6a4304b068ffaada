"""Which dated facts can be true, whoever says them."""

from datetime import date

from directory.rules.calendar import years_later
from directory.rules.eligibility import CHECK_RESULTS, GRADES, FactKind

PENALTIES = ("major", "minor")
VALUES: dict[FactKind, tuple[str, ...]] = {
    FactKind.GRADE: GRADES,
    FactKind.ANNUAL_CHECK: CHECK_RESULTS,
    FactKind.PENALTY: PENALTIES,
}
# What these say is said by their kind and days.
WITHOUT_VALUE = frozenset({FactKind.REGISTRATION, FactKind.ABNORMAL_LIST, FactKind.DISHONEST_LIST, FactKind.EVALUATOR})
LONGEST_VALUE = 200
LONGEST_SOURCE = 400
MOST_STAFF = 100_000
EARLIEST = date(1949, 10, 1)


def problem(kind: FactKind, value: str, since: date, until: date | None, *, on: date) -> tuple[str, str] | None:
    """(field, rule) of what cannot be true of a fact told on a day; None where all may be."""
    return _value(kind, value) or _days(kind, since, until, on=on)


def is_staff(value: str) -> bool:
    """Whether this is a number of people an organisation can employ."""
    return value.isascii() and value.isdecimal() and len(value) <= len(str(MOST_STAFF)) and int(value) <= MOST_STAFF


def _value(kind: FactKind, value: str) -> tuple[str, str] | None:
    if kind in WITHOUT_VALUE:
        return ("value", "superfluous") if value else None
    if kind in VALUES:
        return None if value in VALUES[kind] else ("value", "unknown")
    if kind is FactKind.STAFF:
        return None if is_staff(value) else ("value", "number")
    if not value.strip():
        return "value", "required"
    return ("value", "too_long") if len(value) > LONGEST_VALUE else None


def _days(kind: FactKind, since: date, until: date | None, *, on: date) -> tuple[str, str] | None:
    if since < EARLIEST:
        return "since", "too_early"
    if until is not None and until < since:
        return "until", "order"
    if kind is FactKind.ANNUAL_CHECK and (since, until) != (date(since.year, 1, 1), date(since.year, 12, 31)):
        return "since", "year"
    # A grade is published before it begins; nothing else is known before its day.
    if since > (years_later(on, 1) if kind is FactKind.GRADE else on):
        return "since", "future"
    return None
