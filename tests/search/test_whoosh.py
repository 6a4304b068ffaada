"""What is the Whoosh backend's own: segments joined, segments of the library's own format, what is never joined."""

import pytest
from whoosh.writing import SegmentWriter

from search.documents import FACETS
from search.index import whoosh, writer
from search.index.memory import MemoryIndex
from search.index.whoosh import WhooshIndex
from search.query import Order, Query
from tests.factories import document

QUERIES = (
    Query("停车", count=FACETS, limit=100),
    Query("停车消防", categories={"P-001": 0.5}, count=FACETS, limit=100),
    Query("狗", price=(2, 30), order=Order.PRICE, limit=100),
)


def documents(numbers):
    return [document(n, f"停车{n}", "消防养狗" if n % 3 else "停车", price=n, quality=n / 1000) for n in numbers]


def answers(index):
    return [index.find(query) for query in QUERIES]


@pytest.fixture
def real(tmp_path):
    return WhooshIndex(tmp_path / "index")


def segments(index, tmp_path):
    return len(list((tmp_path / "index").glob("*.seg")))


def test_segments_of_one_size_are_joined_and_answer_as_before(real, tmp_path):
    exact = MemoryIndex()
    for start in range(0, 400, 3):
        for index in (exact, real):
            index.put(documents(range(start, start + 3)))
            index.drop([start + 1])
        assert segments(real, tmp_path) <= 3 * (writer.JOINED - 1)
    assert answers(real) == answers(exact)
    assert answers(WhooshIndex(tmp_path / "index")) == answers(exact)


def test_a_large_segment_is_never_joined(real, tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "JOINABLE", 10)
    for start in range(0, 300, 20):
        real.put(documents(range(start, start + 20)))
    assert segments(real, tmp_path) == 15


def test_a_segment_of_deleted_documents_goes(real, tmp_path):
    real.put(documents(range(50)))
    real.put(documents(range(50)))
    assert segments(real, tmp_path) == 1


def test_segments_written_by_the_library_itself_are_read_and_joined(real, tmp_path):
    """As they stand in an instance that was indexed before we wrote our own."""
    exact = MemoryIndex()
    exact.put(documents(range(15)))
    for start in range(0, 15, 3):
        library = SegmentWriter(real._index)
        for each in documents(range(start, start + 3)):
            library.add_document(**whoosh._row(each))
        library.commit(merge=False)
    assert answers(real) == answers(exact)
    for index in (exact, real):
        index.put(documents([4, 20]))
    assert segments(real, tmp_path) == 1
    assert answers(real) == answers(exact)
