"""A code has its words once."""

import pytest

from directory.wording.tables import joined


def test_tables_are_joined_in_their_order():
    assert list(joined({"b": 1}, {}, {"a": 2}).items()) == [("b", 1), ("a", 2)]


def test_a_code_said_twice_is_refused():
    with pytest.raises(ValueError, match="said twice: \\['a'\\]"):
        joined({"a": 1}, {"a": 2})
