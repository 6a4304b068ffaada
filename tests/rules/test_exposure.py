"""Whether the first places go to many or to few."""

import pytest

from directory.rules.exposure import spread


def test_nobody_shown_leaves_nothing_to_share():
    nothing = spread([(0, 0, True), (0, 0, False)])
    assert (nothing.newcomers_shown, nothing.newcomers_first, nothing.concentration) == (None, None, None)
    assert spread([]).largest == 0


def test_newcomers_have_the_share_of_what_was_shown_and_of_what_was_first():
    found = spread([(6, 3, False), (3, 1, True), (1, 0, True)])
    assert (found.organisations, found.newcomers, found.shown, found.first) == (3, 2, 10, 4)
    assert (found.newcomers_shown, found.newcomers_first) == (0.4, 0.25)


@pytest.mark.parametrize(
    ("firsts", "largest", "concentration"),
    [
        ([5], 1, 1.0),
        ([5, 5], 1, 0.5),
        ([9, *[1] * 9], 1, 0.5),
        ([1] * 20, 2, 0.1),
        ([8, 6, *[1] * 6, *[0] * 3], 2, 0.7),
    ],
)
def test_concentration_is_the_share_of_the_tenth_that_is_first_most_often(firsts, largest, concentration):
    found = spread([(9, first, False) for first in firsts])
    assert (found.largest, found.concentration) == (largest, concentration)
