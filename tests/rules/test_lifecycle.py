"""Every step from every state, for every kind of thing: what is not written here is refused."""

import pytest

from directory.rules import lifecycle
from directory.rules.lifecycle import ENDED, ENTRIES, ApplicationState, EntryState, Lifecycle, NotAllowed

# step: the states it starts from → the state it leads to
EXPECTED = {
    "ENTRIES": {
        "suspend": ("listed", "suspended"),
        "restore": ("suspended", "listed"),
        "relist": ("exited", "listed"),
        "exit": ("listed suspended", "exited"),
    },
    "APPLICATIONS": {
        "submit": ("draft returned", "submitted"),
        "return": ("submitted", "returned"),
        "screen": ("submitted", "screened"),
        "assess": ("screened", "assessing"),
        "admit": ("assessing", "decided"),
        "announce": ("decided", "publicity"),
        "list": ("publicity", "listed"),
        "reject": ("submitted screened assessing decided publicity", "rejected"),
        "withdraw": ("draft submitted returned screened assessing decided publicity", "withdrawn"),
    },
    "VERSIONS": {
        "send": ("draft returned", "waiting"),
        "approve": ("waiting", "approved"),
        "return": ("waiting", "returned"),
        "recall": ("waiting returned", "draft"),
    },
    "CLAIMED": {
        "confirm": ("waiting", "confirmed"),
        "refuse": ("waiting", "refused"),
        "withdraw": ("waiting", "withdrawn"),
    },
    "OBJECTIONS": {"uphold": ("open", "upheld"), "dismiss": ("open", "dismissed")},
    "RUBRICS": {"freeze": ("draft", "frozen"), "retire": ("draft frozen", "retired")},
    "ASSESSMENTS": {"call_third": ("scoring", "third"), "close": ("scoring third", "closed")},
    "SHEETS": {
        "declare": ("assigned", "open"),
        "recuse": ("assigned open", "recused"),
        "submit": ("open", "submitted"),
    },
    "EDITIONS": {"supersede": ("sealed", "superseded")},
    "CALLS": {"change": ("issued", "issued"), "withdraw": ("issued", "withdrawn")},
}
KNOWN: dict[str, Lifecycle] = {name: it for name, it in vars(lifecycle).items() if isinstance(it, Lifecycle)}
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
    assert f"cannot {step} from {state}" in str(refused.value)
    assert step not in KNOWN[name].open_to(state)


def test_what_has_exited_comes_back_by_a_new_application_only():
    assert ENTRIES.open_to(EntryState.EXITED) == {"relist"}


def test_what_has_ended_goes_nowhere():
    assert [state for state in ENDED if KNOWN["APPLICATIONS"].open_to(state)] == []
    assert {s for s in ApplicationState if not KNOWN["APPLICATIONS"].open_to(s)} == ENDED
