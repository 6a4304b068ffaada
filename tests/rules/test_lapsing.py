from datetime import date

from directory.rules.eligibility import DatedFact, FactKind, Gates
from directory.rules.lapsing import lapsing

GATES = Gates(registered_years=2, least_grade="3A", annual_checks=2, penalty_years=3, least_staff=2)
TODAY = date(2026, 11, 23)


def fact(kind, value, since, until=None):
    return DatedFact(kind, value, date.fromisoformat(since), date.fromisoformat(until) if until else None, "公告")


def standing(*grades):
    return [
        fact(FactKind.REGISTRATION, "", "2015-05-04"),
        fact(FactKind.ANNUAL_CHECK, "passed", "2024-01-01", "2024-12-31"),
        fact(FactKind.ANNUAL_CHECK, "passed", "2025-01-01", "2025-12-31"),
        fact(FactKind.STAFF, "6", "2024-01-01"),
        *grades,
    ]


def told(facts, within=60, on=TODAY):
    return [(lapse.now.gate, lapse.on) for lapse in lapsing(facts, on=on, within=within, gates=GATES)]


def test_a_grade_that_ends_within_the_days_is_told_with_the_first_day_without_it():
    ends = standing(fact(FactKind.GRADE, "4A", "2022-01-23", "2027-01-21"))
    assert told(ends) == [("grade", date(2027, 1, 22))]  # the sixtieth day
    assert told(standing(fact(FactKind.GRADE, "4A", "2022-01-23", "2027-01-22"))) == []


def test_a_grade_that_another_follows_does_not_lapse():
    follows = fact(FactKind.GRADE, "3A", "2026-12-31", "2031-12-30")
    assert told(standing(fact(FactKind.GRADE, "4A", "2022-01-01", "2026-12-31"), follows)) == []


def test_one_followed_by_too_low_a_grade_lapses():
    low = fact(FactKind.GRADE, "2A", "2027-01-01", "2031-12-31")
    assert told(standing(fact(FactKind.GRADE, "4A", "2022-01-01", "2026-12-31"), low)) == [("grade", date(2027, 1, 1))]


def test_what_lapses_after_another_turn_is_seen_too():
    short = fact(FactKind.STAFF, "5", "2026-12-01", "2026-12-20")
    facts = standing(fact(FactKind.GRADE, "4A", "2022-01-01", "2026-12-31"), short)
    facts = [f for f in facts if f.value != "6"] + [fact(FactKind.STAFF, "6", "2024-01-01", "2026-12-10")]
    assert told(facts) == [("staff", date(2026, 12, 21)), ("grade", date(2027, 1, 1))]


def test_an_annual_check_lapses_when_the_next_is_due():
    grade = fact(FactKind.GRADE, "4A", "2024-01-01", "2029-12-31")
    assert told(standing(grade), on=date(2027, 5, 15)) == [("annual_check", date(2027, 7, 1))]


def test_what_is_not_passed_today_cannot_lapse():
    assert told([], within=3650) == []
