"""One commit: documents that come, documents that go, and small segments that are joined on the way."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Self

from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from search.index.leaf import COLUMNS, SCHEMA, Leaf
from search.index.presence import Presence, PresenceCodec
from search.index.segment import Reader

# So many segments of about one size are joined: each of them costs every answer a little, each joining a change.
JOINED = 6
# Larger segments stay as they are until the next build, so that no change has to wait for seconds.
JOINABLE = 2_000


class Writer(SegmentWriter):
    """Whoosh's writer, save that it gathers postings by term. Holds the index's lock until it commits or cancels."""

    def __init__(self, index: FileIndex, *, timeout: float) -> None:
        super().__init__(index, timeout=timeout, codec=PresenceCodec())
        self.pool: Any = Presence()
        self.mergetype = Writer._join

    def __enter__(self) -> Self:
        return self

    def add_document(self, **row: Any) -> None:
        """A row has every column, and a sequence of terms for every other field."""
        number = self._add_columns(row)
        for name, terms in row.items():
            if name not in COLUMNS:
                self.pool.add(name, map(str.encode, terms), number)
        self.pool.add("entry_id", (SCHEMA["entry_id"].to_bytes(row["entry_id"]),), number)

    def forget(self, reader: Reader, entry_ids: Iterable[int]) -> None:
        """Delete these from a segment, where it has them."""
        segment = next(s for s in self.segments if s.segment_id() == reader.name)
        for entry_id in entry_ids:
            if (number := reader.number_of(entry_id)) is not None:
                segment.delete_document(number)

    def _add_columns(self, row: Mapping[str, Any]) -> int:
        number: int = self.docnum
        self.perdocwriter.start_doc(number)
        for name in COLUMNS:
            field = SCHEMA[name]
            self.perdocwriter.add_column_value(name, field.column_type, field.to_column_value(row[name]))
        self.perdocwriter.finish_doc()
        self._added = True
        self.docnum += 1
        return number

    def _join(self, segments: list[Any]) -> list[Any]:
        """Take in what is to be joined with the new documents; returns the segments that stay, without the empty."""
        levels: dict[int, list[Any]] = {}
        for segment in segments:
            if 0 < segment.doc_count() <= JOINABLE:
                levels.setdefault(int(math.log(segment.doc_count(), JOINED)), []).append(segment)
        taken: list[Any] = []
        for level, alike in sorted(levels.items()):
            if len(alike) >= JOINED - 1 and self.docnum < JOINED ** (level + 1):
                for segment in alike:
                    self._take_in(segment)
                taken += alike
        return [segment for segment in segments if segment.doc_count() and segment not in taken]

    def _take_in(self, segment: Any) -> None:
        leaf = Leaf(self.storage, segment)
        columns = {name: leaf.column(name) for name in COLUMNS}
        live = [number for number in range(leaf.size) if not segment.is_deleted(number)]
        moved = {number: self._add_columns({name: columns[name][number] for name in COLUMNS}) for number in live}
        for field, term, numbers in leaf.postings():
            for number in numbers:
                if number in moved:
                    self.pool.add(field, (term,), moved[number])
        leaf.close()
