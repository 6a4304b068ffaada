"""What seeds/ says of our own services, and the model that is trained from it alone: no database, no index."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

from directory.cli.seeds import FOLDER, rows_of
from search.lexicon import Lexicon, LexiconEntry
from search.matching.examples import Learning, sayings_of, words_of
from search.matching.learned import LearnedModel, model_of
from search.matching.routing import CategoryProfile
from search.matching.training import arrays_of


def profiles() -> list[CategoryProfile]:
    sayings: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows_of("sayings.csv"):
        sayings[row["category"]].append((row["text"], row["route"]))
    files = sorted((FOLDER / "categories").glob("*.json"))
    return [_profile(row, sayings[row["code"]]) for file in files for row in json.loads(file.read_text("utf-8"))]


def _profile(row: Mapping[str, object], sayings: Sequence[tuple[str, str]]) -> CategoryProfile:
    lists = {name: tuple(map(str, value)) for name, value in row.items() if isinstance(value, list)}
    return CategoryProfile(
        code=str(row["code"]),
        parent=str(row["field"]),
        name=str(row["name"]),
        keywords=lists["keywords"],
        examples=lists["examples"],
        description=str(row["description"]),
        routes=lists["route"],
        sayings=tuple(sayings),
    )


def lexicon() -> Lexicon:
    return Lexicon(
        LexiconEntry(
            row["word"], row["category"], float(row["weight"]), tuple(filter(None, row["negative_context"].split("|")))
        )
        for row in rows_of("lexicon.csv")
    )


def taught(known: Sequence[CategoryProfile], spoken: Lexicon, how: Learning) -> LearnedModel:
    """As `directory seed` trains it: nothing is confirmed yet."""
    return model_of(arrays_of([], sayings_of(known), words_of(known, spoken.entries), how))
