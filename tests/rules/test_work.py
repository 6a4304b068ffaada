"""Every step from every state, from a need to its reviews: what is not written here is refused."""

import pytest

from directory.rules import work
from directory.rules.lifecycle import Lifecycle, NotAllowed
from directory.rules.work import ENGAGEMENTS, NEEDS, EngagementState, NeedState

# step: the states it starts from → the state it leads to
EXPECTED = {
    "NEEDS": {
        "confirm": ("draft", "open"),
        "hand_off": ("draft open", "closed"),
        "invite": ("open shortlisted", "shortlisted"),
        "award": ("open shortlisted", "awarded"),
        "start": ("awarded", "in_service"),
        "complete": ("in_service", "completed"),
        "close": ("completed", "closed"),
        "reopen": ("shortlisted awarded in_service unmet", "open"),
        "give_up": ("open shortlisted", "unmet"),
        "withdraw": ("draft open shortlisted", "withdrawn"),
    },
    "INVITATIONS": {
        "propose": ("sent proposed", "proposed"),
        "decline": ("sent proposed", "declined"),
        "lapse": ("sent", "lapsed"),
        "award": ("proposed", "awarded"),
        "pass_over": ("sent proposed", "not_chosen"),
        "recall": ("sent proposed", "recalled"),
    },
    "ENGAGEMENTS": {
        "start": ("agreed", "running"),
        "deliver": ("running", "delivered"),
        "return": ("delivered", "running"),
        "sign_off": ("running delivered", "signed_off"),
        "terminate": ("agreed running delivered", "terminated"),
    },
    "MILESTONES": {
        "deliver": ("pending", "delivered"),
        "return": ("delivered", "pending"),
        "accept": ("delivered", "accepted"),
    },
    "TERMS": {"accept": ("open", "accepted"), "refuse": ("open", "refused"), "withdraw": ("open", "withdrawn")},
    "REVIEWS": {"publish": ("sealed", "published"), "hide": ("published", "hidden")},
    "REPORTS": {"keep": ("open", "kept"), "hide": ("open", "hidden")},
}
KNOWN: dict[str, Lifecycle] = {name: it for name, it in vars(work).items() if isinstance(it, Lifecycle)}
STEPS = [
    (name, step, state)
    for name, known in KNOWN.items()
    for step, (_, target) in known.steps.items()
    for state in type(target)
]


def test_every_lifecycle_and_step_is_written_here():
    assert {name: set(known.steps) for name, known in KNOWN.items()} == {
        name: set(steps) for name, steps in EXPECTED.items()
    }


@pytest.mark.parametrize(("name", "step", "state"), STEPS)
def test_each_step_from_each_state(name, step, state):
    sources, target = EXPECTED[name][step]
    if state in sources.split():
        assert KNOWN[name].after(step, state) == target
        assert step in KNOWN[name].open_to(state)
        return
    with pytest.raises(NotAllowed) as refused:
        KNOWN[name].after(step, state)
    assert (refused.value.step, refused.value.state, refused.value.status) == (step, state, 409)
    assert set(refused.value.sources) == set(sources.split())
    assert str(refused.value).startswith(f"cannot {step} from {state}, only from ")
    assert step not in KNOWN[name].open_to(state)


@pytest.mark.parametrize(
    ("name", "ended"),
    [
        ("NEEDS", {"closed", "withdrawn"}),
        ("INVITATIONS", {"declined", "lapsed", "awarded", "not_chosen", "recalled"}),
        ("ENGAGEMENTS", {"signed_off", "terminated"}),
        ("MILESTONES", {"accepted"}),
        ("TERMS", {"accepted", "refused", "withdrawn"}),
        ("REVIEWS", {"hidden"}),
        ("REPORTS", {"kept", "hidden"}),
    ],
)
def test_what_has_ended_goes_nowhere(name, ended):
    states = type(next(iter(KNOWN[name].steps.values()))[1])
    assert {state for state in states if not KNOWN[name].open_to(state)} == ended


def test_a_need_can_be_met_step_by_step():
    state = NeedState.DRAFT
    for step in ("confirm", "invite", "award", "start", "complete", "close"):
        state = NEEDS.after(step, state)
    assert state is NeedState.CLOSED


def test_work_can_be_sent_back_and_delivered_again():
    state = EngagementState.AGREED
    for step in ("start", "deliver", "return", "deliver", "sign_off"):
        state = ENGAGEMENTS.after(step, state)
    assert state is EngagementState.SIGNED_OFF


@pytest.mark.parametrize("state", list(NeedState))
def test_a_need_nobody_could_meet_may_be_opened_again_and_a_withdrawn_one_not(state):
    assert ("reopen" in NEEDS.open_to(state)) is (state in {"shortlisted", "awarded", "in_service", "unmet"})
