"""An exact index in memory: for tests, for benchmarks, and as the oracle for the Whoosh one."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from search.documents import Found, ServiceDocument
from search.index import scoring
from search.query import Order, Query
from search.text import asked, required, terms


class MemoryIndex:
    generation = "memory"

    def __init__(self) -> None:
        self._documents: dict[int, ServiceDocument] = {}
        self._terms: dict[int, tuple[frozenset[str], frozenset[str]]] = {}

    def put(self, documents: Iterable[ServiceDocument]) -> None:
        for document in documents:
            self._documents[document.entry_id] = document
            name = frozenset(terms(document.name))
            self._terms[document.entry_id] = name, name | frozenset(terms(document.text))

    def drop(self, entry_ids: Iterable[int]) -> None:
        for entry_id in entry_ids:
            self._documents.pop(entry_id, None)
            self._terms.pop(entry_id, None)

    def entry_ids(self) -> frozenset[int]:
        return frozenset(self._documents)

    def find(self, query: Query) -> Found:
        relevance = self._relevance(query)
        query = self._readable(query)
        kept = [d for d in self._documents.values() if self._keeps(d, query, relevance)]
        facets = {
            facet: dict(Counter(value for d in self._facet_base(facet, query, relevance) for value in d.values(facet)))
            for facet in query.count
        }
        best = max((relevance.get(d.entry_id, 0.0) for d in kept), default=0.0)
        kept.sort(key=lambda d: (*self._rank(d, query, relevance.get(d.entry_id, 0.0) / (best or 1.0)), d.entry_id))
        page = kept[query.offset : query.offset + query.limit]
        return Found(
            scoring.hits(((d.entry_id, relevance.get(d.entry_id, 0.0)) for d in page), best), len(kept), facets
        )

    def _readable(self, query: Query) -> Query:
        holding = Counter(document.category for document in self._documents.values())
        chosen = scoring.readable(query.categories, holding)
        return replace(query, categories={code: query.categories[code] for code in chosen})

    def _relevance(self, query: Query) -> dict[int, float]:
        holding = Counter(t for _, text in self._terms.values() for t in set(asked(query.text)) & text)
        chosen = scoring.affordable(holding)
        scores: dict[int, float] = {}
        for entry_id, (name, text) in self._terms.items():
            score = sum(
                scoring.weight(holding[t]) * (1 + scoring.NAME_BONUS * (t in name)) for t in chosen if t in text
            )
            if score:
                scores[entry_id] = score
        return scores

    def _keeps(self, document: ServiceDocument, query: Query, relevance: dict[int, float], skip: str = "") -> bool:
        if not scoring.in_price(document.price, query):
            return False
        if any(not document.values(f) & wanted for f, wanted in query.where.items() if f != skip):
            return False
        if query.categories:
            wanted = document.category in query.categories or document.entry_id in query.also
            return wanted or document.entry_id in relevance
        held = self._terms[document.entry_id][1]
        return all(
            all(
                term in held if len(term) > 1 or term.isascii() else any(h.startswith(term) for h in held)
                for term in group
            )
            for group in required(query.text)
        )

    def _facet_base(self, facet: str, query: Query, relevance: dict[int, float]) -> list[ServiceDocument]:
        """A facet counts what choosing another of its values would show: its own filter set aside."""
        return [d for d in self._documents.values() if self._keeps(d, query, relevance, skip=facet)]

    @staticmethod
    def _rank(document: ServiceDocument, query: Query, text: float) -> tuple[float, ...]:
        if query.order is Order.PRICE:
            return (float("inf") if document.price is None else float(document.price),)
        if query.order is Order.QUALITY:
            return (-document.quality,)
        preferred = all(document.values(facet) & wanted for facet, wanted in query.prefer.items()) and query.prefer
        bonus = scoring.PREFERENCE if preferred else 0.0
        also = scoring.ALSO if document.entry_id in query.also else 0.0
        return (-round(text + query.categories.get(document.category, 0.0) + bonus + also, 9), -document.quality)
