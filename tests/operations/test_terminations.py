import pytest

from directory.db import db, transaction
from directory.errors import Forbidden, Invalid
from directory.models.need import Need
from directory.operations import signing_off, terminations
from directory.operations.terminations import AllAccepted
from directory.rules.engagements import TERMINATIONS
from directory.rules.lifecycle import EntryState, NotAllowed
from directory.rules.work import EngagementState, MilestoneState, NeedState
from tests import factories_work
from tests.factories import NOW
from tests.operations import agreed
from tests.operations.agreed import OTHER_NEIGHBOURHOOD, at_once, events, get, told

UNFINISHED = (EngagementState.AGREED, EngagementState.RUNNING, EngagementState.DELIVERED)


def end(work, by, reason="no_funds", note="经费没有批下来", **more):
    with transaction():
        terminations.terminate(get(work, by), reason=reason, note=note, drafted=None, by=by, now=NOW, **more)


def leave_one(work):
    """The last step is not accepted yet."""
    with transaction():
        work.now.milestones[2].state = MilestoneState.DELIVERED


def need_state(work):
    return db.session.get(Need, work.now.need_id, populate_existing=True).state


@pytest.mark.parametrize("state", UNFINISHED)
@pytest.mark.parametrize("side", ["provider", "neighbour"])
def test_either_side_ends_unfinished_work_and_the_need_is_open_again(app, state, side):
    work = agreed.work(state)
    leave_one(work)
    end(work, getattr(work, side))
    now = work.now
    assert (now.state, now.reason, now.note) == (EngagementState.TERMINATED, "no_funds", "经费没有批下来")
    assert need_state(work) is NeedState.OPEN
    assert told(work.neighbour if side == "provider" else work.provider) == ["engagement_terminated"]


def test_the_neighbourhood_may_say_that_nobody_can_meet_the_need(app):
    work = agreed.work()
    end(work, work.neighbour, unmet="too_dear")
    need = db.session.get(Need, work.now.need_id)
    assert (need.state, need.reason) == (NeedState.UNMET, "too_dear")
    assert events(f"Need:{need.id}") == ["need:reopen", "need:give_up"]


def test_the_provider_does_not_say_what_becomes_of_the_need(app):
    work = agreed.work()
    with pytest.raises(Forbidden):
        end(work, work.provider, unmet="too_dear")
    assert need_state(work) is NeedState.IN_SERVICE


def test_those_who_joined_the_need_learn_that_it_ended(app):
    work = agreed.work()
    with transaction():
        factories_work.joining(db.session.get(Need, work.now.need_id), OTHER_NEIGHBOURHOOD)
    end(work, work.neighbour)
    assert told(work.strangers[1]) == ["joined_ended"]


@pytest.mark.parametrize("state", [EngagementState.SIGNED_OFF, EngagementState.TERMINATED])
def test_what_is_over_does_not_end_again(app, state):
    work = agreed.work(state)
    with pytest.raises(NotAllowed) as refused:
        end(work, work.neighbour)
    assert (refused.value.state, set(refused.value.sources)) == (state, set(UNFINISHED))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": "because"}, "reason"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 100_000}, "reason"),
        ({"note": "  "}, "note"),
        ({"note": "长" * 501}, "note"),
        ({"unmet": "who knows"}, "unmet"),
    ],
)
def test_an_end_says_why_by_a_code_and_in_words(app, said, field):
    work = agreed.work()
    with pytest.raises(Invalid) as wrong:
        end(work, work.neighbour, **said)
    assert wrong.value.field == field
    assert work.now.state is EngagementState.RUNNING


def test_that_the_provider_is_suspended_is_a_reason_only_where_it_is(app):
    work = agreed.work()
    with pytest.raises(Invalid):
        end(work, work.neighbour, reason=terminations.SUSPENDED)
    with transaction():
        entry = agreed.entry_of(work)
        entry.state, entry.reason = EntryState.SUSPENDED, "grade"
    assert terminations.reasons_open(work.now) == TERMINATIONS
    end(work, work.neighbour, reason=terminations.SUSPENDED)
    assert work.now.reason == "provider_suspended"


def test_those_who_are_no_party_end_nothing(app):
    work = agreed.work()
    for actor in work.strangers:
        with pytest.raises(Forbidden):
            terminations.terminate(work.now, reason="other", note="不", drafted=None, by=actor, now=NOW)


def test_both_sides_ending_at_once_is_one_end(app):
    work = agreed.work()
    assert at_once(app, lambda: end(work, work.neighbour), lambda: end(work, work.provider)) == ["NotAllowed", "done"]


def test_ending_and_signing_off_at_once_is_one_of_them(app):
    work = agreed.work(EngagementState.DELIVERED)

    def sign():
        signing_off.sign_off(get(work, work.neighbour), by=work.neighbour, now=NOW)

    ends = at_once(app, lambda: end(work, work.provider), sign)
    assert ends in (["AllAccepted", "done"], ["NotAllowed", "done"])
    assert work.now.state is EngagementState.SIGNED_OFF


@pytest.mark.parametrize("state", [EngagementState.RUNNING, EngagementState.DELIVERED])
@pytest.mark.parametrize("side", ["provider", "neighbour"])
def test_neither_side_ends_work_whose_every_step_was_accepted_to_dodge_its_review(app, state, side):
    work = agreed.work(state)
    with transaction():
        for step in work.now.milestones:
            step.state = MilestoneState.ACCEPTED
    with pytest.raises(AllAccepted):
        end(work, getattr(work, side))
    assert work.now.state is state


def test_work_without_a_need_ends_as_well_and_a_phone_number_is_masked(app):
    work = agreed.work(with_need=False)
    end(work, work.neighbour, note="找 13800138000 说过")
    assert work.now.note == "找 ［手机号］ 说过"
