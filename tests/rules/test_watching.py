import pytest

from directory.rules.watching import Agreement, Watching, fallen

RULES = Watching(least=20, fall=0.1)


@pytest.mark.parametrize(
    ("recent", "before", "told"),
    [
        ((12, 20), (14, 20), True),  # ten points exactly, though 0.7 - 0.6 is a little less in floating point
        ((13, 20), (14, 20), False),
        ((61, 100), (70, 100), False),
        ((60, 100), (70, 100), True),
        ((0, 19), (100, 100), False),  # too few lately
        ((0, 100), (19, 19), False),  # too few before
        ((0, 20), (20, 20), True),
        ((20, 20), (10, 20), False),  # better than before
        ((0, 0), (0, 0), False),
    ],
)
def test_a_fall_is_told_of_when_it_is_deep_and_rests_on_enough(recent, before, told):
    assert fallen(Agreement(*recent), Agreement(*before), RULES) is told


def test_of_nothing_there_is_no_share_but_nothing_breaks():
    assert Agreement().share == 0.0
    assert Agreement(1, 2) + Agreement(2, 3) == Agreement(3, 5)
