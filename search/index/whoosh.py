"""The Whoosh backend: files in a folder, one writer at a time."""

import heapq
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from whoosh.index import TOC, LockError, create_in, exists_in, open_dir
from whoosh.index import IndexError as WhooshIndexError

from search.documents import FACETS, Found, ServiceDocument
from search.index import bits, scoring
from search.index.leaf import SCHEMA, Leaf
from search.index.port import BrokenIndex
from search.index.segment import NO_PRICE, Segment
from search.index.writer import Writer
from search.query import Order, Query
from search.text import asked, terms

LOCK_SECONDS = 10.0
OPENING_TRIES = 10
_UNWRITABLE = (WhooshIndexError, LockError, OSError)


class WhooshIndex:
    def __init__(self, folder: Path, *, must_exist: bool = False) -> None:
        """Open the index in `folder`, or start an empty one there if it need not exist. Raises BrokenIndex."""
        self.generation = folder.name
        self._lock = threading.Lock()
        self._segments: dict[str, Segment] = {}
        self._commit = -1
        with _told():
            folder.mkdir(parents=True, exist_ok=True)
            self._index = _opened(str(folder), must_exist=must_exist)
        with self._reading():
            pass  # a damaged index is told of at once

    def put(self, documents: Iterable[ServiceDocument]) -> None:
        rows = {document.entry_id: _row(document) for document in documents}  # the writer would keep both of two
        with _told(), Writer(self._index, timeout=LOCK_SECONDS) as writer:
            self._forget(rows, writer)
            for row in rows.values():
                writer.add_document(**row)

    def drop(self, entry_ids: Iterable[int]) -> None:
        with _told(), Writer(self._index, timeout=LOCK_SECONDS) as writer:
            self._forget(list(entry_ids), writer)

    def _forget(self, entry_ids: Collection[int], writer: Writer) -> None:
        with self._reading() as segments:
            for segment in segments:
                writer.forget(segment.reader, entry_ids)

    def build(self, documents: Iterable[ServiceDocument], *, progress: Callable[[int], None]) -> int:
        """Fill an empty index in one go; tells `progress` the number so far now and then."""
        written = 0
        with _told(_UNWRITABLE), Writer(self._index, timeout=LOCK_SECONDS) as writer:
            for document in documents:
                writer.add_document(**_row(document))
                written += 1
                if written % 500 == 0:
                    progress(written)
        progress(written)
        return written

    def entry_ids(self) -> frozenset[int]:
        with self._reading() as segments:
            return frozenset(
                int(segment.column("entry_id")[number])
                for segment in segments
                for number in bits.numbers(segment.matching(Query()))
            )

    def find(self, query: Query) -> Found:
        with self._reading() as segments:
            query, weights = self._readable(query, segments), self._weights(query, segments)
            reached = [_Reached.of(query, segment, weights) for segment in segments]
            best = max((max(each.relevance.values(), default=0.0) for each in reached), default=0.0)
            ranked = (place for each in reached for place in each.ranked(query, best or 1.0))
            page = heapq.nsmallest(query.offset + query.limit, ranked)[query.offset :]
            facets: dict[str, Counter[str]] = defaultdict(Counter)
            for segment in segments if query.count else ():
                for facet, value, number in segment.counts(query, weights):
                    facets[facet][value] += number
            hits = scoring.hits(((int(place[-1]), score) for place, score in page), best)
            total = sum(len(each.categories) for each in reached)
            return Found(hits, total, {name: dict(facets[name]) for name in query.count})

    @staticmethod
    def _weights(query: Query, segments: list[Segment]) -> dict[str, float]:
        """What each term tells. Only those that are read anyway are counted without the deleted documents."""
        held = {t: sum(s.reader.frequency("text", t) for s in segments) for t in asked(query.text)}
        live = {t: sum(s.holding(t) for s in segments) for t in scoring.affordable(held)}
        return {term: scoring.weight(number) for term, number in live.items() if number}

    @staticmethod
    def _readable(query: Query, segments: list[Segment]) -> Query:
        """The query with as many of its categories as can be read."""
        holding = {code: sum(s.number_in(code) for s in segments) for code in query.categories}
        chosen = scoring.readable(query.categories, holding)
        return replace(query, categories={code: query.categories[code] for code in chosen})

    @contextmanager
    def _reading(self) -> Iterator[list[Segment]]:
        """The segments as of the last commit of any process; what was read of unchanged ones is kept."""
        with self._lock, _told():
            tries = OPENING_TRIES
            while self._commit != self._index.latest_generation():
                try:
                    self._open_commit()
                except FileNotFoundError:  # another process committed meanwhile, and cleaned up
                    tries -= 1
                    if not tries:
                        raise
                    time.sleep(0.05)
            yield list(self._segments.values())

    def _open_commit(self) -> None:
        """Open what the last commit added and close what it took away."""
        toc = TOC.read(self._index.storage, self._index.indexname)
        opened: dict[str, Segment] = {}
        for files in toc.segments:
            name = files.segment_id()
            segment = opened[name] = self._segments.get(name) or Segment(Leaf(self._index.storage, files))
            segment.refresh(frozenset(files.deleted_docs()))
        gone = self._segments.keys() - opened.keys()
        closing = [self._segments[name] for name in gone]
        self._commit, self._segments = toc.generation, opened
        for segment in closing:
            segment.reader.close()


@dataclass(frozen=True, slots=True)
class _Reached:
    """What a query reached in one segment, by document number: text score, and weight of its category."""

    segment: Segment
    relevance: Mapping[int, float]
    categories: Mapping[int, float]

    @classmethod
    def of(cls, query: Query, segment: Segment, weights: Mapping[str, float]) -> "_Reached":
        allowed = segment.matching(query)
        members = bits.digits(allowed, segment.reader.size)
        relevance = segment.relevance(weights, members)
        if not query.categories:
            return cls(segment, relevance, dict.fromkeys(bits.numbers(allowed), 0.0))
        categories = dict.fromkeys(relevance, 0.0)
        for number, code in segment.of_categories(query.categories, members):
            categories[number] = query.categories[code]
        for entry_id in query.also:
            place = segment.reader.number_of(entry_id)
            if place is not None and members[place] == "1":
                categories[place] = categories.get(place, 0.0) + scoring.ALSO
        return cls(segment, relevance, categories)

    def ranked(self, query: Query, best: float) -> Iterator[tuple[tuple[float, ...], float]]:
        """Sort key (smallest first, entry_id last) and text score of every document that may be on the page."""
        ids, quality = self.segment.column("entry_id"), self.segment.column("quality")
        relevance = self.relevance.get
        if query.order is Order.PRICE:
            prices = self.segment.column("price")
            for number in self.categories:
                price = prices[number]
                yield (float("inf") if price == NO_PRICE else price, ids[number]), relevance(number, 0.0)
        elif query.order is Order.QUALITY:
            for number in self.categories:
                yield (-quality[number], ids[number]), relevance(number, 0.0)
        else:
            totals = {number: relevance(number, 0.0) / best + weight for number, weight in self.categories.items()}
            if query.prefer:
                preferred = bits.digits(self.segment.having(query.prefer), self.segment.reader.size)
                for number in totals:
                    if preferred[number] == "1":
                        totals[number] += scoring.PREFERENCE
            floor = min(heapq.nlargest(query.offset + query.limit, totals.values()), default=0.0) - 1e-9
            for number, total in totals.items():
                if total >= floor:
                    yield (-round(total, 9), -quality[number], ids[number]), relevance(number, 0.0)


def _row(document: ServiceDocument) -> dict[str, Any]:
    name = terms(document.name)
    return {
        "entry_id": document.entry_id,
        "name": list(name),
        "text": list(dict.fromkeys((*name, *terms(document.text)))),
        "price": NO_PRICE if document.price is None else min(document.price, NO_PRICE - 1),
        "quality": document.quality,
        **{facet: sorted(values) for facet in FACETS if (values := document.values(facet))},
    }


def _opened(folder: str, *, must_exist: bool) -> Any:
    return open_dir(folder) if must_exist or exists_in(folder) else create_in(folder, SCHEMA)


@contextmanager
def _told(damage: tuple[type[Exception], ...] = (Exception,)) -> Iterator[None]:
    """Turn what a damaged, missing or locked folder raises into BrokenIndex; a damaged file may raise anything."""
    try:
        yield
    except damage as error:
        raise BrokenIndex(f"{type(error).__name__}: {error}") from error
