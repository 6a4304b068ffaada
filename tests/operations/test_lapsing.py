"""Which organisations with listed entries will stop passing a gate soon."""

from datetime import date, timedelta

import pytest

from directory.db import db
from directory.operations import lapsing
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import EntryState
from directory.rules.roles import Role
from tests import factories
from tests.factories import GOOD_STANDING, OTHER_STREET, STREET

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def taxonomy(app):
    factories.taxonomy()


def listed(number=1, *, without=(), more=(), **changed):
    facts = [fact for fact in GOOD_STANDING if fact[0] not in without]
    organisation = factories.organisation(number, facts=[*facts, *more], **changed)
    factories.entry(organisation)
    return organisation


def soon(on=TODAY, role=Role.DISTRICT, **changed):
    return [
        (lapse.organisation_id, lapse.day, lapse.answer.code)
        for lapse in lapsing.soon(by=factories.actor(role, **changed), on=on)
    ]


@pytest.mark.parametrize(("days", "told"), [(0, True), (59, True), (60, False), (-1, False)])
def test_a_grade_that_ends_within_sixty_days_is_told(days, told):
    until = TODAY + timedelta(days=days)
    made = listed(without={FactKind.GRADE}, more=[(FactKind.GRADE, "4A", date(2021, 1, 1), until)])
    lapse = (made.id, until + timedelta(days=1), "grade_lapsed")
    assert soon() == ([lapse] if told else [])


def test_a_grade_with_a_successor_does_not_lapse():
    until = TODAY + timedelta(days=10)
    listed(
        without={FactKind.GRADE},
        more=[
            (FactKind.GRADE, "4A", date(2021, 1, 1), until),
            (FactKind.GRADE, "5A", until + timedelta(days=1), date(2031, 1, 1)),
        ],
    )
    assert soon() == []


def test_before_the_annual_check_is_due_those_without_it_are_told():
    missing, checked = (
        listed(1),
        listed(2, more=[(FactKind.ANNUAL_CHECK, "passed", date(2026, 1, 1), date(2026, 12, 31))]),
    )
    assert soon(date(2027, 5, 2)) == [(missing.id, date(2027, 7, 1), "check_unknown")]
    assert soon(date(2027, 5, 1)) == []
    assert checked.id


def test_a_listing_that_begins_soon_is_told():
    made = listed(more=[(FactKind.ABNORMAL_LIST, "", TODAY + timedelta(days=5), None)])
    assert soon() == [(made.id, TODAY + timedelta(days=5), "on_abnormal_list")]


def test_a_superseded_fact_lapses_nowhere():
    made = listed(without={FactKind.GRADE}, more=[(FactKind.GRADE, "4A", date(2021, 1, 1), TODAY)])
    wrong = next(fact for fact in made.facts if fact.kind is FactKind.GRADE)
    wrong.superseded_by_id = factories.fact(made, FactKind.GRADE, "4A", date(2021, 1, 1), date(2030, 1, 1)).id
    db.session.flush()
    assert soon() == []


def test_only_what_is_listed_and_seated_here_is_told():
    ends = [(FactKind.GRADE, "4A", date(2021, 1, 1), TODAY)]
    here = listed(1, without={FactKind.GRADE}, more=ends, area_code=STREET)
    there = listed(2, without={FactKind.GRADE}, more=ends, area_code=OTHER_STREET)
    suspended = factories.organisation(3, facts=[*GOOD_STANDING[:1], *GOOD_STANDING[2:], *ends], area_code=STREET)
    factories.entry(suspended, state=EntryState.SUSPENDED, reason="other")
    assert [lapse[0] for lapse in soon()] == [here.id, there.id]
    assert [lapse[0] for lapse in soon(role=Role.STREET, area_code=STREET)] == [here.id]
