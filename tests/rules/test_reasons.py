import pytest

from directory.errors import Invalid
from directory.rules import reasons


@pytest.mark.parametrize("kind", [reasons.given, reasons.brief, reasons.formal])
def test_a_reason_is_kept_without_the_space_around_it_and_must_say_something(kind):
    assert kind(" 投诉属实\n") == "投诉属实"
    with pytest.raises(Invalid) as fault:
        kind(" \n")
    assert (fault.value.field, fault.value.rule) == ("reason", "empty")


@pytest.mark.parametrize(("kind", "most", "rule"), [(reasons.brief, 200, "too_long"), (reasons.formal, 500, "longer")])
def test_a_reason_too_long_is_told_by_how_long_it_is(kind, most, rule):
    assert kind("因" * most) == "因" * most
    with pytest.raises(Invalid) as fault:
        kind("因" * (most + 1))
    assert (fault.value.rule, fault.value.value) == (rule, most + 1)
