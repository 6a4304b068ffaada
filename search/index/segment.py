"""One immutable segment of an index: its postings and columns, read once and kept within a budget."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from search.index import bits, scoring
from search.query import Query
from search.text import required

KEPT_POSTINGS = 2_000_000
NO_PRICE = 2**31 - 1


class Reader(Protocol):
    """What a segment needs of a backend: postings and columns by document number."""

    name: str
    size: int

    def documents_with(self, field: str, term: str) -> Sequence[int]: ...
    def beginning_with(self, field: str, prefix: str) -> Iterable[str]: ...
    def frequency(self, field: str, term: str) -> int: ...
    def values(self, field: str) -> Iterable[str]: ...
    def column(self, name: str) -> Sequence[int] | Sequence[float]: ...
    def number_of(self, entry_id: int) -> int | None: ...
    def close(self) -> None: ...


class Segment:
    """Answers queries over one reader. Only its deletions are told anew, all else never changes."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._postings: OrderedDict[tuple[str, str], Sequence[int]] = OrderedDict()
        self._kept = 0
        self._sets: dict[tuple[str, str], int] = {}
        self._columns: dict[str, Sequence[int] | Sequence[float]] = {}
        self._deleted: frozenset[int] = frozenset()
        self._held: dict[str, int] = {}
        self._live = bits.everything(reader.size)

    def refresh(self, deleted: frozenset[int]) -> None:
        """Go on as of a later commit: only the deletions can differ."""
        if deleted != self._deleted:
            self._deleted, self._held = deleted, {}
            self._live = bits.everything(self.reader.size) & ~bits.of(deleted, self.reader.size)

    def postings(self, field: str, term: str) -> Sequence[int]:
        """Document numbers holding the term, deleted ones perhaps among them; the least used are forgotten first."""
        key = field, term
        if key in self._postings:
            self._postings.move_to_end(key)
            return self._postings[key]
        found = self._postings[key] = self.reader.documents_with(field, term)
        self._kept += len(found)
        while self._kept > KEPT_POSTINGS and len(self._postings) > 1:
            self._kept -= len(self._postings.popitem(last=False)[1])
        return found

    def holding(self, term: str) -> int:
        """How many live documents hold the term in their text; reads its postings where any document was deleted."""
        if not self._deleted:
            return self.reader.frequency("text", term)
        if term not in self._held:
            found = self.postings("text", term)
            self._held[term] = len(found) - len(self._deleted.intersection(found))
        return self._held[term]

    def number_in(self, category: str) -> int:
        """How many live documents a category has."""
        if not self._deleted:
            return self.reader.frequency("category", category)
        return (self.facet("category", category) & self._live).bit_count()

    def column(self, name: str) -> Sequence[int] | Sequence[float]:
        if name not in self._columns:
            self._columns[name] = self.reader.column(name)
        return self._columns[name]

    def facet(self, name: str, value: str) -> int:
        key = name, value
        if key not in self._sets:
            self._sets[key] = bits.of(self.postings(name, value), self.reader.size)
        return self._sets[key]

    def matching(self, query: Query, skip: str = "") -> int:
        """The live documents the filters let through, the facet `skip` set aside, and (in a search) every word."""
        found = self._live & self.having({name: wanted for name, wanted in query.where.items() if name != skip})
        if query.price != (None, None):
            prices = self.column("price")
            found &= bits.of(
                (n for n, p in enumerate(prices) if scoring.in_price(None if p == NO_PRICE else int(p), query)),
                self.reader.size,
            )
        if not query.categories:
            for group in required(query.text):
                for term in group:
                    found &= self._holding(term)
        return found

    def having(self, where: Mapping[str, frozenset[str]]) -> int:
        """The documents with one of the values wanted in each facet named."""
        found = bits.everything(self.reader.size)
        for name, wanted in where.items():
            found &= self._any(self.facet(name, value) for value in sorted(wanted))
        return found

    def _holding(self, term: str) -> int:
        if len(term) > 1 or term.isascii():
            return bits.of(self.postings("text", term), self.reader.size)
        return self._any(
            bits.of(self.postings("text", longer), self.reader.size)
            for longer in self.reader.beginning_with("text", term)
        )

    @staticmethod
    def _any(sets: Iterable[int]) -> int:
        found = 0
        for each in sets:
            found |= each
        return found

    def counts(self, query: Query, chosen: Iterable[str]) -> Iterator[tuple[str, str, int]]:
        """(facet, value, how many) for the facets asked: what choosing another value of it would show.

        `chosen` are the terms of the query that are read: see scoring.affordable.
        """
        reached = self._reached(query, chosen) if query.categories else self._live
        for name in query.count:
            base = self.matching(query, skip=name) & reached
            for value in self.reader.values(name):
                if number := (base & self.facet(name, value)).bit_count():
                    yield name, value, number

    def _reached(self, query: Query, chosen: Iterable[str]) -> int:
        text = (self.postings("text", term) for term in chosen)
        also = (number for entry_id in query.also if (number := self.reader.number_of(entry_id)) is not None)
        found = bits.of(also, self.reader.size) | self._any(bits.of(numbers, self.reader.size) for numbers in text)
        return found | self._any(self.facet("category", code) for code in query.categories)

    def relevance(self, weights: Mapping[str, float], allowed: str) -> dict[int, float]:
        """Text score by document number, for the documents whose digit in `allowed` is 1."""
        scores: dict[int, float] = {}
        for term, weight in weights.items():
            for number in self.postings("text", term):
                scores[number] = scores.get(number, 0.0) + weight
            for number in self.postings("name", term):
                scores[number] += scoring.NAME_BONUS * weight
        return {number: score for number, score in scores.items() if allowed[number] == "1"}

    def of_categories(self, categories: Iterable[str], allowed: str) -> Iterator[tuple[int, str]]:
        for code in categories:
            for number in self.postings("category", code):
                if allowed[number] == "1":
                    yield number, code
