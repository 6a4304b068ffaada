"""What is lacking where, as a table."""

import pytest

from directory.rules.supply import Cell, Gap, Tally


@pytest.mark.parametrize(
    ("cell", "gap"),
    [
        (Cell(), None),
        (Cell(listed=2, free=0), None),
        (Cell(open=1), Gap.NOBODY),
        (Cell(unmet=1), Gap.NOBODY),
        (Cell(listed=1, free=3, open=3), None),
        (Cell(listed=1, free=2, open=3), Gap.SHORT),
        (Cell(listed=1, free=0, unsaid=1, open=3), None),
        (Cell(listed=1, free=9, unmet=1), Gap.SHORT),
    ],
)
def test_a_gap_is_a_need_that_nobody_listed_can_take(cell, gap):
    assert cell.gap is gap


def test_capacity_that_is_not_said_is_not_none():
    tally = Tally()
    for capacity in (3, None, 0):
        tally.add_entry(capacity)
    tally.add_needs(2, 1)
    assert tally.cell() == Cell(listed=3, free=3, unsaid=1, open=2, unmet=1)
    assert tally.cell().wanted == 3
