"""A table as a file for a spreadsheet: all that its filters find, every cell guarded against being a formula."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from flask import Response

from directory.errors import NotFound
from directory.exchange import tables, xlsx

FILES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def checked(kind: str) -> str:
    """The kind of file an address ends with. Raises NotFound for one that is not made."""
    if kind not in FILES:
        raise NotFound(f"no file of kind {kind[:10]!r}")
    return kind


def as_file(kind: str, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, on: date) -> Response:
    """The rows under these heads, named for what they are and the day.

    Written to a file first, so that what is wrong with a row is told before half of them are sent.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{checked(kind)}"
        (xlsx.write if kind == "xlsx" else tables.write_csv)(path, columns, rows)
        answer = Response(path.read_bytes(), content_type=FILES[kind])
    answer.headers["Content-Disposition"] = f"attachment; filename={name}-{on.isoformat()}.{kind}"
    return answer
