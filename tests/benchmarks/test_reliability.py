import pytest

from benchmarks.reliability import Said, bins, error, reliability


def guesses(*chances_and_hits):
    return [Said(chance, right) for chance, right in chances_and_hits]


def test_guesses_fall_into_five_bins_and_certainty_into_the_last():
    found = bins(guesses((0.0, True), (0.19, False), (0.2, True), (0.99, True), (1.0, False)))
    assert [(each.low, each.high, each.number) for each in found] == [(0.0, 0.2, 2), (0.2, 0.4, 1), (0.8, 1.0, 2)]
    assert (found[0].said, found[0].right) == (pytest.approx(0.095), 0.5)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([], 0.0),
        ([(1.0, True), (1.0, True)], 0.0),
        ([(0.5, True), (0.5, False)], 0.0),
        ([(0.9, False)], 0.9),
        ([(0.9, True), (0.9, False), (0.1, False), (0.1, False)], 0.25),  # 0.4 in one half, 0.1 in the other
    ],
)
def test_the_error_is_how_far_what_was_said_is_from_what_was_right(said, expected):
    assert error(guesses(*said)) == pytest.approx(expected)


def test_the_table_counts_and_compares():
    _, rows = reliability(guesses((0.7, True), (0.7, False)))
    assert rows == [["0.6 to 0.8", "2", "0.700", "0.500"]]
