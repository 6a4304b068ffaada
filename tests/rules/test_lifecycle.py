import pytest

from directory.rules.lifecycle import ENTRIES, EntryState, NotAllowed

LISTED, SUSPENDED, EXITED = EntryState.LISTED, EntryState.SUSPENDED, EntryState.EXITED
ALLOWED = {
    ("suspend", LISTED): SUSPENDED,
    ("restore", SUSPENDED): LISTED,
    ("exit", LISTED): EXITED,
    ("exit", SUSPENDED): EXITED,
}


@pytest.mark.parametrize("state", EntryState)
@pytest.mark.parametrize("step", ["suspend", "restore", "exit"])
def test_each_step_from_each_state(step, state):
    if (step, state) in ALLOWED:
        assert ENTRIES.after(step, state) is ALLOWED[step, state]
    else:
        with pytest.raises(NotAllowed, match=f"cannot {step} from {state}") as refused:
            ENTRIES.after(step, state)
        assert (refused.value.step, refused.value.state, refused.value.status) == (step, state, 409)


def test_the_table_above_names_every_step():
    assert set(ENTRIES.steps) == {step for step, _ in ALLOWED}


def test_what_has_exited_never_comes_back():
    assert not [step for step, (sources, _) in ENTRIES.steps.items() if EXITED in sources]
