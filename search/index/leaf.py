"""What a document is on disk, and the files of one segment of documents."""

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from whoosh import fields
from whoosh.codec.whoosh3 import W3Codec

from search.documents import FACETS

SCHEMA = fields.Schema(
    entry_id=fields.NUMERIC(int, 64, unique=True, sortable=True, shift_step=0),
    text=fields.ID(),
    name=fields.ID(),
    price=fields.NUMERIC(int, 32, sortable=True, shift_step=0),
    quality=fields.NUMERIC(float, sortable=True, shift_step=0),
    **{facet: fields.ID() for facet in FACETS},
)
COLUMNS = {"entry_id": "q", "price": "l", "quality": "d"}


class Leaf:
    """One segment, as search.index.segment asks for it. Its files never change; the deletions stand in the commit."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self.name: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self._segment = segment
        self._codec = segment.codec()
        self._files = segment.open_compound_file(storage)
        self._terms = self._codec.terms_reader(self._files, segment)
        self._columns = self._codec.per_document_reader(self._files, segment)

    def close(self) -> None:
        for part in (self._terms, self._columns, self._files):
            part.close()

    def frequency(self, field: str, term: str) -> int:
        return self._frequency(field, term.encode())

    def documents_with(self, field: str, term: str) -> Sequence[int]:
        return self._documents_with(field, term.encode())

    def number_of(self, entry_id: int) -> int | None:
        return next(iter(self._documents_with("entry_id", SCHEMA["entry_id"].to_bytes(entry_id))), None)

    def beginning_with(self, field: str, prefix: str) -> Iterator[str]:
        for name, term in self._terms.terms_from(field, prefix.encode()):
            if name != field or not term.startswith(prefix.encode()):
                return
            yield term.decode()

    def values(self, field: str) -> Iterator[str]:
        return self.beginning_with(field, "")

    def column(self, name: str) -> Sequence[int] | Sequence[float]:
        field: Any = SCHEMA[name]
        return array(COLUMNS[name], map(field.from_column_value, self._columns.column_reader(name, field.column_type)))

    def postings(self) -> Iterator[tuple[str, bytes, Iterator[int]]]:
        """Every field, term and who holds it, in order."""
        # Opened only here: Whoosh keeps a copy in memory of each file that is open.
        file = self._segment.open_file(self._files, W3Codec.POSTS_EXT)
        for (field, term), info in self._terms.items():
            yield field, term, self._codec.postings_reader(file, info, SCHEMA[field].format).all_ids()
        file.close()

    def _frequency(self, field: str, term: bytes) -> int:
        try:
            return int(self._terms.doc_frequency(field, term))
        except KeyError:
            return 0

    def _documents_with(self, field: str, term: bytes) -> Sequence[int]:
        if not self._frequency(field, term):
            return ()
        return array("I", self._terms.matcher(field, term, SCHEMA[field].format).all_ids())
