"""A segment of ours on disk: which documents hold a term, and nothing more.

Whoosh's own format takes every posting through several objects, and compresses it. Here postings are gathered by term
while documents come in, and written as plain numbers. The rest is Whoosh's: terms, columns, commits, locks.
"""

import zlib
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermInfo
from whoosh.matching.mcore import ListMatcher

_CHECK = 4  # bytes of checksum before the numbers of a term


class Presence(dict[str, dict[bytes, "array[int]"]]):
    """Document numbers by field and term, ascending. In place of Whoosh's pool, which sorts every single posting."""

    def add(self, field: str, terms: Iterable[bytes], number: int) -> None:
        held = self.setdefault(field, {})
        for term in terms:
            if term in held:
                held[term].append(number)
            else:
                held[term] = array("I", (number,))

    def iter_postings(self) -> Iterator[tuple[str, list[tuple[bytes, "array[int]"]]]]:
        return ((field, sorted(self[field].items())) for field in sorted(self))

    def cleanup(self) -> None:
        self.clear()


class PresenceCodec(W3Codec):
    """Every segment on disk names its codec by this class; those that Whoosh's own wrote are read by that."""

    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> "_FieldWriter":
        return _FieldWriter(self, storage, segment)

    def postings_reader(self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None) -> Any:
        offset, _ = terminfo.extent()  # the length is read as a tuple there
        data = dbfile.get(offset, _CHECK + 4 * terminfo.doc_frequency())
        if zlib.crc32(data[_CHECK:]) != int.from_bytes(data[:_CHECK], "little"):
            raise ValueError(f"the postings of {term} are damaged")
        numbers = array("I")
        numbers.frombytes(data[_CHECK:])
        return ListMatcher(numbers, format=format_, scorer=scorer, term=term, terminfo=terminfo)


class _FieldWriter(W3FieldWriter):
    def add_postings(self, schema: Any, _lengths: object, items: Any) -> None:
        """Write what Presence.iter_postings() gives: a checksum and the numbers of each term."""
        for field, terms in items:
            self.start_field(field, schema[field])
            prefix = self._fieldmap[field].to_bytes(2, "big")
            for term, numbers in terms:
                data = numbers.tobytes()
                count = len(numbers)
                info = W3TermInfo(count, count, maxweight=1, minid=numbers[0], maxid=numbers[-1])
                info.set_extent(self._postfile.tell(), _CHECK + len(data))
                self._postfile.write(zlib.crc32(data).to_bytes(_CHECK, "little") + data)
                self._tindex.add(prefix + term, info.to_bytes())
            self.finish_field()
