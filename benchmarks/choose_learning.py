"""Chooses how much to make of confirmed needs, by cross-validation on those of a town's training fold.

    python -m benchmarks.choose_learning FOLDER [--needs N]

Five folds in the order of the texts' SHA-256; a need is asked, by the product's own path, when its own listing is in
the directory, and answered by what all needs of the other folds teach. The parameters are chosen coordinate-wise:
one after another in the order of PARAMETERS, the others as shipped or, once chosen, as chosen; so a better combination
may be missed. The rule, fixed before any result was seen: the highest mean of nDCG@10 and MRR@10; of the values no
more than UNNOTICED below it, the one nearest to what is shipped.
"""

import json
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.folds import FOLDS, folds
from benchmarks.quality import Town, opened
from benchmarks.tables import table
from benchmarks.trials import history
from directory.cli.bench import seeded_rules
from directory.exchange.townfolder import Confirmed, TownFolder, graded
from directory.operations.parameters import Rules
from search.matching.examples import Learning
from search.matching.routing import Routing
from search.measures import Quality, quality
from search.query import Need

UNNOTICED = 0.003


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of seeds/parameters.json, with the values to try besides the shipped one."""

    group: str
    name: str
    values: tuple[float, ...]

    def of(self, rules: Rules) -> float:
        group = getattr(rules, self.group)
        return float(group[self.name] if isinstance(group, dict) else getattr(group, self.name))

    def put(self, rules: Rules, value: float) -> Rules:
        group, change = getattr(rules, self.group), {self.name: value}
        changed: Any = group | change if isinstance(group, dict) else replace(group, **change)
        return replace(rules, **{self.group: changed})


PARAMETERS = (
    Parameter("weights", "affinity", (0.5, 0.7, 1.0, 1.4, 2.0)),
    Parameter("pooling", "nearest", (0.0, 0.25, 0.5, 1.0)),
    Parameter("pooling", "share", (0.6, 0.75, 0.9)),
    Parameter("learning", "penalty", (0.5, 1.0, 2.0)),
    Parameter("pooling", "place", (0.0, 1.0, 2.0, 3.0)),
    Parameter("weights", "variety", (0.0, 0.2, 0.35, 0.5)),
)


@dataclass(frozen=True, slots=True)
class Tried:
    """One value of a parameter and what it gives."""

    parameter: Parameter
    value: float
    figures: Quality

    @property
    def points(self) -> float:
        return fmean((self.figures.ndcg10, self.figures.mrr10))


class Validation:
    """The needs of a town, each asked of a catalogue that learned from the other folds."""

    def __init__(self, town: Town, needs: Sequence[Confirmed], rules: Rules) -> None:
        self._town, self._needs, self._views = town, needs, rules.views
        grades = {str(place): graded(need, town.listings) for place, need in enumerate(needs)}
        self._gold = {name: each for name, each in grades.items() if 3 in each.values()}
        self._routed: dict[Learning, dict[str, tuple[Need, Routing]]] = {}

    def __len__(self) -> int:
        return len(self._gold)

    def figures(self, rules: Rules) -> Quality:
        if rules.learning not in self._routed:
            self._routed[rules.learning] = dict(self._routings(rules.learning))
        asked = self._routed[rules.learning].items()
        return quality({name: self._town.answer(need, routing, rules) for name, (need, routing) in asked}, self._gold)

    def _routings(self, how: Learning) -> Iterator[tuple[str, tuple[Need, Routing]]]:
        for others, held in folds(range(len(self._needs))):
            router = self._town.router(self._views, self._town.learn([self._needs[place] for place in others], how))
            for place in held:
                text = self._needs[place].text
                if str(place) in self._gold:
                    yield str(place), (Need(text), router.route(text))


def choice(found: Mapping[float, float], shipped: float) -> float:
    """Of value → points, the value to take."""
    near = [value for value in found if found[value] >= max(found.values()) - UNNOTICED]
    return min(near, key=lambda value: (abs(value - shipped), -found[value]))


def chosen(validation: Validation, rules: Rules) -> Iterator[tuple[list[Tried], Rules]]:
    """For each parameter in turn, what was tried and the rules with the value taken."""
    best: Quality | None = None
    for parameter in PARAMETERS:
        shipped = parameter.of(rules)
        found = {shipped: best or validation.figures(rules)}
        found |= {v: validation.figures(parameter.put(rules, v)) for v in parameter.values if v != shipped}
        tried = [Tried(parameter, value, found[value]) for value in sorted(found)]
        taken = choice({each.value: each.points for each in tried}, shipped)
        rules, best = parameter.put(rules, taken), found[taken]
        yield tried, rules


def main() -> None:
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--needs", type=int, default=None, help="only so many of the confirmed needs")
    given = parser.parse_args()
    folder = TownFolder(given.folder)
    needs, shipped = history(folder.confirmed())[: given.needs], seeded_rules()
    values: dict[str, dict[str, float]] = defaultdict(dict)
    with opened(folder.listings()) as town:
        validation = Validation(town, needs, shipped)
        print(f"{len(needs)} confirmed needs, {len(validation)} of them asked, {FOLDS} folds")
        for tried, rules in chosen(validation, shipped):
            parameter = tried[0].parameter
            values[parameter.group][parameter.name] = parameter.of(rules)
            rows = [_row(each, parameter.of(shipped), parameter.of(rules)) for each in tried]
            print(table([f"{parameter.group}.{parameter.name}", "nDCG@10", "MRR@10", "mean", ""], rows), flush=True)
    print("to ship: " + json.dumps(values))


def _row(tried: Tried, shipped: float, taken: float) -> list[str]:
    figures = (tried.figures.ndcg10, tried.figures.mrr10, tried.points)
    marks = [mark for mark, value in (("shipped", shipped), ("taken", taken)) if value == tried.value]
    return [f"{tried.value:g}", *(f"{figure:.4f}" for figure in figures), ", ".join(marks)]


if __name__ == "__main__":
    main()
