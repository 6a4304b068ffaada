"""A provider suspended, or out of the catalogue, at each state of the work it is asked for or does."""

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.models.application import Application
from directory.models.notice import Notice
from directory.operations import engagements, entries, milestones, signing_off, terminations
from directory.policy import OPERATOR
from directory.rules.lifecycle import ApplicationState, EntryState, VersionState
from directory.rules.roles import Role
from directory.rules.work import EngagementState, InvitationState, MilestoneState, NeedState
from tests import factories, factories_applications, factories_work
from tests.factories import NOW
from tests.operations import agreed
from tests.operations.agreed import entry_of, get, told

STEPS = {
    "suspend": (lambda entry: entries.suspend(entry, reason="grade", by=OPERATOR, now=NOW), EntryState.SUSPENDED),
    "exit": (lambda entry: entries.remove(entry, reason="removed", by=OPERATOR, now=NOW), EntryState.EXITED),
}
step = pytest.mark.parametrize("step", STEPS)


def interrupt(entry_id, step):
    with transaction():
        STEPS[step][0](entries.get(entry_id))


@step
@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (InvitationState.SENT, ["invited_interrupted"]),
        (InvitationState.PROPOSED, ["invited_interrupted"]),
        (InvitationState.DECLINED, []),
        (InvitationState.LAPSED, []),
        (InvitationState.NOT_CHOSEN, []),
    ],
)
def test_a_neighbourhood_that_asked_it_learns_so_while_that_is_open(app, step, state, kinds):
    with transaction():
        factories.taxonomy()
        entry, other = factories.entry(factories.organisation(1)), factories.entry(factories.organisation(2))
        need = factories_work.need(state=NeedState.SHORTLISTED)
        made = factories_work.invitation(need, entry, state=state)
        factories_work.invitation(need, other)
        if state is InvitationState.PROPOSED:
            factories_work.proposal(made)
        neighbour, entry_id, need_id = factories_work.neighbour().id, entry.id, need.id
    interrupt(entry_id, step)
    notices = db.session.scalars(select(Notice).filter_by(account_id=neighbour)).all()
    assert [notice.kind for notice in notices] == kinds
    assert {notice.link for notice in notices} <= {f"/neighbourhood/needs/{need_id}"}
    assert made.state is state


@step
@pytest.mark.parametrize("state", [EngagementState.AGREED, EngagementState.RUNNING, EngagementState.DELIVERED])
def test_both_sides_of_unfinished_work_learn_so_and_it_stands_as_it_did(app, step, state):
    work = agreed.work(state)
    interrupt(work.entry_id, step)
    assert told(work.neighbour) == ["work_interrupted"]
    assert told(work.provider) == [f"entry_{step}", "own_work_interrupted"]
    notice = db.session.scalars(select(Notice).filter_by(account_id=work.neighbour.id)).one()
    assert notice.link == f"/engagements/{work.id}"
    assert (work.now.state, entry_of(work).state) == (state, STEPS[step][1])


@step
@pytest.mark.parametrize("state", [EngagementState.SIGNED_OFF, EngagementState.TERMINATED])
def test_of_work_that_is_over_nobody_hears(app, step, state):
    work = agreed.work(state)
    interrupt(work.entry_id, step)
    assert told(work.neighbour) == []
    assert told(work.provider) == [f"entry_{step}"]
    assert work.now.state is state


def test_other_work_of_the_same_provider_is_not_spoken_of(app):
    work = agreed.work()
    with transaction():
        other = factories.entry(work.now.organisation, name="别的服务").id
    interrupt(other, "suspend")
    assert told(work.neighbour) == []


@step
def test_work_goes_on_to_its_end_with_a_provider_that_is_not_listed(app, step):
    work = agreed.work(EngagementState.AGREED)
    interrupt(work.entry_id, step)
    engagements.start(get(work, work.provider), by=work.provider, now=NOW)
    for milestone in list(work.now.milestones):
        milestones.deliver(milestone, by=work.provider, now=NOW)
        met = dict.fromkeys(work.now.acceptance, True)
        milestones.accept(milestone, met=met, by=work.neighbour, now=NOW)
    assert {milestone.state for milestone in work.now.milestones} == {MilestoneState.ACCEPTED}
    signing_off.deliver(get(work, work.provider), by=work.provider, now=NOW)
    signing_off.sign_off(get(work, work.neighbour), by=work.neighbour, now=NOW)
    assert work.now.state is EngagementState.SIGNED_OFF
    assert told(work.neighbour)[-1] == told(work.provider)[-1] == "review_open"


@step
@pytest.mark.parametrize("state", [EngagementState.AGREED, EngagementState.RUNNING, EngagementState.DELIVERED])
def test_work_is_ended_for_that_reason_at_each_state(app, step, state):
    work = agreed.work(state)
    interrupt(work.entry_id, step)
    with transaction():
        work.now.milestones[-1].state = MilestoneState.DELIVERED  # where each was accepted there is nothing to end
        reason = terminations.SUSPENDED
        terminations.terminate(
            get(work, work.neighbour), reason=reason, note="换一家", drafted=None, by=work.neighbour, now=NOW
        )
    assert work.now.reason == "provider_suspended"


def test_both_sides_of_unfinished_work_learn_that_it_came_back(app):
    work = agreed.work()
    interrupt(work.entry_id, "suspend")
    with transaction():
        entries.restore(entries.get(work.entry_id), by=OPERATOR, now=NOW)
    assert told(work.neighbour) == ["work_interrupted", "work_restored"]
    assert told(work.provider)[2:] == ["entry_restore", "own_work_restored"]


@step
def test_a_neighbourhood_that_asked_it_learns_that_it_was_listed_anew(app, step):
    with transaction():
        factories.taxonomy()
        entry = factories.entry(factories.organisation(1))
        factories_work.invitation(factories_work.need(state=NeedState.SHORTLISTED), entry)
        neighbour = factories_work.neighbour().id
        version = factories_applications.pending(entry.service, state=VersionState.WAITING)
        application = factories_applications.application(version, state=ApplicationState.PUBLICITY)
        application_id, entry_id = application.id, entry.id
    interrupt(entry_id, step)
    with transaction():
        application = db.session.get_one(Application, application_id)
        entries.enter(application, assessed=None, by=OPERATOR, now=NOW)
    kinds = db.session.scalars(select(Notice.kind).filter_by(account_id=neighbour).order_by(Notice.id)).all()
    assert kinds == ["invited_interrupted", "invited_restored"]


def test_those_who_are_no_party_hear_nothing(app):
    work = agreed.work()
    with transaction():
        street = factories.actor(Role.STREET)
    interrupt(work.entry_id, "suspend")
    for actor in (street, *work.strangers):
        assert told(actor) == []
