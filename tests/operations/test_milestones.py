import pytest

from directory.db import db, transaction
from directory.errors import Forbidden, Invalid, NotFound
from directory.models.engagement import Milestone
from directory.operations import milestones
from directory.rules.lifecycle import NotAllowed
from directory.rules.work import EngagementState, MilestoneState
from tests.factories import NOW
from tests.operations import agreed
from tests.operations.agreed import at_once, events, told

MET = {"每户都问过一遍": True, "规则张贴在门口": True}
PENDING, DELIVERED, ACCEPTED = MilestoneState


@pytest.fixture
def work(app):
    return agreed.work()


def step(work, place=0):
    return db.session.get(Milestone, work.now.milestones[place].id, populate_existing=True)


def stand(work, state, place=0):
    with transaction():
        work.now.milestones[place].state = state


def test_a_step_is_delivered_and_the_neighbourhood_is_told(work):
    milestones.deliver(step(work, 1), note="问卷收齐了，找王女士 13800138000", by=work.provider, now=NOW)
    assert step(work, 1).state is DELIVERED
    assert "13800138000" not in step(work, 1).note
    assert told(work.neighbour) == ["milestone_delivered"]
    assert events(f"Engagement:{work.id}") == ["milestone:deliver"]


def test_a_step_is_accepted_sentence_by_sentence(work):
    stand(work, DELIVERED)
    milestones.accept(step(work), met=MET, by=work.neighbour, now=NOW)
    assert (step(work).state, step(work).checked) == (ACCEPTED, MET)
    assert told(work.provider) == ["milestone_accepted"]


def test_the_provider_is_told_when_no_step_is_left(work):
    for place in range(3):
        stand(work, ACCEPTED if place else DELIVERED, place)
    milestones.accept(step(work), met=MET, by=work.neighbour, now=NOW)
    assert told(work.provider) == ["milestones_accepted"]


@pytest.mark.parametrize("met", [{}, {"每户都问过一遍": True}, MET | {"别的": True}])
def test_of_every_sentence_it_is_said_whether_it_was_met(work, met):
    stand(work, DELIVERED)
    with pytest.raises(Invalid) as wrong:
        milestones.accept(step(work), met=met, by=work.neighbour, now=NOW)
    assert wrong.value.field == "met"


def test_what_was_not_met_is_accepted_only_in_words(work):
    stand(work, DELIVERED)
    unmet = MET | {"规则张贴在门口": False}
    with pytest.raises(Invalid) as wrong:
        milestones.accept(step(work), met=unmet, note="  ", by=work.neighbour, now=NOW)
    assert (wrong.value.field, wrong.value.rule) == ("note", "not_met")
    milestones.accept(step(work), met=unmet, note="门口在施工，下月张贴", by=work.neighbour, now=NOW)
    assert (step(work).checked, step(work).note) == (unmet, "门口在施工，下月张贴")


def test_a_step_given_back_can_be_delivered_again(work):
    stand(work, DELIVERED)
    with pytest.raises(Invalid):
        milestones.give_back(step(work), reason="", by=work.neighbour, now=NOW)
    milestones.give_back(step(work), reason="少了三户", by=work.neighbour, now=NOW)
    assert (step(work).state, step(work).note) == (PENDING, "少了三户")
    assert told(work.provider) == ["milestone_returned"]
    milestones.deliver(step(work), by=work.provider, now=NOW)
    assert step(work).state is DELIVERED


def test_a_step_given_back_after_all_was_delivered_lets_the_work_run_again(app):
    work = agreed.work(EngagementState.DELIVERED)
    stand(work, DELIVERED)
    milestones.give_back(step(work), reason="少了三户", by=work.neighbour, now=NOW)
    assert work.now.state is EngagementState.RUNNING
    assert events(f"Engagement:{work.id}") == ["milestone:return", "engagement:return"]


def test_steps_are_accepted_in_any_order_also_after_all_was_delivered(app):
    work = agreed.work(EngagementState.DELIVERED)
    stand(work, DELIVERED, 2)
    milestones.accept(step(work, 2), met=MET, by=work.neighbour, now=NOW)
    assert step(work, 2).state is ACCEPTED


ACTS = {
    "deliver": lambda it, by: milestones.deliver(it, by=by, now=NOW),
    "accept": lambda it, by: milestones.accept(it, met=MET, by=by, now=NOW),
    "return": lambda it, by: milestones.give_back(it, reason="再改", by=by, now=NOW),
}


@pytest.mark.parametrize("act", ACTS)
def test_only_the_side_whose_step_it_is_takes_it(work, act):
    stand(work, PENDING if act == "deliver" else DELIVERED)
    for actor in work.outsiders if act == "deliver" else (work.provider, *work.strangers):
        with pytest.raises(Forbidden):
            ACTS[act](step(work), actor)


@pytest.mark.parametrize("state", [PENDING, DELIVERED, ACCEPTED])
@pytest.mark.parametrize("act", ACTS)
def test_a_step_in_a_wrong_state_names_both(work, act, state):
    stand(work, state)
    actor = work.provider if act == "deliver" else work.neighbour
    source = PENDING if act == "deliver" else DELIVERED
    if state is source:
        ACTS[act](step(work), actor)
        return
    with pytest.raises(NotAllowed) as refused:
        ACTS[act](step(work), actor)
    assert (refused.value.state, refused.value.sources) == (state, (source,))


@pytest.mark.parametrize("state", [s for s in EngagementState if s is not EngagementState.RUNNING])
def test_nothing_is_delivered_where_the_work_does_not_run(app, state):
    work = agreed.work(state)
    stand(work, PENDING)
    with pytest.raises(NotAllowed) as refused:
        milestones.deliver(step(work), by=work.provider, now=NOW)
    assert (refused.value.state, refused.value.sources) == (state, (EngagementState.RUNNING,))


def test_accepting_and_giving_back_at_once_is_one_of_them(app, work):
    stand(work, DELIVERED)
    number = step(work).id

    def accept():
        found = milestones.get(number, by=work.neighbour)
        milestones.accept(found, met=MET, by=work.neighbour, now=NOW)

    def give_back():
        found = milestones.get(number, by=work.neighbour)
        milestones.give_back(found, reason="再改", by=work.neighbour, now=NOW)

    assert at_once(app, accept, give_back) == ["NotAllowed", "done"]
    assert len(events(f"Engagement:{work.id}")) == 1


def test_a_step_of_others_is_refused_and_none_is_not_found(work):
    with pytest.raises(Forbidden):
        milestones.get(step(work).id, by=work.strangers[0])
    with pytest.raises(NotFound):
        milestones.get(999, by=work.neighbour)
