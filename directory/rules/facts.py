"""What a dated fact may say, whoever says it: the district, an organisation of itself, or an office's list.

The rule is that of the domain. A grade is valid for five years and then lapses (社会组织评估管理办法, 28, 29),
so it says until when; it is published before it begins, and nothing else is known before its day. A year's annual check
is made in the year after, so none is known of a year that is not over. An organisation is registered once, with no end.
A list of wrongdoers may say why somebody stands on it, and need not.
"""

from datetime import date
from typing import Protocol

from directory.errors import Invalid
from directory.rules.calendar import years_later
from directory.rules.eligibility import CHECK_RESULTS, GRADES, FactKind

PENALTIES = ("major", "minor")
VALUES: dict[FactKind, tuple[str, ...]] = {
    FactKind.GRADE: GRADES,
    FactKind.ANNUAL_CHECK: CHECK_RESULTS,
    FactKind.PENALTY: PENALTIES,
}
# What these say is said by their kind and days.
WITHOUT_VALUE = frozenset({FactKind.REGISTRATION, FactKind.EVALUATOR})
LISTINGS = frozenset({FactKind.ABNORMAL_LIST, FactKind.DISHONEST_LIST})
LONGEST_VALUE = 200
LONGEST_SOURCE = 400
MOST_STAFF = 100_000
EARLIEST = date(1949, 10, 1)
LATEST_YEARS = 30
Fault = tuple[str, str]


class Said(Protocol):
    @property
    def kind(self) -> FactKind: ...
    @property
    def value(self) -> str: ...
    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date | None: ...
    @property
    def source(self) -> str: ...


def faults(said: Said, *, on: date) -> list[Fault]:
    """(field, rule) of all that cannot be true of a fact told on a day, one a field."""
    found = {"value": _value(said), "since": _since(said, on), "until": _until(said, on), "source": _source(said)}
    return [(field, rule) for field, rule in found.items() if rule]


def check(said: Said, *, on: date) -> None:
    """Raises Invalid, naming the first field at fault; its value is what the words about it count or show."""
    for field, rule in faults(said, on=on):
        value = getattr(said, field)
        if rule == "too_long":
            value = len(value)
        elif rule == "year_not_over":
            value = said.since.year
        raise Invalid(field, value, rule, f"{field} of a {said.kind}: {rule}")


def is_staff(value: str) -> bool:
    """Whether this is a number of people an organisation can employ."""
    return value.isascii() and value.isdecimal() and len(value) <= len(str(MOST_STAFF)) and int(value) <= MOST_STAFF


def _value(said: Said) -> str:
    if said.kind in WITHOUT_VALUE:
        return "superfluous" if said.value else ""
    if said.kind in VALUES:
        return "" if said.value in VALUES[said.kind] else "unknown"
    if said.kind is FactKind.STAFF:
        return "" if is_staff(said.value) else "number"
    if not said.value.strip() and said.kind not in LISTINGS:
        return "required"
    return "too_long" if len(said.value) > LONGEST_VALUE else ""


def _since(said: Said, on: date) -> str:
    if said.since < EARLIEST:
        return "too_early"
    if said.kind is FactKind.ANNUAL_CHECK:
        year = said.since.year
        if (said.since, said.until) != (date(year, 1, 1), date(year, 12, 31)):
            return "year"
        return "" if year < on.year else "year_not_over"
    return "future" if said.since > (years_later(on, 1) if said.kind is FactKind.GRADE else on) else ""


def _until(said: Said, on: date) -> str:
    if said.kind is FactKind.ANNUAL_CHECK:
        return ""
    if said.until is None:
        return "required" if said.kind is FactKind.GRADE else ""
    if said.kind is FactKind.REGISTRATION:
        return "superfluous"
    if said.until < said.since:
        return "order"
    return "too_late" if said.until.year > on.year + LATEST_YEARS else ""


def _source(said: Said) -> str:
    if not said.source.strip():
        return "required"
    return "too_long" if len(said.source) > LONGEST_SOURCE else ""
