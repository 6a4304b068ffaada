import pytest

from directory.errors import Invalid
from directory.rules.conflicts import LONGEST_NOTE, Conflict, declared


def test_none_is_said_outright():
    assert declared("none", "") is None


@pytest.mark.parametrize("kind", Conflict)
def test_each_kind_of_conflict_is_taken(kind):
    assert declared(kind.value, "说明") is kind


@pytest.mark.parametrize(
    ("kind", "note", "field", "rule"),
    [
        ("", "", "conflict", "unknown"),
        ("friend", "", "conflict", "unknown"),
        ("other", " ", "note", "empty"),
        ("kin", "长" * (LONGEST_NOTE + 1), "note", "too_long"),
        ("none", "长" * (LONGEST_NOTE + 1), "note", "too_long"),
    ],
)
def test_what_says_nothing_is_refused(kind, note, field, rule):
    with pytest.raises(Invalid) as refused:
        declared(kind, note)
    assert (refused.value.field, refused.value.rule) == (field, rule)
