"""What one would use without this project: the same documents and the same terms, ranked by BM25."""

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from whoosh import fields, index
from whoosh.analysis.tokenizers import SpaceSeparatedTokenizer
from whoosh.query.compound import Or
from whoosh.query.terms import Term

from search.documents import ServiceDocument
from search.text import asked, terms


class Peer(Protocol):
    name: str

    def best(self, text: str) -> Sequence[int]:
        """The entries that hold any of the text's terms, best first."""


class PlainWhoosh:
    """An OR query, BM25F, as the library does it."""

    name = "Whoosh OR"

    def __init__(self, folder: Path, documents: Iterable[ServiceDocument]) -> None:
        folder.mkdir()
        schema = fields.Schema(
            entry_id=fields.STORED, text=fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False, stored=False)
        )
        made = index.create_in(str(folder), schema)
        writing: Any = made.writer()  # the type of a writer does not tell of its pool
        with writing as writer:
            writer.pool = _Gathered()
            for document in documents:
                writer.add_document(entry_id=document.entry_id, text=_line(document))
        self._searcher = made.searcher()

    def best(self, text: str) -> Sequence[int]:
        any_of = Or([Term("text", term) for term in asked(text)])
        return [hit["entry_id"] for hit in self._searcher.search(any_of, limit=20)]


class _Gathered:
    """Postings by term, in place of Whoosh's pool, which past its memory sorts on disk, and slowly.

    The segment written from them is Whoosh's own, posting by posting.
    """

    def __init__(self) -> None:
        self._held: dict[tuple[str, bytes], tuple[array[int], array[float], list[bytes]]] = {}
        self._known: dict[bytes, bytes] = {}

    def add(self, posting: tuple[str, bytes, int, float, bytes]) -> None:
        field, term, number, weight, value = posting
        numbers, weights, values = self._held.setdefault((field, term), (array("I"), array("f"), []))
        numbers.append(number)
        weights.append(weight)
        values.append(self._known.setdefault(value, value))

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        for (field, term), postings in sorted(self._held.items()):
            for number, weight, value in zip(*postings, strict=True):
                yield field, term, number, weight, value

    def cleanup(self) -> None:
        self._held.clear()


class Fts5:
    """SQLite's full-text search with its own bm25()."""

    name = "SQLite FTS5"

    def __init__(self, file: Path, documents: Iterable[ServiceDocument]) -> None:
        self._database = sqlite3.connect(file)
        self._database.execute("CREATE VIRTUAL TABLE entry USING fts5(text, content='', tokenize='unicode61')")
        with self._database:
            self._database.executemany(
                "INSERT INTO entry (rowid, text) VALUES (?, ?)", ((d.entry_id, _line(d)) for d in documents)
            )

    def best(self, text: str) -> Sequence[int]:
        any_of = " OR ".join(f'"{term}"' for term in asked(text))
        found = self._database.execute(
            "SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY bm25(entry) LIMIT 20", (any_of,)
        )
        return [row[0] for row in found]


def _line(document: ServiceDocument) -> str:
    return " ".join((*terms(document.name), *terms(document.text)))
