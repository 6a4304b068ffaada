"""Every kind of notice that is given has its words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import ENTRIES
from directory.wording.notices import NOTICES, sentence

OPERATIONS = Path(__file__).parents[2] / "directory" / "operations"
FUNCTIONS = {
    function
    for file in OPERATIONS.rglob("*.py")
    for function in ast.walk(ast.parse(file.read_text("utf-8")))
    if isinstance(function, ast.FunctionDef)
}


def called(node: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for call in ast.walk(node):
        match call:
            case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
                yield name, call


def tellers() -> set[str]:
    """`notices.tell` and whatever hands it a kind that it was given."""
    found = {"tell"}
    while True:
        more = {
            function.name
            for function in FUNCTIONS
            if any(given.arg == "kind" for given in function.args.args)
            and any(name in found for name, _ in called(function))
        }
        if more <= found:
            return found
        found |= more


def kinds() -> set[str]:
    """Those that are written down where a teller is called; a step in braces stands for every step of an entry."""
    found, telling = set(), tellers()
    for function in FUNCTIONS:
        for name, call in called(function):
            for given in call.args if name in telling else ():
                match given:
                    case ast.Constant(value=str(kind)):
                        found.add(kind)
                    case ast.JoinedStr(values=[ast.Constant(value=str(before)), ast.FormattedValue()]):
                        found |= {f"{before}{step}" for step in ENTRIES.steps}
    return found


def test_every_kind_that_is_told_has_words():
    assert kinds() - NOTICES.keys() == set()


def test_every_kind_that_has_words_is_told():
    """Some are chosen on the way: they stand in a table of reminders, or as one of two words."""
    chosen = {
        node.value
        for file in OPERATIONS.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert NOTICES.keys() - kinds() - chosen == set()


def test_what_is_to_be_confirmed_names_the_day_and_not_a_number_that_may_change(app):
    with app.test_request_context():
        said = sentence("profile_due", {"due": "2026-12-01", "days": "14"})
    assert said == "请在2026年12月1日以前确认一次资料属实，过期会在公开页面上注明。"


def test_an_answer_to_an_objection_says_how_it_ended(app):
    with app.test_request_context():
        said = sentence("objection_answered", {"service": "楼道清理", "result": "dismissed"})
    assert said == "“楼道清理”公示期收到的一条异议已经答复。结果：异议不成立。"


@pytest.mark.parametrize("kind", ["fact_confirmed", "fact_refused", "fact_recorded"])
def test_a_fact_is_named_not_coded(app, kind):
    with app.test_request_context():
        said = sentence(kind, {"fact": FactKind.GRADE})
    assert "等级" in said
    assert "grade" not in said
