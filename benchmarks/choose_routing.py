"""Chooses how what was learned joins the catalogue's own words, by cross-validation on the seeds' own sentences.

    python -m benchmarks.choose_routing

The sentences are the examples and sayings of all services, in five folds in the order of the texts' SHA-256. Those of
a fold are taken out of the services, a model is trained from the rest, and each is asked. Of LEARNED × SHARPNESS that
pair is taken under which the sentences' own services are likeliest (mean logarithm of the chance given), then, with
that pair, of SOLVER the value under which their own solvers are. The sentences of tests/ take no part.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from statistics import fmean

from benchmarks import catalogue
from benchmarks.folds import FOLDS, by_digest, folds
from benchmarks.tables import table
from directory.cli.bench import seeded_rules
from search.lexicon import Lexicon
from search.matching.examples import Example, Learning, sayings_of
from search.matching.routing import LEAST, CategoryProfile, Router, Views

LEARNED = (0.6, 0.7, 0.8, 0.9)
SHARPNESS = (4.0, 6.0, 8.0, 10.0)
SOLVER = (0.0, 0.5, 1.0, 1.5)
CHOSEN = ("learned", "sharpness", "solver")
Likelihoods = Mapping[Views, float]


class Asked(Router):
    """Asked of the same text by many views: what the words are alike to is found only once."""

    def chances(self, text: str, kinds: Iterable[Views]) -> Iterator[Mapping[str, float]]:
        own, learned = self._scores(text), self.model.opinion(text).categories if self.model else {}
        for views in kinds:
            self.views = views
            yield self._chances(own, learned) if own else {}

    def solvers(self, text: str, kinds: Iterable[Views]) -> Iterator[Mapping[str, float]]:
        for views in kinds:
            self.views = views
            yield self.route(text, keep=1).routes


def without(known: Iterable[CategoryProfile], held: Iterable[Example]) -> list[CategoryProfile]:
    """The services as if nobody had ever said these sentences."""
    unsaid = {example.text for example in held}
    return [
        replace(
            profile,
            examples=tuple(text for text in profile.examples if text not in unsaid),
            sayings=tuple((text, route) for text, route in profile.sayings if text not in unsaid),
        )
        for profile in known
    ]


class Validation:
    """Routers that have not seen a fold, each with that fold's sentences."""

    def __init__(self, known: Sequence[CategoryProfile], spoken: Lexicon, views: Views, how: Learning) -> None:
        sentences = by_digest(sayings_of(known), lambda sentence: sentence.text)
        self._folds = []
        for _, held in folds(sentences):
            rest = without(known, held)
            self._folds.append((Asked(rest, spoken, views, catalogue.taught(rest, spoken, how)), held))

    def __len__(self) -> int:
        return sum(len(held) for _, held in self._folds)

    def categories(self, kinds: Sequence[Views]) -> Likelihoods:
        """How likely the sentences' own services are held to be."""
        return _means(
            kinds, ([c.get(said.category, 0.0) for c in router.chances(said.text, kinds)] for router, said in self)
        )

    def solvers(self, kinds: Sequence[Views]) -> Likelihoods:
        """How likely the sentences' own solvers are held to be; of the examples nobody said one."""
        return _means(
            kinds,
            ([r.get(said.route, 0.0) for r in router.solvers(said.text, kinds)] for router, said in self if said.route),
        )

    def __iter__(self) -> Iterator[tuple[Asked, Example]]:
        return ((router, sentence) for router, held in self._folds for sentence in held)


def _means(kinds: Sequence[Views], chances: Iterable[Sequence[float]]) -> Likelihoods:
    logs = [[math.log(max(chance, LEAST)) for chance in each] for each in chances]
    return {views: fmean(each) for views, each in zip(kinds, zip(*logs, strict=True), strict=True)}


def best(found: Likelihoods) -> Views:
    return max(found, key=lambda views: found[views])


def main() -> None:
    rules = seeded_rules()
    shipped = rules.views
    validation = Validation(catalogue.profiles(), catalogue.lexicon(), shipped, rules.learning)
    print(f"{len(validation)} sentences, {FOLDS} folds")
    pairs = product(sorted({*LEARNED, shipped.learned}), sorted({*SHARPNESS, shipped.sharpness}))
    categories = validation.categories([replace(shipped, learned=a, sharpness=b) for a, b in pairs])
    taken = best(categories)
    _print(categories, ("learned", "sharpness"), "log chance of the service", shipped, taken)
    solvers = validation.solvers([replace(taken, solver=value) for value in sorted({*SOLVER, shipped.solver})])
    taken = best(solvers)
    _print(solvers, ("solver",), "log chance of the solver", replace(taken, solver=shipped.solver), taken)
    print("to ship: " + json.dumps({"routing": {name: getattr(taken, name) for name in CHOSEN}}))


def _print(found: Likelihoods, names: Sequence[str], measure: str, shipped: Views, taken: Views) -> None:
    rows = []
    for views, value in found.items():
        marks = [mark for mark, marked in (("shipped", shipped), ("taken", taken)) if marked == views]
        rows.append([*(f"{getattr(views, name):g}" for name in names), f"{value:.4f}", ", ".join(marks)])
    print(table([*names, measure, ""], rows), flush=True)


if __name__ == "__main__":
    main()
