"""The files of seeds/ as matching reads them, without a database."""

import csv
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.lexicon import Lexicon, LexiconEntry
from search.matching.examples import Example, Learning, sayings_of, words_of
from search.matching.learned import model_of
from search.matching.routing import CategoryProfile, Router, Views
from search.matching.training import arrays_of

FOLDER = Path(__file__).parents[2] / "seeds"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Seeds:
    profiles: list[CategoryProfile]
    lexicon: Lexicon
    parameters: dict[str, Any]

    @classmethod
    def read(cls) -> "Seeds":
        sayings: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in rows(FOLDER / "sayings.csv"):
            sayings[row["category"]].append((row["text"], row["route"]))
        profiles = [
            CategoryProfile(
                code=row["code"],
                parent=row["field"],
                name=row["name"],
                keywords=tuple(row["keywords"]),
                examples=tuple(row["examples"]),
                description=row["description"],
                routes=tuple(row["route"]),
                sayings=tuple(sayings[row["code"]]),
            )
            for file in sorted((FOLDER / "categories").glob("*.json"))
            for row in json.loads(file.read_text("utf-8"))
        ]
        words = (
            LexiconEntry(
                row["word"],
                row["category"],
                float(row["weight"]),
                tuple(filter(None, row["negative_context"].split("|"))),
            )
            for row in rows(FOLDER / "lexicon.csv")
        )
        return cls(profiles, Lexicon(words), json.loads((FOLDER / "parameters.json").read_text("utf-8")))

    def router(self, needs: Sequence[Example] = ()) -> Router:
        """A router that has learned from these needs and from the seeds."""
        words = words_of(self.profiles, self.lexicon.entries)
        how, views = Learning(**self.parameters["learning"]), Views(**self.parameters["routing"])
        pool = Router(self.profiles, self.lexicon, views).pooled
        arrays = arrays_of(needs, sayings_of(self.profiles), words, how, pool)
        return Router(self.profiles, self.lexicon, views, model_of(arrays))
