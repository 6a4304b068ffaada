"""How well everyday sentences, written apart from the seeds, are led to the right service and the right solver.

    python -m benchmarks.everyday [FILE]

FILE has the columns text, categories, routes; several accepted ones are parted by |. Without it, two sets are asked:
unseen.csv, of which nothing may be learned or chosen, and everyday.csv, which was looked at while developing. The
model is the one trained from the seeds. Each view of a text is also left out once, to show what it is worth; the
lexicon's words and the profiles' stay among what the model was trained from.
"""

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import catalogue
from benchmarks.reliability import Said, error, reliability
from benchmarks.tables import table
from directory.cli.bench import seeded_rules
from directory.config import ROOT
from directory.exchange.tables import read_csv
from search.matching.routing import Router, Routing

SENTENCES = ROOT / "tests" / "search"
SETS = {"held out": SENTENCES / "unseen.csv", "development": SENTENCES / "everyday.csv"}
Asked = Sequence[tuple[Mapping[str, str], Routing]]


def routers() -> dict[str, Router]:
    """All views of a text first."""
    rules, known, spoken = seeded_rules(), catalogue.profiles(), catalogue.lexicon()
    views, model = rules.views, catalogue.taught(known, spoken, rules.learning)
    return {
        "all": Router(known, spoken, views, model),
        "without what was learned": Router(known, spoken, views),
        "without the lexicon": Router(known, spoken, replace(views, lexicon=0.0), model),
        "without nearest examples": Router(known, spoken, replace(views, example=0.0), model),
        "without profiles": Router(known, spoken, replace(views, profile=0.0), model),
    }


def asked(router: Router, rows: Sequence[Mapping[str, str]]) -> Asked:
    return [(row, router.route(row["text"])) for row in rows]


def figures(found: Asked) -> list[str]:
    """How often the first guess, one of the first three, and the solver are accepted."""
    first = [_right(row, routing, 1) for row, routing in found]
    three = [_right(row, routing, 3) for row, routing in found]
    solver = [routing.route in row["routes"].split("|") for row, routing in found]
    return [f"{sum(hits) / len(hits):.3f}" for hits in (first, three, solver)]


def said(found: Asked) -> list[Said]:
    return [Said(routing.guesses[0].probability, _right(row, routing, 1)) for row, routing in found if routing.guesses]


def _right(row: Mapping[str, str], routing: Routing, places: int) -> bool:
    return not {guess.code for guess in routing.guesses[:places]}.isdisjoint(row["categories"].split("|"))


def main() -> None:
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path, nargs="?")
    given = parser.parse_args().file
    by_views = routers()
    for name, path in SETS.items() if given is None else [("given", given)]:
        rows = [row for _, row in read_csv(path, columns=("text", "categories", "routes"))]
        if not rows:
            parser.error(f"{path} holds no sentences")
        found = {views: asked(router, rows) for views, router in by_views.items()}
        print(f"{name}: {len(rows)} sentences of {path.name}, {len(by_views['all'].profiles)} services")
        lines = [[views, *figures(answers)] for views, answers in found.items()]
        print(table(["views", "first guess", "one of three", "solver"], lines))
        guesses = said(found["all"])
        print(f"\nthe first guess by all views, expected calibration error {error(guesses):.3f}")
        print(table(*reliability(guesses)) + "\n")


if __name__ == "__main__":
    main()
