import pytest

from benchmarks.choose_learning import PARAMETERS, Parameter, Validation, choice, chosen
from benchmarks.quality import opened
from directory.cli.bench import seeded_rules
from search.measures import Quality
from tests.benchmarks.towns import BUSES, LISTINGS, NEEDS, WATER, confirmed


@pytest.mark.parametrize(
    ("found", "shipped", "taken"),
    [
        ({0.5: 0.60, 1.0: 0.61, 2.0: 0.62}, 1.0, 2.0),  # far better
        ({0.5: 0.60, 1.0: 0.618, 2.0: 0.62}, 1.0, 1.0),  # as good as shipped
        ({0.5: 0.619, 1.0: 0.60, 1.4: 0.618, 2.0: 0.62}, 1.0, 1.4),  # as good, nearer to what is shipped
        ({0.5: 0.619, 1.0: 0.60, 1.5: 0.62}, 1.0, 1.5),  # as near, better
    ],
)
def test_of_values_as_good_as_the_best_the_one_nearest_the_shipped_is_taken(found, shipped, taken):
    assert choice(found, shipped) == taken


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_each_parameter_is_one_of_the_shipped_rules_and_can_be_changed_alone(parameter):
    rules = seeded_rules()
    changed = parameter.put(rules, 77.0)
    assert parameter.of(changed) == 77.0
    assert parameter.put(changed, parameter.of(rules)) == rules


def test_a_need_is_answered_by_what_the_others_teach():
    alone, alike = confirmed("等了一小时车也不来", BUSES), [confirmed(f"龙头一滴水都不出{n}", WATER) for n in range(9)]
    with opened(LISTINGS) as town:
        found = Validation(town, [*alike, alone], seeded_rules())
        taught = Validation(town, alike, seeded_rules())
        assert found.figures(seeded_rules()).first == pytest.approx(0.9)
        assert taught.figures(seeded_rules()).first == 1.0


def test_needs_that_no_listing_solved_teach_but_are_not_asked():
    elsewhere = confirmed("路灯不亮", BUSES)
    with opened(LISTINGS[:3]) as town:
        assert len(Validation(town, [*NEEDS[:7], elsewhere], seeded_rules())) == 7


def test_what_one_parameter_takes_the_next_ones_start_from(monkeypatch):
    nearest, share = Parameter("pooling", "nearest", (0.0, 1.0)), Parameter("pooling", "share", (0.2, 0.9))
    monkeypatch.setattr("benchmarks.choose_learning.PARAMETERS", (nearest, share))

    class Measured:
        """Likes no neighbours; and, only without them, a large share."""

        def figures(self, rules):
            points = 1 - nearest.of(rules) / 2 + (share.of(rules) if nearest.of(rules) == 0 else 0)
            return Quality(points, points, 0.0, 0.0)

    (first, _), (second, rules) = chosen(Measured(), nearest.put(share.put(seeded_rules(), 0.5), 1.0))
    assert [each.value for each in first] == [0.0, 1.0]
    assert [each.value for each in second] == [0.2, 0.5, 0.9]
    assert (nearest.of(rules), share.of(rules)) == (0.0, 0.9)
