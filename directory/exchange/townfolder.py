"""A benchmark folder: a town's directory, real needs, and who solved them.

What an answer may be made of (listings, questions, confirmed needs) and what it is scored by (gold) are read by
different methods, and only the columns named here are ever kept: the other columns of the questions are gold too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from directory.exchange.tables import WrongTable, read_csv


@dataclass(frozen=True, slots=True)
class Listing:
    """One provider in one category; `tree` is the category with those above it, widest first."""

    listing_id: str
    provider: str
    tree: tuple[str, str, str]
    keywords: str


@dataclass(frozen=True, slots=True)
class Question:
    qid: str
    text: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A need of the training fold, with who solved it and as what; `tree` is the lower two levels."""

    text: str
    provider: str
    tree: tuple[str, str]


@dataclass(frozen=True, slots=True)
class TownFolder:
    """Raises WrongTable where a file is missing or is not of this shape."""

    path: Path

    def listings(self) -> list[Listing]:
        rows = self._rows("listings.csv", "listing_id", "provider", "cat1", "cat2", "cat3", "keywords")
        found = {
            row["listing_id"]: Listing(
                row["listing_id"], row["provider"], (row["cat1"], row["cat2"], row["cat3"]), row["keywords"]
            )
            for _, row in rows
        }
        if not found:
            raise WrongTable(f"{self.path / 'listings.csv'}: no listings")
        return list(found.values())

    def questions(self) -> list[Question]:
        return [Question(row["qid"], row["text"]) for _, row in self._rows("queries.csv", "qid", "text")]

    def confirmed(self) -> list[Confirmed]:
        rows = self._rows("tickets.csv", "fold", "usable", "text_clean", "处置单位", "行业分类2级", "行业分类3级")
        return [
            Confirmed(row["text_clean"], row["处置单位"], (row["行业分类2级"], row["行业分类3级"]))
            for _, row in rows
            if row["fold"] == "train" and row["usable"] == "1"
        ]

    def gold(self) -> dict[str, dict[str, int]] | None:
        """Question → listing → grade, for every question, also one that nothing answers; None without qrels.csv."""
        if not (self.path / "qrels.csv").exists():
            return None
        gold: dict[str, dict[str, int]] = {question.qid: {} for question in self.questions()}
        for line, row in self._rows("qrels.csv", "qid", "listing_id", "grade"):
            if not row["grade"].isdecimal():
                raise WrongTable(f"qrels.csv, line {line}: grade {row['grade']!r} is not a number")
            if row["qid"] in gold:
                gold[row["qid"]][row["listing_id"]] = int(row["grade"])
        return gold

    def _rows(self, name: str, *columns: str) -> Iterator[tuple[int, Mapping[str, str]]]:
        yield from read_csv(self.path / name, columns=columns)


def graded(need: Confirmed, listings: Iterable[Listing]) -> dict[str, int]:
    """Gold for a confirmed need: 3 same provider and category, 2 same provider and parent, 1 same category."""
    grades: dict[str, int] = defaultdict(int)
    for listing in listings:
        if listing.provider == need.provider and listing.tree[1] == need.tree[0]:
            grades[listing.listing_id] = 3 if listing.tree[1:] == need.tree else 2
        elif listing.tree[1:] == need.tree:
            grades[listing.listing_id] = 1
    return dict(grades)
