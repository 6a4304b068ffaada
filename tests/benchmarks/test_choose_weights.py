import pytest

from benchmarks.choose_weights import choice, held_out, mixes, weighted
from directory.cli.bench import seeded_rules


def test_mixes_share_ten_tenths_and_leave_none_of_the_four_out():
    found = list(mixes())
    assert len(found) == len(set(found)) == 84
    assert all(sum(mix) == 10 and min(mix) >= 1 for mix in found)


def test_a_mix_keeps_the_sum_of_the_four_and_every_other_weight():
    rules = seeded_rules()
    changed = weighted(rules, (4, 3, 2, 1)).weights
    assert sum(changed.values()) == pytest.approx(sum(rules.weights.values()))
    assert changed["category"] == pytest.approx(4 * changed["reach"])
    assert {k: v for k, v in changed.items() if k not in {"category", "field", "text", "reach"}}.items() <= (
        rules.weights.items()
    )


@pytest.mark.parametrize(
    ("points", "taken"),
    [
        ({(1, 3, 3, 3): 0.5, (3, 3, 2, 2): 0.48}, (1, 3, 3, 3)),  # far better
        ({(7, 1, 1, 1): 0.5, (1, 3, 3, 3): 0.495}, (1, 3, 3, 3)),  # as good, more even
        ({(1, 3, 3, 3): 0.5, (3, 1, 3, 3): 0.495}, (3, 1, 3, 3)),  # as even, trusts category more
        ({(3, 2, 2, 3): 0.5, (3, 3, 2, 2): 0.495}, (3, 3, 2, 2)),  # trusts reach less
        ({(3, 2, 3, 2): 0.5, (3, 3, 2, 2): 0.495}, (3, 2, 3, 2)),  # else the best
    ],
)
def test_of_the_mixes_as_good_as_the_best_the_most_even_is_taken(points, taken):
    assert choice({mix: [mean] for mix, mean in points.items()}) == taken


def test_a_fold_is_judged_by_the_mix_that_the_other_folds_choose():
    points = {(1, 3, 3, 3): [0.0, 1.0, 1.0, 1.0, 1.0] * 2, (2, 2, 3, 3): [1.0, 0.0, 0.0, 0.0, 0.0] * 2}
    assert next(held_out(points)) == ((1, 3, 3, 3), 0.0)
