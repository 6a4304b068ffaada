import pytest

from directory.rules.areas import is_within


@pytest.mark.parametrize(
    ("code", "area", "within"),
    [
        ("310105-05", "310105-05", True),
        ("310105-05-01", "310105-05", True),
        ("310105-05-01", "310105", True),
        ("310105-051", "310105-05", False),
        ("310105-05", "310105-05-01", False),
        ("", "310105-05", False),
    ],
)
def test_a_part_begins_with_the_whole_and_a_dash(code, area, within):
    assert is_within(code, area) is within
