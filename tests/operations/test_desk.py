from datetime import date

import pytest

from directory.errors import Forbidden
from directory.operations import desk, offers, parameters
from directory.operations.desk import Task
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import ApplicationState, EntryState, VersionState
from directory.rules.roles import Role
from directory.rules.work import NeedState
from tests import factories, factories_work
from tests import factories_applications as made_of
from tests.factories import GOOD_STANDING

TODAY = date(2026, 11, 23)


@pytest.fixture
def home(app):
    factories.taxonomy()
    return factories.organisation(confirmed_on=TODAY)


@pytest.fixture
def editor(home):
    return factories.actor(Role.EDITOR, organisation_id=home.id)


def waiting(home, editor, on=TODAY):
    kept, rules = offers.kept(home, by=editor), parameters.in_force()
    return [(w.task, w.due) for w in desk.waiting(home, kept, rules=rules, by=editor, on=on)]


def test_nothing_waits_where_all_is_in_order(home, editor):
    factories.entry(home)
    assert waiting(home, editor) == []


def test_each_thing_that_waits_is_told_with_its_day_the_earliest_first(home, editor):
    home.confirmed_on = date(2026, 5, 30)
    made_of.application(made_of.offer(home), state=ApplicationState.RETURNED, reason="请补充")
    notice = made_of.application(made_of.offer(home), state=ApplicationState.PUBLICITY)
    made_of.application(made_of.offer(home))
    made_of.pending(factories.entry(home).service, state=VersionState.RETURNED, reason="请补充")
    made_of.offer(home)
    lapsed = factories.entry(home, state=EntryState.SUSPENDED, reason="grade_lapsed")
    lapsed.cure_until = date(2026, 12, 24)
    assert waiting(home, editor) == [
        (Task.CONFIRM, date(2026, 11, 30)),
        (Task.PUBLICITY, notice.publicity_until),
        (Task.CURE, date(2026, 12, 24)),
        (Task.RETURNED_APPLICATION, None),
        (Task.RETURNED_VERSION, None),
        (Task.DRAFT_APPLICATION, None),
        (Task.DRAFT_VERSION, None),
    ]


@pytest.mark.parametrize(("confirmed", "asked"), [("2026-06-22", False), ("2026-06-21", True), (None, True)])
def test_the_profile_is_asked_for_from_the_first_reminder_on(home, editor, confirmed, asked):
    home.confirmed_on = date.fromisoformat(confirmed) if confirmed else None
    assert (Task.CONFIRM in [task for task, _ in waiting(home, editor)]) is asked


def test_a_gate_that_will_lapse_is_told_before(app):
    factories.taxonomy()
    facts = [f for f in GOOD_STANDING if f[0] is not FactKind.GRADE]
    facts.append((FactKind.GRADE, "3A", date(2022, 1, 1), date(2026, 12, 31)))
    home = factories.organisation(facts=facts, confirmed_on=TODAY)
    editor = factories.actor(Role.EDITOR, organisation_id=home.id)
    assert waiting(home, editor) == [(Task.LAPSING, date(2027, 1, 1))]


def test_another_organisations_desk_is_closed(home, editor):
    other = factories.organisation(2)
    with pytest.raises(Forbidden):
        desk.waiting(other, [], rules=parameters.in_force(), by=editor, on=TODAY)


def test_an_invitation_waits_until_it_is_answered(home, editor):
    need = factories_work.need(state=NeedState.SHORTLISTED)
    invitation = factories_work.invitation(need, factories.entry(home))
    assert waiting(home, editor) == [(Task.INVITATION, date(2026, 11, 30))]
    factories_work.proposal(invitation)
    assert waiting(home, editor) == []
