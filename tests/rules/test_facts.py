from datetime import date

import pytest

from directory.rules.eligibility import FactKind
from directory.rules.facts import is_staff, problem

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("kind", "value", "since", "until", "wrong"),
    [
        (FactKind.GRADE, "4A", date(2024, 1, 1), date(2028, 12, 31), None),
        (FactKind.GRADE, "4A", date(2027, 11, 23), date(2032, 11, 22), None),  # published before it begins
        (FactKind.GRADE, "4A", date(2027, 11, 24), date(2032, 11, 22), ("since", "future")),
        (FactKind.GRADE, "6A", date(2024, 1, 1), None, ("value", "unknown")),
        (FactKind.STAFF, "100000", TODAY, None, None),
        (FactKind.STAFF, "100001", TODAY, None, ("value", "number")),
        (FactKind.STAFF, "6", date(2026, 11, 24), None, ("since", "future")),
        (FactKind.HONOUR, " ", TODAY, None, ("value", "required")),
        (FactKind.HONOUR, "奖" * 201, TODAY, None, ("value", "too_long")),
        (FactKind.REGISTRATION, "2015", TODAY, None, ("value", "superfluous")),
        (FactKind.REGISTRATION, "", date(1949, 9, 30), None, ("since", "too_early")),
        (FactKind.PENALTY, "minor", TODAY, date(2026, 11, 22), ("until", "order")),
        (FactKind.ANNUAL_CHECK, "passed", date(2025, 1, 1), date(2025, 12, 31), None),
        (FactKind.ANNUAL_CHECK, "passed", date(2025, 1, 2), date(2025, 12, 31), ("since", "year")),
    ],
)
def test_what_a_fact_may_say(kind, value, since, until, wrong):
    assert problem(kind, value, since, until, on=TODAY) == wrong


@pytest.mark.parametrize("text", ["", "-1", "６", "²", "1.0", "9" * 5000])
def test_staff_is_a_number_in_plain_digits(text):
    assert not is_staff(text)
