from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.rules.eligibility import (
    CHECK_RESULTS,
    GRADES,
    DatedFact,
    FactKind,
    Gates,
    Outcome,
    answers,
    eligible,
    grade_on,
)

GATES = Gates(registered_years=2, least_grade="3A", annual_checks=2, penalty_years=3, least_staff=2)
ON = date(2026, 11, 23)
PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
ONE_DAY = timedelta(days=1)


def fact(kind, value="", since=date(2015, 5, 4), until=None):
    return DatedFact(FactKind(kind), value, since, until, "公告")


def check(year, value="passed"):
    return fact("annual_check", value, date(year, 1, 1), date(year, 12, 31))


GRADE = fact("grade", "4A", date(2024, 11, 16), date(2029, 11, 15))
GOOD = (fact("registration"), GRADE, check(2024), check(2025), fact("staff", "6", date(2024, 1, 1)))


def but(*changed):
    """The facts of good standing with those of the kinds given replaced by these."""
    kinds = {f.kind for f in changed}
    return tuple(f for f in GOOD if f.kind not in kinds) + changed


def without(kind):
    return tuple(f for f in GOOD if f.kind != kind)


def answer(gate, facts, on=ON, gates=GATES):
    return next(a for a in answers(facts, on, gates) if a.gate == gate)


def test_an_organisation_in_good_standing_passes_every_gate():
    assert {a.outcome for a in answers(GOOD, ON, GATES)} == {PASS}
    assert eligible(answers(GOOD, ON, GATES))


def test_there_are_eight_gates_each_answered_once():
    assert [a.gate for a in answers((), ON, GATES)] == [
        *("registered", "grade", "annual_check", "abnormal_list", "dishonest_list", "penalty", "staff", "evaluator")
    ]


@pytest.mark.parametrize(
    ("gate", "facts", "outcome", "code", "changes_on"),
    [
        ("registered", GOOD, PASS, "old_enough", None),
        ("registered", but(fact("registration", since=date(2024, 11, 24))), FAIL, "too_new", date(2026, 11, 24)),
        ("registered", but(fact("registration", since=date(2024, 11, 23))), PASS, "old_enough", None),
        ("registered", without("registration"), UNKNOWN, "registration_unknown", None),
        ("grade", GOOD, PASS, "grade_valid", date(2029, 11, 16)),
        ("grade", but(fact("grade", "3A", date(2024, 1, 1))), PASS, "grade_valid", None),
        ("grade", but(fact("grade", "2A", date(2024, 1, 1))), FAIL, "grade_too_low", None),
        ("grade", but(fact("grade", "5A", date(2021, 8, 31), date(2026, 8, 31))), FAIL, "grade_lapsed", None),
        ("grade", but(fact("grade", "5A", date(2026, 12, 1))), FAIL, "no_grade", date(2026, 12, 1)),
        ("grade", without("grade"), FAIL, "no_grade", None),
        ("grade", (fact("registration"),), UNKNOWN, "grade_unknown", None),
        ("annual_check", GOOD, PASS, "checks_passed", date(2027, 7, 1)),
        ("annual_check", but(check(2024), check(2025, "basic")), FAIL, "check_basic", date(2027, 7, 1)),
        ("annual_check", but(check(2024, "failed"), check(2025)), FAIL, "check_failed", date(2027, 7, 1)),
        ("annual_check", but(check(2024, "missed"), check(2025)), FAIL, "check_missed", date(2027, 7, 1)),
        ("annual_check", but(check(2023, "failed"), check(2024), check(2025)), PASS, "checks_passed", date(2027, 7, 1)),
        ("annual_check", but(check(2025)), UNKNOWN, "check_unknown", date(2027, 7, 1)),
        ("annual_check", without("annual_check"), UNKNOWN, "check_unknown", date(2027, 7, 1)),
        (
            "annual_check",
            (fact("registration", since=date(2025, 7, 1)), fact("staff", "3")),
            *(UNKNOWN, "check_not_yet_due", date(2027, 7, 1)),
        ),
        (
            "annual_check",
            (fact("registration", since=date(2025, 6, 30)), check(2025)),
            *(PASS, "checks_passed", date(2027, 7, 1)),
        ),
        ("abnormal_list", GOOD, PASS, "not_on_abnormal_list", None),
        ("abnormal_list", but(fact("abnormal_list", since=date(2026, 3, 1))), FAIL, "on_abnormal_list", None),
        (
            "abnormal_list",
            but(fact("abnormal_list", since=date(2026, 3, 1), until=ON)),
            *(FAIL, "on_abnormal_list", date(2026, 11, 24)),
        ),
        (
            "abnormal_list",
            but(fact("abnormal_list", since=date(2026, 3, 1), until=ON - ONE_DAY)),
            *(PASS, "not_on_abnormal_list", None),
        ),
        ("abnormal_list", (fact("registration"),), UNKNOWN, "credit_unknown", None),
        ("dishonest_list", GOOD, PASS, "not_on_dishonest_list", None),
        ("dishonest_list", but(fact("dishonest_list", since=ON)), FAIL, "on_dishonest_list", None),
        (
            "dishonest_list",
            but(fact("dishonest_list", since=ON + ONE_DAY)),
            PASS,
            "not_on_dishonest_list",
            ON + ONE_DAY,
        ),
        ("dishonest_list", (), UNKNOWN, "credit_unknown", None),
        ("penalty", GOOD, PASS, "no_recent_penalty", None),
        ("penalty", but(fact("penalty", "major", date(2023, 11, 24))), FAIL, "recent_penalty", date(2026, 11, 24)),
        ("penalty", but(fact("penalty", "major", date(2023, 11, 23))), PASS, "no_recent_penalty", None),
        ("penalty", but(fact("penalty", "minor", date(2026, 11, 1))), PASS, "no_recent_penalty", None),
        ("penalty", (fact("registration"),), UNKNOWN, "credit_unknown", None),
        ("staff", GOOD, PASS, "staffed", None),
        ("staff", but(fact("staff", "2")), PASS, "staffed", None),
        ("staff", but(fact("staff", "1")), FAIL, "too_few_staff", None),
        (
            "staff",
            but(fact("staff", "1", date(2020, 1, 1)), fact("staff", "5", date(2025, 1, 1))),
            PASS,
            "staffed",
            None,
        ),
        ("staff", but(fact("staff", "5", until=date(2026, 12, 31))), PASS, "staffed", date(2027, 1, 1)),
        ("staff", but(fact("staff", "5", until=ON - ONE_DAY)), UNKNOWN, "staff_unknown", None),
        ("staff", without("staff"), UNKNOWN, "staff_unknown", None),
        ("evaluator", GOOD, PASS, "no_evaluator", None),
        ("evaluator", but(fact("evaluator")), FAIL, "is_evaluator", None),
        ("evaluator", but(fact("evaluator", until=ON)), FAIL, "is_evaluator", ON + ONE_DAY),
        ("evaluator", but(fact("evaluator", until=ON - ONE_DAY)), PASS, "no_evaluator", None),
    ],
)
def test_each_gate_passes_fails_or_does_not_know(gate, facts, outcome, code, changes_on):
    said = answer(gate, facts)
    assert (said.outcome, said.code, said.changes_on) == (outcome, code, changes_on)


@pytest.mark.parametrize("gate", [a.gate for a in answers((), ON, GATES)])
def test_one_failed_or_unknown_gate_is_enough_to_be_left_out(gate):
    breaking = {
        "registered": without("registration"),
        "grade": without("grade"),
        "annual_check": but(check(2024), check(2025, "failed")),
        "abnormal_list": but(fact("abnormal_list")),
        "dishonest_list": but(fact("dishonest_list")),
        "penalty": but(fact("penalty", "major", ON)),
        "staff": without("staff"),
        "evaluator": but(fact("evaluator")),
    }[gate]
    said = answers(breaking, ON, GATES)
    assert [a.gate for a in said if a.outcome is not PASS] == [gate]
    assert not eligible(said)


@pytest.mark.parametrize("gate", ["registered", "grade", "annual_check", "staff"])
def test_a_passed_gate_names_the_fact_it_rests_on(gate):
    assert answer(gate, GOOD).fact in GOOD


@pytest.mark.parametrize(
    ("until", "on", "outcome"),
    [
        (date(2026, 8, 31), date(2026, 8, 30), PASS),
        (date(2026, 8, 31), date(2026, 8, 31), PASS),
        (date(2026, 8, 31), date(2026, 9, 1), FAIL),
        (date(2026, 12, 31), date(2026, 12, 31), PASS),
        (date(2026, 12, 31), date(2027, 1, 1), FAIL),
        (date(2028, 2, 29), date(2028, 2, 29), PASS),
        (date(2028, 2, 29), date(2028, 3, 1), FAIL),
        (date(2027, 2, 28), date(2027, 2, 28), PASS),
        (date(2027, 2, 28), date(2027, 3, 1), FAIL),
    ],
)
def test_a_grade_holds_through_its_last_day_and_not_a_day_longer(until, on, outcome):
    facts = but(fact("grade", "3A", date(2022, 1, 1), until))
    assert answer("grade", facts, on).outcome is outcome
    assert grade_on(facts, on) == ("3A" if outcome is PASS else "")


@pytest.mark.parametrize(
    ("since", "day", "outcome"),
    [
        (date(2024, 2, 29), date(2026, 2, 28), FAIL),
        (date(2024, 2, 29), date(2026, 3, 1), PASS),
        (date(2023, 12, 31), date(2025, 12, 30), FAIL),
        (date(2023, 12, 31), date(2025, 12, 31), PASS),
    ],
)
def test_two_years_of_registration_are_two_calendar_years(since, day, outcome):
    assert answer("registered", but(fact("registration", since=since)), day).outcome is outcome


@pytest.mark.parametrize(
    ("day", "years_that_count", "next_due"),
    [
        (date(2026, 6, 30), (2024, 2023), date(2026, 7, 1)),
        (date(2026, 7, 1), (2025, 2024), date(2027, 7, 1)),
        (date(2026, 12, 31), (2025, 2024), date(2027, 7, 1)),
        (date(2027, 1, 1), (2025, 2024), date(2027, 7, 1)),
        (date(2027, 6, 30), (2025, 2024), date(2027, 7, 1)),
    ],
)
def test_the_last_two_annual_checks_that_were_due_count(day, years_that_count, next_due):
    passed = but(*(check(year) for year in years_that_count))
    assert answer("annual_check", passed, day).outcome is PASS
    assert answer("annual_check", passed, day).changes_on == next_due
    for year in years_that_count:
        one_failed = but(*(check(y, "failed" if y == year else "passed") for y in years_that_count))
        assert answer("annual_check", one_failed, day).outcome is FAIL


def test_last_years_check_counts_before_it_is_due_once_it_is_in():
    march = date(2026, 3, 1)
    assert answer("annual_check", but(check(2023), check(2024), check(2025, "failed")), march).code == "check_failed"
    assert answer("annual_check", but(check(2023, "failed"), check(2024), check(2025)), march).outcome is PASS


def test_the_number_of_every_gate_is_data():
    strict = Gates(registered_years=20, least_grade="5A", annual_checks=3, penalty_years=9, least_staff=7)
    facts = (*GOOD, fact("penalty", "major", date(2018, 1, 1)))
    assert {a.gate for a in answers(facts, ON, GATES) if a.outcome is not PASS} == set()
    assert {a.gate for a in answers(facts, ON, strict) if a.outcome is not PASS} == {
        *("registered", "grade", "annual_check", "penalty", "staff")
    }


def test_the_best_of_several_valid_grades_counts():
    both = but(fact("grade", "3A", date(2023, 1, 1)), fact("grade", "5A", date(2024, 1, 1)), GRADE)
    assert grade_on(both, ON) == "5A"
    assert answer("grade", both).fact.value == "5A"


dated = st.builds(
    lambda kind_value, since, length: fact(*kind_value, since, since + timedelta(length) if length else None),
    st.one_of(
        st.sampled_from(["registration", "abnormal_list", "dishonest_list", "evaluator", "honour"]).map(
            lambda k: (k, "")
        ),
        st.sampled_from(GRADES).map(lambda grade: ("grade", grade)),
        st.sampled_from(["major", "minor"]).map(lambda value: ("penalty", value)),
        st.integers(0, 4).map(lambda heads: ("staff", str(heads))),
    ),
    st.dates(date(2018, 1, 1), date(2029, 1, 1)),
    st.none() | st.integers(0, 900),
)
checks = st.builds(check, st.integers(2018, 2028), st.sampled_from(CHECK_RESULTS))
days = st.dates(date(2020, 1, 1), date(2028, 12, 31))


@settings(max_examples=300, deadline=None)
@given(st.lists(dated | checks, max_size=8), days, st.data())
def test_no_answer_changes_before_the_day_it_says(facts, on, data):
    for said in answers(facts, on, GATES):
        last = said.changes_on - ONE_DAY if said.changes_on else date(2035, 1, 1)
        assert last >= on
        later = data.draw(st.dates(on, last) if last > on else st.just(on))
        for day in (later, last):
            assert answer(said.gate, facts, day).outcome is said.outcome


@given(st.sampled_from(GRADES[2:]), st.dates(date(2020, 1, 1), date(2026, 1, 1)), st.integers(0, 2000), st.data())
def test_a_grade_lapses_on_the_day_its_answer_names(grade, since, length, data):
    until = since + timedelta(length)
    facts = but(fact("grade", grade, since, until))
    said = answer("grade", facts, data.draw(st.dates(since, until)))
    assert (said.outcome, said.changes_on) == (PASS, until + ONE_DAY)
    assert answer("grade", facts, said.changes_on).code == "grade_lapsed"


@given(st.lists(dated | checks, max_size=8), days, st.randoms())
def test_the_order_facts_were_recorded_in_decides_no_outcome(facts, on, random):
    """Except among facts of one kind that begin on one day: there the last one recorded stands."""
    unique = list({(f.kind, f.since): f for f in facts}.values())
    shuffled = random.sample(unique, len(unique))
    assert [a.outcome for a in answers(shuffled, on, GATES)] == [a.outcome for a in answers(unique, on, GATES)]
