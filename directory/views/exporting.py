"""A table as a file for a spreadsheet."""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from flask import Response

from directory.errors import NotFound
from directory.exchange import tables, xlsx

FILES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def checked(kind: str) -> str:
    """Raises NotFound for a kind of file that is not made."""
    if kind not in FILES:
        raise NotFound(f"no file of kind {kind[:10]!r}")
    return kind


def as_file(kind: str, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The rows under these heads, every cell guarded, to be kept under a name."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{checked(kind)}"
        (xlsx.write if kind == "xlsx" else tables.write_csv)(path, columns, rows)
        answer = Response(path.read_bytes(), content_type=FILES[kind])
    answer.headers["Content-Disposition"] = f"attachment; filename={name}.{kind}"
    return answer
