"""A queue as a file for a spreadsheet: all that its filters find, every cell guarded against being a formula."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from flask import Response

from directory.errors import NotFound
from directory.exchange import tables, xlsx

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def kind(given: str) -> str:
    """The kind of file an address ends with. Raises NotFound."""
    if given not in TYPES:
        raise NotFound(f"no file of kind {given[:10]!r}")
    return given


def answer(name: str, kind: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, on: date) -> Response:
    """Written to a file first, so that what is wrong with a row is told before half of them are sent."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.{kind}"
        (xlsx.write if kind == "xlsx" else tables.write_csv)(path, columns, rows)
        sent = Response(path.read_bytes(), content_type=TYPES[kind])
    sent.headers["Content-Disposition"] = f"attachment; filename={name}-{on.isoformat()}.{kind}"
    return sent
