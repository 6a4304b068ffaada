"""The gates of the catalogue, answered from dated facts for any day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from operator import attrgetter

from directory.rules.calendar import years_later


class FactKind(StrEnum):
    """`annual_check`: since and until span the year. `penalty`: value major or minor. `staff`: full-time heads."""

    REGISTRATION = "registration"
    GRADE = "grade"
    ANNUAL_CHECK = "annual_check"
    ABNORMAL_LIST = "abnormal_list"
    DISHONEST_LIST = "dishonest_list"
    PENALTY = "penalty"
    STAFF = "staff"
    EVALUATOR = "evaluator"
    HONOUR = "honour"


GRADES = ("1A", "2A", "3A", "4A", "5A")
CHECK_RESULTS = ("passed", "basic", "failed", "missed")


@dataclass(frozen=True, slots=True)
class DatedFact:
    """One statement about an organisation; `until` is its last day, None while it stands."""

    kind: FactKind
    value: str
    since: date
    until: date | None
    source: str

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


class Outcome(StrEnum):
    PASS = "pass"  # noqa: S105 - an outcome, no password
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """One gate on one day: why (`code`), by which fact, and from which day on the answer may differ."""

    gate: str
    outcome: Outcome
    code: str
    fact: DatedFact | None = None
    changes_on: date | None = None


@dataclass(frozen=True, slots=True)
class Gates:
    """The numbers of the gates. An annual check is due by the given month and day of the following year."""

    registered_years: int
    least_grade: str
    annual_checks: int
    penalty_years: int
    least_staff: int
    check_due_month: int = 6
    check_due_day: int = 30


# In the order of the answers. An entry suspended for one of these has its name as the reason.
GATES = ("registered", "grade", "annual_check", "abnormal_list", "dishonest_list", "penalty", "staff", "evaluator")


def answers(facts: Sequence[DatedFact], on: date, gates: Gates) -> tuple[GateAnswer, ...]:
    """Every gate's answer. An organisation of which nothing was recorded is unknown, not failed."""
    by_kind: dict[FactKind, list[DatedFact]] = {kind: [] for kind in FactKind}
    for fact in sorted(facts, key=_since):
        by_kind[fact.kind].append(fact)
    registered = by_kind[FactKind.REGISTRATION]
    blank = len(registered) == len(facts)
    return (
        _registered(registered, on, gates),
        _grade(by_kind[FactKind.GRADE], on, gates, blank=blank),
        _annual_checks(by_kind[FactKind.ANNUAL_CHECK], registered, on, gates),
        _not_on(FactKind.ABNORMAL_LIST, by_kind[FactKind.ABNORMAL_LIST], on, blank=blank),
        _not_on(FactKind.DISHONEST_LIST, by_kind[FactKind.DISHONEST_LIST], on, blank=blank),
        _no_penalty(by_kind[FactKind.PENALTY], on, gates, blank=blank),
        _staff(by_kind[FactKind.STAFF], on, gates),
        _not_evaluator(by_kind[FactKind.EVALUATOR], on),
    )


def eligible(gate_answers: Iterable[GateAnswer]) -> bool:
    return all(answer.outcome is Outcome.PASS for answer in gate_answers)


def grade_on(facts: Iterable[DatedFact], on: date) -> str:
    """The valid grade on a day; an expired grade is no grade."""
    held = [fact.value for fact in facts if fact.kind is FactKind.GRADE and fact.holds(on)]
    return max(held, key=GRADES.index, default="")


def year_due(on: date, gates: Gates) -> int:
    """The latest year whose annual check is due by a day."""
    return on.year - (1 if on > date(on.year, gates.check_due_month, gates.check_due_day) else 2)


_since = attrgetter("since")


def _next(facts: Iterable[DatedFact], on: date, *, end: date | None = None) -> date | None:
    """The day after `end` or the first day of a fact still to come, whichever is earlier."""
    days = [fact.since for fact in facts if fact.since > on]
    return min([*days, end + timedelta(days=1)] if end else days, default=None)


# Each gate is told the facts of its kind, oldest first.


def _registered(known: Sequence[DatedFact], on: date, gates: Gates) -> GateAnswer:
    if not known:
        return GateAnswer("registered", Outcome.UNKNOWN, "registration_unknown")
    old_enough = years_later(known[0].since, gates.registered_years)
    if on < old_enough:
        return GateAnswer("registered", Outcome.FAIL, "too_new", known[0], old_enough)
    return GateAnswer("registered", Outcome.PASS, "old_enough", known[0])


def _grade(grades: Sequence[DatedFact], on: date, gates: Gates, *, blank: bool) -> GateAnswer:
    known = [fact for fact in grades if fact.since <= on]
    if blank:
        return GateAnswer("grade", Outcome.UNKNOWN, "grade_unknown")
    if not known:
        return GateAnswer("grade", Outcome.FAIL, "no_grade", changes_on=_next(grades, on))
    valid = [fact for fact in known if fact.holds(on)]
    if not valid:
        return GateAnswer("grade", Outcome.FAIL, "grade_lapsed", known[-1], _next(grades, on))
    best = max(valid, key=lambda fact: GRADES.index(fact.value))
    ends = _next(grades, on, end=best.until)
    if GRADES.index(best.value) < GRADES.index(gates.least_grade):
        return GateAnswer("grade", Outcome.FAIL, "grade_too_low", best, ends)
    return GateAnswer("grade", Outcome.PASS, "grade_valid", best, ends)


def _annual_checks(checks: Sequence[DatedFact], registered: Sequence[DatedFact], on: date, gates: Gates) -> GateAnswer:
    """The latest checks that were due; last year's counts before it is due if its result is in."""
    by_year = {fact.since.year: fact for fact in checks}
    latest = on.year - 1 if on.year - 1 in by_year else year_due(on, gates)
    next_due = date(latest + 2, gates.check_due_month, gates.check_due_day) + timedelta(days=1)
    if latest + 1 in by_year:
        next_due = date(latest + 2, 1, 1)
    years = range(latest, latest - gates.annual_checks, -1)
    due = [year for year in years if not registered or registered[0].since < date(year, 7, 1)]
    if not due:
        return GateAnswer("annual_check", Outcome.UNKNOWN, "check_not_yet_due", changes_on=next_due)
    for year in due:
        if year not in by_year:
            return GateAnswer("annual_check", Outcome.UNKNOWN, "check_unknown", changes_on=next_due)
        if by_year[year].value != "passed":
            return GateAnswer("annual_check", Outcome.FAIL, f"check_{by_year[year].value}", by_year[year], next_due)
    return GateAnswer("annual_check", Outcome.PASS, "checks_passed", by_year[due[0]], next_due)


def _not_on(kind: FactKind, facts: Sequence[DatedFact], on: date, *, blank: bool) -> GateAnswer:
    if blank:
        return GateAnswer(kind, Outcome.UNKNOWN, "credit_unknown")
    for fact in facts:
        if fact.holds(on):
            return GateAnswer(kind, Outcome.FAIL, f"on_{kind}", fact, _next((), on, end=fact.until))
    return GateAnswer(kind, Outcome.PASS, f"not_on_{kind}", changes_on=_next(facts, on))


def _no_penalty(penalties: Sequence[DatedFact], on: date, gates: Gates, *, blank: bool) -> GateAnswer:
    if blank:
        return GateAnswer("penalty", Outcome.UNKNOWN, "credit_unknown")
    major = [fact for fact in penalties if fact.value == "major"]
    for fact in reversed(major):
        clean = years_later(fact.since, gates.penalty_years)
        if fact.since <= on < clean:
            return GateAnswer("penalty", Outcome.FAIL, "recent_penalty", fact, clean)
    return GateAnswer("penalty", Outcome.PASS, "no_recent_penalty", changes_on=_next(major, on))


def _staff(counts: Sequence[DatedFact], on: date, gates: Gates) -> GateAnswer:
    known = [fact for fact in counts if fact.holds(on)]
    if not known:
        return GateAnswer("staff", Outcome.UNKNOWN, "staff_unknown", changes_on=_next(counts, on))
    changes_on = _next(counts, on, end=known[-1].until)
    if int(known[-1].value) < gates.least_staff:
        return GateAnswer("staff", Outcome.FAIL, "too_few_staff", known[-1], changes_on)
    return GateAnswer("staff", Outcome.PASS, "staffed", known[-1], changes_on)


def _not_evaluator(facts: Sequence[DatedFact], on: date) -> GateAnswer:
    for fact in facts:
        if fact.holds(on):
            return GateAnswer("evaluator", Outcome.FAIL, "is_evaluator", fact, _next((), on, end=fact.until))
    return GateAnswer("evaluator", Outcome.PASS, "no_evaluator", changes_on=_next(facts, on))
