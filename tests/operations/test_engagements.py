import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.errors import Conflict, Forbidden, Invalid, NotFound
from directory.models.engagement import Milestone
from directory.models.need import Need
from directory.models.notice import Notice
from directory.models.reputation import Reputation
from directory.operations import engagements, signing_off
from directory.operations.signing_off import StepsLeft
from directory.rules.lifecycle import NotAllowed
from directory.rules.work import EngagementState, MilestoneState, NeedState
from tests import factories_work
from tests.factories import NOW
from tests.operations import agreed
from tests.operations.agreed import OTHER_NEIGHBOURHOOD, at_once, events, get, told

STATES = tuple(EngagementState)


def need_of(work):
    return db.session.get(Need, work.now.need_id, populate_existing=True)


def every_step(work, state):
    for milestone in work.now.milestones:
        milestone.state = state
    db.session.commit()


def test_it_runs_once_the_provider_confirms_and_its_need_is_in_service(app):
    work = agreed.work(EngagementState.AGREED)
    engagements.start(get(work, work.provider), by=work.provider, now=NOW)
    assert (work.now.state, need_of(work).state) == (EngagementState.RUNNING, NeedState.IN_SERVICE)
    assert told(work.neighbour) == ["engagement_started"]
    assert events(f"Engagement:{work.id}") == ["engagement:start"]


def test_those_who_joined_the_need_learn_that_it_runs_and_nothing_of_the_terms(app):
    work = agreed.work(EngagementState.AGREED)
    factories_work.joining(need_of(work), OTHER_NEIGHBOURHOOD)
    joined = work.strangers[1]
    engagements.start(get(work, work.provider), by=work.provider, now=NOW)
    notice = db.session.scalars(select(Notice).filter_by(account_id=joined.id)).one()
    assert (notice.kind, notice.link) == ("joined_started", f"/needs/{work.now.need_id}")
    assert notice.facts.keys() == {"organisation", "need"}


STEPS = {
    "start": (engagements.start, {}, "provider", {EngagementState.AGREED}),
    "deliver": (signing_off.deliver, {}, "provider", {EngagementState.RUNNING}),
    "return": (signing_off.give_back, {"reason": "还有一户没问"}, "neighbour", {EngagementState.DELIVERED}),
    "sign_off": (signing_off.sign_off, {}, "neighbour", {EngagementState.RUNNING, EngagementState.DELIVERED}),
}


@pytest.mark.parametrize("step", STEPS)
def test_only_the_side_whose_step_it_is_takes_it(app, step):
    act, said, side, _ = STEPS[step]
    work = agreed.work()
    wrong = work.outsiders if side == "provider" else (work.provider, *work.strangers)
    for actor in wrong:
        with pytest.raises(Forbidden):
            act(work.now, by=actor, now=NOW, **said)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_from_a_wrong_state_names_both(app, step, state):
    act, said, side, sources = STEPS[step]
    work = agreed.work(state)
    every_step(work, MilestoneState.ACCEPTED)
    if state in sources:
        act(work.now, by=getattr(work, side), now=NOW, **said)
        assert work.now.state is not state
        return
    with pytest.raises(NotAllowed) as refused:
        act(work.now, by=getattr(work, side), now=NOW, **said)
    assert (refused.value.state, set(refused.value.sources)) == (state, sources)


def test_all_is_delivered_only_when_each_step_is(app):
    work = agreed.work()
    with pytest.raises(StepsLeft) as left:
        signing_off.deliver(get(work, work.provider), by=work.provider, now=NOW)
    assert left.value.names == ("第1步", "第2步", "第3步")
    every_step(work, MilestoneState.DELIVERED)
    signing_off.deliver(get(work, work.provider), note="都做完了，电话 13800138000", by=work.provider, now=NOW)
    assert (work.now.state, told(work.neighbour)) == (EngagementState.DELIVERED, ["engagement_delivered"])
    assert "13800138000" not in work.now.note


def test_what_is_given_back_runs_again_with_the_reason(app):
    work = agreed.work(EngagementState.DELIVERED)
    with pytest.raises(Invalid):
        signing_off.give_back(get(work, work.neighbour), reason=" ", by=work.neighbour, now=NOW)
    signing_off.give_back(get(work, work.neighbour), reason="门口没张贴", by=work.neighbour, now=NOW)
    assert (work.now.state, work.now.note) == (EngagementState.RUNNING, "门口没张贴")
    assert told(work.provider) == ["engagement_returned"]


def test_it_is_signed_off_only_when_each_step_is_accepted(app):
    work = agreed.work(EngagementState.DELIVERED)
    every_step(work, MilestoneState.DELIVERED)
    with pytest.raises(StepsLeft):
        signing_off.sign_off(get(work, work.neighbour), by=work.neighbour, now=NOW)
    assert work.now.signed_off_at is None


def test_signed_off_work_counts_as_finished_its_need_is_done_and_both_may_review(app):
    work = agreed.work(EngagementState.DELIVERED)
    signing_off.sign_off(get(work, work.neighbour), by=work.neighbour, now=NOW)
    assert (work.now.signed_off_at, need_of(work).state) == (NOW, NeedState.COMPLETED)
    sums = db.session.get(Reputation, (work.now.organisation_id, work.now.category_id))
    assert sums.finished == 1
    for actor in (work.provider, work.neighbour):
        notice = db.session.scalars(select(Notice).filter_by(account_id=actor.id)).one()
        assert (notice.kind, notice.link) == ("review_open", f"/engagements/{work.id}/review")
        assert notice.facts["until"] == "2027-01-22"


def test_of_two_who_sign_off_at_once_one_does(app):
    work = agreed.work(EngagementState.DELIVERED)

    def sign():
        signing_off.sign_off(get(work, work.neighbour), by=work.neighbour, now=NOW)

    assert at_once(app, sign, sign) == ["NotAllowed", "done"]
    assert db.session.scalars(select(Reputation.finished)).all() == [1]


def test_signing_off_and_giving_back_at_once_ends_signed_off(app):
    work = agreed.work(EngagementState.DELIVERED)
    ends = at_once(
        app,
        lambda: signing_off.sign_off(get(work, work.neighbour), by=work.neighbour, now=NOW),
        lambda: signing_off.give_back(get(work, work.neighbour), reason="再看看", by=work.neighbour, now=NOW),
    )
    assert ends in (
        ["NotAllowed", "done"],
        ["done", "done"],
    )  # what was accepted throughout can be signed when given back
    assert work.now.state is EngagementState.SIGNED_OFF


def test_the_neighbourhood_signs_off_accepted_work_that_the_provider_never_delivered_as_a_whole(app):
    work = agreed.work(EngagementState.RUNNING)
    with pytest.raises(StepsLeft):
        signing_off.sign_off(get(work, work.neighbour), by=work.neighbour, now=NOW)
    every_step(work, MilestoneState.ACCEPTED)
    signing_off.sign_off(get(work, work.neighbour), by=work.neighbour, now=NOW)
    assert (work.now.state, need_of(work).state) == (EngagementState.SIGNED_OFF, NeedState.COMPLETED)


def test_work_without_a_need_goes_the_same_way(app):
    work = agreed.work(EngagementState.AGREED, with_need=False)
    engagements.start(get(work, work.provider), by=work.provider, now=NOW)
    every_step(work, MilestoneState.ACCEPTED)
    signing_off.deliver(get(work, work.provider), by=work.provider, now=NOW)
    signing_off.sign_off(get(work, work.neighbour), by=work.neighbour, now=NOW)
    assert work.now.state is EngagementState.SIGNED_OFF


def test_a_need_that_does_not_stand_as_it_should_stops_the_step(app):
    work = agreed.work(EngagementState.AGREED)
    with transaction():
        need_of(work).state = NeedState.OPEN
    with pytest.raises(Conflict), transaction():
        engagements.start(get(work, work.provider), by=work.provider, now=NOW)
    assert work.now.state is EngagementState.AGREED


def test_what_is_not_there_is_not_found_and_what_is_not_theirs_is_refused(app):
    work = agreed.work()
    with pytest.raises(NotFound):
        engagements.get(work.id + 1, by=work.neighbour)
    for actor in work.strangers[:2]:
        with pytest.raises(Forbidden):
            get(work, actor)


def test_a_note_of_any_size_is_refused_in_words(app):
    work = agreed.work()
    every_step(work, MilestoneState.DELIVERED)
    with pytest.raises(Invalid) as wrong:
        signing_off.deliver(get(work, work.provider), note="长" * 200_000, by=work.provider, now=NOW)
    assert (wrong.value.field, wrong.value.rule) == ("note", "too_long")
    assert db.session.scalars(select(Milestone.state).distinct()).all() == [MilestoneState.DELIVERED]
