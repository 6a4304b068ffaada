"""What is lacking where, as a table."""

import pytest

from directory.rules.supply import Cell, Gap


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
    cell = Cell().with_entry(3).with_entry(None).with_entry(0)
    assert (cell.listed, cell.free, cell.unsaid) == (3, 3, 1)
    assert cell.with_needs(open_=2, unmet=1).wanted == 3
