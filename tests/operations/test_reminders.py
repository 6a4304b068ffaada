from datetime import date, timedelta

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.models.notice import Notice
from directory.models.organisation import Fact
from directory.operations import parameters, reminders
from directory.rules.calendar import months_later
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import EntryState
from directory.rules.roles import Role
from tests import factories
from tests.factories_rules import six

CONFIRMED = date(2026, 8, 31)
DUE = date(2027, 2, 28)  # six months on, the last day of a shorter month
DAY = date(2026, 11, 24)


@pytest.fixture
def kept(app):
    """An organisation with something listed, confirmed on CONFIRMED, and the accounts that keep it."""
    with transaction():
        factories.taxonomy()
        made = factories.organisation(1, confirmed_on=CONFIRMED)
        factories.entry(made)
        owner, editor = (factories.account(role, organisation_id=made.id) for role in (Role.OWNER, Role.EDITOR))
        factories.account(Role.EDITOR, organisation_id=made.id, active=False)
        factories.account(Role.DISTRICT)
    return made.id, [owner.id, editor.id]


def told(kind):
    return list(db.session.scalars(select(Notice).filter_by(kind=kind).order_by(Notice.id)))


def confirm_reminders(day):
    with transaction():
        return reminders.profiles(day, parameters.in_force().periods, now=six(day))


def gate_warnings(day):
    with transaction():
        return reminders.gates(day, parameters.in_force(), now=six(day))


def test_profiles_are_due_six_months_on():
    assert months_later(CONFIRMED, 6) == DUE


@pytest.mark.parametrize(
    ("days", "reminded"), [(29, 0), (28, 1), (27, 0), (15, 0), (14, 1), (13, 0), (1, 0), (0, 1), (-1, 0)]
)
def test_a_profile_is_reminded_of_four_and_two_weeks_before_and_on_the_day(kept, days, reminded):
    assert confirm_reminders(DUE - timedelta(days=days)) == reminded
    assert [notice.account_id for notice in told("profile_due")] == kept[1] * reminded


def test_a_reminder_says_when_and_how_long_and_is_given_once(kept):
    day = DUE - timedelta(days=14)
    confirm_reminders(day), confirm_reminders(day)
    first, _ = told("profile_due")
    assert first.facts == {"due": "2027-02-28", "days": "14"}
    assert first.once == f"profile:{kept[0]}:2027-02-28:14"
    assert first.link.startswith("/organisation/")


def test_whose_profile_was_never_confirmed_or_is_kept_by_nobody_is_not_reminded(app):
    with transaction():
        factories.taxonomy()
        factories.account(Role.OWNER, organisation_id=factories.organisation(1).id)
        factories.organisation(2, confirmed_on=CONFIRMED)
    assert confirm_reminders(DUE) == 0


@pytest.mark.parametrize(("days", "warned"), [(61, 0), (60, 1), (1, 1), (0, 0)])
def test_a_gate_that_will_close_is_told_of_within_sixty_days(kept, days, warned):
    """It closes the day after the grade's last; once closed, suspension speaks for itself."""
    closes = DAY + timedelta(days=days)
    with transaction():
        grade = db.session.scalars(select(Fact).filter_by(kind=FactKind.GRADE)).one()
        grade.until = closes - timedelta(days=1)
    assert gate_warnings(DAY) == warned
    said = [notice.facts for notice in told("gate_lapsing")]
    assert said == [{"gate": "grade", "on": closes.isoformat()}] * 2 * warned


def test_a_gate_is_told_of_once_for_each_date_to_whoever_keeps_the_record_then(kept):
    with transaction():
        grade = db.session.scalars(select(Fact).filter_by(kind=FactKind.GRADE)).one()
        grade.until = DAY + timedelta(days=20)
    assert (gate_warnings(DAY), gate_warnings(DAY), gate_warnings(DAY + timedelta(days=1))) == (1, 0, 0)
    assert [notice.account_id for notice in told("gate_lapsing")] == kept[1]
    with transaction():
        late = factories.account(Role.EDITOR, organisation_id=kept[0]).id
    assert gate_warnings(DAY + timedelta(days=2)) == 1
    assert [notice.account_id for notice in told("gate_lapsing")] == [*kept[1], late]


def test_a_grade_that_another_follows_warns_of_nothing(kept):
    with transaction():
        grade = db.session.scalars(select(Fact).filter_by(kind=FactKind.GRADE)).one()
        grade.until = DAY + timedelta(days=20)
        factories.fact(grade.organisation, FactKind.GRADE, "3A", DAY + timedelta(days=21), DAY + timedelta(days=999))
    assert gate_warnings(DAY) == 0


def test_the_annual_check_to_come_is_told_of_before_it_is_due(kept):
    assert gate_warnings(date(2027, 5, 1)) == 0
    assert gate_warnings(date(2027, 5, 2)) == 1
    assert told("gate_lapsing")[0].facts == {"gate": "annual_check", "on": "2027-07-01"}


def test_who_has_nothing_listed_is_warned_of_nothing(app):
    with transaction():
        factories.taxonomy()
        made = factories.organisation(1)
        factories.account(Role.OWNER, organisation_id=made.id)
        factories.entry(made, state=EntryState.SUSPENDED, reason="grade")
    assert gate_warnings(date(2027, 5, 3)) == 0
