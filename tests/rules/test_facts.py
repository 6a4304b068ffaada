from datetime import date

import pytest

from directory.rules.claims import Claim
from directory.rules.eligibility import FactKind
from directory.rules.facts import faults, is_staff

TODAY = date(2026, 11, 23)


def said(kind, value="", since="2025-01-01", until=None, source="证书第 1 号"):
    return Claim(FactKind(kind), value, date.fromisoformat(since), until and date.fromisoformat(until), source)


@pytest.mark.parametrize(
    ("fact", "wrong"),
    [
        (said("grade", "4A", "2024-01-01", "2028-12-31"), []),
        (said("grade", "4A", "2027-11-23", "2032-11-22"), []),  # published before it begins
        (said("grade", "4A", "2027-11-24", "2032-11-22"), [("since", "future")]),
        (said("grade", "4A", "2024-01-01"), [("until", "required")]),  # valid for five years, never for ever
        (said("grade", "6A", "2024-01-01", "2023-12-31"), [("value", "unknown"), ("until", "order")]),
        (said("grade", "4A", "2024-01-01", "2056-12-31"), []),
        (said("grade", "4A", "2024-01-01", "2057-01-01"), [("until", "too_late")]),
        (said("annual_check", "passed", "2025-01-01", "2025-12-31"), []),
        (said("annual_check", "passed", "2026-01-01", "2026-12-31"), [("since", "year_not_over")]),
        (said("annual_check", "passed", "2025-01-02", "2025-12-31"), [("since", "year")]),
        (said("annual_check", "passed", "2025-01-01"), [("since", "year")]),
        (said("staff", "100000", "2026-11-23"), []),
        (said("staff", "100001", "2026-11-23"), [("value", "number")]),
        (said("staff", "6", "2026-11-24"), [("since", "future")]),
        (said("honour", "区先进", "2026-11-24"), [("since", "future")]),
        (said("honour", " "), [("value", "required")]),
        (said("honour", "奖" * 200), []),
        (said("honour", "奖" * 201), [("value", "too_long")]),
        (said("registration", "2015"), [("value", "superfluous")]),
        (said("registration", "", "1949-10-01"), []),
        (said("registration", "", "1949-09-30"), [("since", "too_early")]),
        (said("registration", until="2026-01-01"), [("until", "superfluous")]),
        (said("penalty", "minor", "2026-11-23", "2026-11-22"), [("until", "order")]),
        (said("penalty", "major", "2026-11-24"), [("since", "future")]),
        (said("abnormal_list"), []),
        (said("abnormal_list", "登记住所无法联系", "2026-01-01", "2026-03-01"), []),
        (said("dishonest_list", "长" * 201, "2026-11-24"), [("value", "too_long"), ("since", "future")]),
        (said("evaluator", "x"), [("value", "superfluous")]),
        (said("evaluator", source=" "), [("source", "required")]),
        (said("evaluator", source="长" * 400), []),
        (said("evaluator", source="长" * 401), [("source", "too_long")]),
    ],
)
def test_what_a_fact_may_say_whoever_says_it(fact, wrong):
    assert faults(fact, on=TODAY) == wrong


@pytest.mark.parametrize("text", ["", "-1", "６", "²", "1.0", "9" * 5000])
def test_staff_is_a_number_in_plain_digits(text):
    assert not is_staff(text)
