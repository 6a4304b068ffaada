"""Chooses the weights of category, field, text and reach by cross-validation on a town's confirmed needs.

    python -m benchmarks.choose_weights FOLDER [--needs N]

Every mix in tenths of the four is asked every need of the training fold whose own listing is in the directory,
by the product's own path. Their sum stays what seeds/parameters.json has, so the other criteria keep their
proportion. Of the mixes no more than a hundredth below the best, the most even one is taken, so that no single view
of a need decides alone; of equally even ones, the one that trusts the category most, then the one that trusts reach
least: the catalogue recommends services, and reach speaks for whoever offers much.
"""

import json
import random
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from benchmarks.folds import FOLDS
from benchmarks.quality import opened
from directory.cli.bench import seeded_rules
from directory.exchange.townfolder import Confirmed, Listing, TownFolder, graded
from directory.operations.parameters import Rules
from search.measures import quality
from search.query import Need

CHOSEN = ("category", "field", "text", "reach")
UNNOTICED = 0.01
SEED = 20261123
Mix = tuple[int, ...]


def mixes() -> Iterator[Mix]:
    """All ways to share ten tenths among the four, none of them left out."""
    for category in range(1, 8):
        for field in range(1, 9 - category):
            for text in range(1, 10 - category - field):
                yield category, field, text, 10 - category - field - text


def weighted(rules: Rules, mix: Mix) -> Rules:
    whole = sum(rules.weights[name] for name in CHOSEN)
    return replace(
        rules,
        weights=rules.weights | {name: tenths / 10 * whole for name, tenths in zip(CHOSEN, mix, strict=True)},
    )


def points(listings: Sequence[Listing], needs: Sequence[Confirmed], rules: Rules) -> dict[Mix, list[float]]:
    """nDCG@10 of each need under each mix."""
    gold = [{"need": graded(need, listings)} for need in needs]
    found: dict[Mix, list[float]] = {}
    with opened(listings) as town:
        router = town.router(rules.views)
        asked = [(Need(need.text), router.route(need.text)) for need in needs]
        started = time.monotonic()
        for number, mix in enumerate(mixes(), 1):
            tried = weighted(rules, mix)
            found[mix] = [
                quality({"need": town.answer(need, routing, tried)}, grades).ndcg10
                for (need, routing), grades in zip(asked, gold, strict=True)
            ]
            print(f"\r{number} mixes, {time.monotonic() - started:.0f} s", end="", file=sys.stderr)
    print(file=sys.stderr)
    return found


def choice(found: Mapping[Mix, Sequence[float]]) -> Mix:
    """The mix to take."""
    means = {mix: fmean(points) for mix, points in found.items()}
    near = [mix for mix in found if means[mix] >= max(means.values()) - UNNOTICED]

    def preference(mix: Mix) -> tuple[float, ...]:
        weight = dict(zip(CHOSEN, mix, strict=True))
        return -max(mix), weight["category"], -weight["reach"], means[mix]

    return max(near, key=preference)


def held_out(found: Mapping[Mix, Sequence[float]]) -> Iterator[tuple[Mix, float]]:
    """For each fold the mix the other folds choose, and what it gives on this one."""
    number = len(next(iter(found.values())))
    for fold in range(FOLDS):
        others = {mix: [p for place, p in enumerate(each) if place % FOLDS != fold] for mix, each in found.items()}
        mix = choice(others)
        yield mix, fmean(found[mix][place] for place in range(fold, number, FOLDS))


def main() -> None:
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--needs", type=int, default=None, help="only so many of the confirmed needs")
    given = parser.parse_args()
    folder = TownFolder(given.folder)
    listings = folder.listings()
    needs = [need for need in folder.confirmed() if 3 in graded(need, listings).values()]
    random.Random(SEED).shuffle(needs)
    needs = needs[: given.needs]
    rules = seeded_rules()
    found = points(listings, needs, rules)
    taken = choice(found)
    print(f"{len(needs)} confirmed needs, {len(found)} mixes, {FOLDS} folds")
    print("category field text reach   nDCG@10")
    ranked = sorted(found, key=lambda mix: -fmean(found[mix]))
    for mix in [*ranked[:12], *([] if taken in ranked[:12] else [taken])]:
        print(_line(mix, fmean(found[mix])) + ("  taken" if mix == taken else ""))
    print(_line(ranked[-1], fmean(found[ranked[-1]])) + "  the worst")
    print("held out, fold by fold:")
    outside = list(held_out(found))
    for mix, value in outside:
        print(_line(mix, value))
    print(f"mean of the folds held out: {fmean(value for _, value in outside):.4f}")
    weights = weighted(rules, taken).weights
    print("weights: " + json.dumps({name: round(weights[name], 3) for name in CHOSEN}))


def _line(mix: Mix, value: float) -> str:
    return "".join(f"{tenths / 10:>7.1f}" for tenths in mix) + f"   {value:.4f}"


if __name__ == "__main__":
    main()
