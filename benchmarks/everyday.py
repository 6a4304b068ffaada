"""How well everyday sentences, written apart from the seeds, are led to the right service and the right solver.

    python -m benchmarks.everyday

Each view of a text is also left out once, to show what it is worth.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from benchmarks.tables import table
from directory.cli.bench import seeded_rules
from directory.cli.seeds import FOLDER, rows_of
from directory.config import ROOT
from directory.exchange.tables import read_csv
from search.lexicon import Lexicon, LexiconEntry
from search.matching.routing import CategoryProfile, Router, Views

SENTENCES = ROOT / "tests" / "search" / "everyday.csv"


def _profile(row: Mapping[str, object]) -> CategoryProfile:
    lists = {name: tuple(map(str, value)) for name, value in row.items() if isinstance(value, list)}
    return CategoryProfile(
        code=str(row["code"]),
        parent=str(row["field"]),
        name=str(row["name"]),
        keywords=lists["keywords"],
        examples=lists["examples"],
        description=str(row["description"]),
        routes=lists["route"],
    )


def _figures(router: Router, rows: list[dict[str, str]]) -> list[str]:
    first = three = solver = 0
    for row in rows:
        routing, accepted = router.route(row["text"]), set(row["categories"].split("|"))
        guessed = [guess.code for guess in routing.guesses]
        first += bool(accepted.intersection(guessed[:1]))
        three += bool(accepted.intersection(guessed[:3]))
        solver += routing.route in row["routes"].split("|")
    return [f"{hits / len(rows):.3f}" for hits in (first, three, solver)]


def main() -> None:
    files = sorted((FOLDER / "categories").glob("*.json"))
    profiles = [_profile(row) for file in files for row in json.loads(file.read_text("utf-8"))]
    lexicon = Lexicon(
        LexiconEntry(
            row["word"], row["category"], float(row["weight"]), tuple(filter(None, row["negative_context"].split("|")))
        )
        for row in rows_of("lexicon.csv")
    )
    rows = [row for _, row in read_csv(SENTENCES, columns=("text", "categories", "routes"))]
    views: Views = seeded_rules().views
    kinds = {"all": views, "without the lexicon": replace(views, lexicon=0.0)}
    kinds |= {"without nearest examples": replace(views, example=0.0), "without profiles": replace(views, profile=0.0)}
    print(f"{len(rows)} sentences, {len(profiles)} services")
    found = [[name, *_figures(Router(profiles, lexicon, kind), rows)] for name, kind in kinds.items()]
    print(table(["views", "first guess", "one of three", "solver"], found))


if __name__ == "__main__":
    main()
