from datetime import date

import pytest

from directory.errors import Invalid
from directory.rules.claims import Claim
from directory.rules.eligibility import FactKind

TODAY = date(2026, 11, 23)


def claim(kind, value="", since="2025-01-01", until=None, source="证书第 1 号"):
    ends = date.fromisoformat(until) if until else None
    return Claim(FactKind(kind), value, date.fromisoformat(since), ends, source)


@pytest.mark.parametrize(
    ("said", "value", "since", "until"),
    [
        (claim("grade", "4A", "2026-01-01", "2030-12-31"), "4A", "2026-01-01", "2030-12-31"),
        (claim("grade", "3A", "2027-01-01", "2031-12-31"), "3A", "2027-01-01", "2031-12-31"),  # awarded, not begun
        (claim("annual_check", "passed", "2025-07-01"), "passed", "2025-01-01", "2025-12-31"),
        (claim("staff", "0", "2026-11-23", "2027-01-01"), "0", "2026-11-23", None),
        (claim("honour", "区先进", "2020-02-29", "2020-02-29"), "区先进", "2020-02-29", "2020-02-29"),
        (claim("penalty", "minor"), "minor", "2025-01-01", None),
        (claim("registration", "whatever", "1996-02-29"), "", "1996-02-29", None),
    ],
)
def test_what_may_be_claimed_is_recorded_with_the_span_of_its_kind(said, value, since, until):
    kept = said.checked(on=TODAY)
    ends = date.fromisoformat(until) if until else None
    assert (kept.value, kept.since, kept.until) == (value, date.fromisoformat(since), ends)


@pytest.mark.parametrize(
    ("said", "field", "rule"),
    [
        (claim("abnormal_list"), "kind", "unknown"),
        (claim("dishonest_list"), "kind", "unknown"),
        (claim("evaluator"), "kind", "unknown"),
        (claim("grade", "6A", until="2030-01-01"), "value", "unknown"),
        (claim("grade", "4A"), "until", "required"),
        (claim("grade", "4A", "2026-01-02", "2026-01-01"), "until", "order"),
        (claim("grade", "4A", "2026-01-02", "2057-01-01"), "until", "too_late"),
        (claim("grade", "4A", "2028-01-01", "2030-01-01"), "since", "future"),
        (claim("annual_check", "fine"), "value", "unknown"),
        (claim("annual_check", "passed", "2026-01-01"), "since", "year_not_over"),
        (claim("staff", "-1"), "value", "number"),
        (claim("staff", "2.5"), "value", "number"),
        (claim("staff", "٣"), "value", "number"),
        (claim("staff", "9999999"), "value", "number"),
        (claim("staff", "3", "2026-11-24"), "since", "future"),
        (claim("honour", ""), "value", "required"),
        (claim("honour", "奖" * 201), "value", "too_long"),
        (claim("penalty", "huge"), "value", "unknown"),
        (claim("penalty", "major", "2026-12-01"), "since", "future"),
        (claim("registration", since="1949-09-30"), "since", "too_early"),
        (claim("registration", source=""), "source", "required"),
        (claim("registration", source="长" * 401), "source", "too_long"),
    ],
)
def test_what_may_not_is_refused_by_field_and_rule(said, field, rule):
    with pytest.raises(Invalid) as refused:
        said.checked(on=TODAY)
    assert (refused.value.field, refused.value.rule) == (field, rule)
