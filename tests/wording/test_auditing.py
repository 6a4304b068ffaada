"""Every deed that is recorded has its words."""

import ast
from pathlib import Path

from directory.wording import states
from directory.wording.auditing import ACTIONS, SUBJECTS

OPERATIONS = Path(__file__).parents[2] / "directory" / "operations"
STEPS = {"entry": states.ENTRY_STEPS, "application": states.APPLICATION_STEPS}


def said(call: ast.Call) -> set[str]:
    """The words written down in a call."""
    return {str(given.value) for given in call.args if isinstance(given, ast.Constant) and given.value}


def calls(node: ast.AST, name: str) -> list[ast.Call]:
    return [
        call
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) == name
    ]


def recorded(tree: ast.Module) -> set[tuple[str, str]]:
    """(subject, action) of all that a module records; an action handed on is written where that function is called."""
    found = {tuple(event.split(":")) for call in calls(tree, "record") for event in said(call) if ":" in event}
    for function in ast.walk(tree):
        for call in calls(function, "record") if isinstance(function, ast.FunctionDef) else ():
            match call.args:
                case [ast.JoinedStr(values=[ast.Constant(value=str(subject)), ast.FormattedValue(value=ast.Name())])]:
                    callers = calls(tree, function.name)
                    found |= {(subject[:-1], action) for each in callers for action in said(each) if action.islower()}
    return found


def test_every_deed_has_words():
    events = {event for file in OPERATIONS.rglob("*.py") for event in recorded(ast.parse(file.read_text("utf-8")))}
    assert len(events) > 60
    assert {subject for subject, _ in events} <= SUBJECTS.keys()
    assert {(s, action) for s, action in events if action not in ACTIONS.keys() | STEPS.get(s, {}).keys()} == set()
