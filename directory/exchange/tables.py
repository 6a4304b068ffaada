"""CSV bytes to rows and back: whatever encoding an office saves in, with clear errors instead of guesses."""

import csv
import io
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import TextIO

from directory.errors import DirectoryError
from directory.operations.records import Origin, RowFault

LARGEST_FILE = 50 * 1024 * 1024
_ENCODINGS = ("utf-8-sig", "gb18030")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# The csv module refuses cells over 128 KB and with them the whole file; ours are refused row by row, as too long.
csv.field_size_limit(LARGEST_FILE)


@dataclass(frozen=True, slots=True)
class Columns:
    """What a header must name; with `known` it may name nothing else. `names` are other names for columns."""

    required: tuple[str, ...]
    known: frozenset[str] | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def read(self, header: Iterable[str], name: str) -> list[str]:
        """The columns of a header, "" for one without a name. Raises WrongTable."""
        read = [self.names.get(column.strip(), column.strip()) for column in header]
        named = [column for column in read if column]
        if not named:
            raise WrongTable(f"{name}: empty; its first line should name the columns", rule="empty")
        if missing := [column for column in self.required if column not in named]:
            message = f"{name}: no column {', '.join(missing)}; it has {', '.join(named)[:200]}"
            raise WrongTable(message, rule="missing", value="|".join(missing))
        if twice := sorted({column for column in named if named.count(column) > 1}):
            message = f"{name}: column {', '.join(twice)} stands there twice"
            raise WrongTable(message, rule="twice", value="|".join(twice))
        if self.known is not None and (unknown := [column for column in named if column not in self.known]):
            message = f"{name}: column {', '.join(unknown)[:200]} is not known; see docs/import.md"
            raise WrongTable(message, rule="unknown", value="|".join(unknown)[:200])
        return read


class WrongTable(DirectoryError):
    """The file as a whole cannot be read; nothing of it was taken. `rule` says in a code why, `value` which part."""

    status = 422

    def __init__(self, message: str, *, rule: str = "unreadable", value: str = "") -> None:
        super().__init__(message)
        self.rule, self.value = rule, value


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: its text by column, blanks trimmed, our own formula guard taken off.

    `formulas` are the columns where a spreadsheet would compute something; none is ever computed here.
    """

    origin: Origin
    cells: Mapping[str, str]
    formulas: frozenset[str] = frozenset()

    def __getitem__(self, column: str) -> str:
        """The text of a column; "" where the file has no such column."""
        return self.cells.get(column, "")

    def first(self, *columns: str) -> str:
        """The text of the first of these columns that says anything."""
        return next((text for column in columns if (text := self[column])), "")


def read_csv(path: Path, *, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, row) of a CSV file in UTF-8 or GB18030; what a short row lacks is "", what is too much is dropped.

    Raises WrongTable on a header without `columns`.
    """
    for origin, header, cells in _rows(read_bytes(path), path.name, Columns(tuple(columns))):
        yield origin.line, {c: text.strip() for c, text in zip_longest(header, cells[: len(header)], fillvalue="")}


def read_bytes(path: Path) -> bytes:
    """The bytes of a file that is not too large to be read."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise WrongTable(f"{path.name}: {size:,} bytes, at most {LARGEST_FILE:,} are read")
        return path.read_bytes()
    except OSError as error:
        raise WrongTable(f"{path}: {error.strerror}") from error


def lines(data: bytes, name: str, columns: Columns) -> Iterator[Line | RowFault]:
    """The rows of CSV bytes in UTF-8 or GB18030. Raises WrongTable on a wrong header.

    A row with more or fewer cells than the header is a fault; an empty one is passed over.
    """
    for origin, header, cells in _rows(data, name, columns):
        if any(cell.strip() for cell in cells):
            yield line_of(origin, header, cells)


def _rows(data: bytes, name: str, columns: Columns) -> Iterator[tuple[Origin, list[str], list[str]]]:
    reader = csv.reader(io.StringIO(decoded(data, name), newline=""))
    try:
        header = columns.read(next(reader, []), name)
        last = reader.line_num
        for cells in reader:
            origin, last = Origin(name, last + 1), reader.line_num
            yield origin, header, cells
    except csv.Error as error:
        raise WrongTable(f"{name}, line {reader.line_num}: {error}") from error


def line_of(origin: Origin, header: Sequence[str], cells: Sequence[str]) -> Line | RowFault:
    if len(cells) != len(header):
        few_or_many = "少" if len(cells) < len(header) else "多"
        message = f"有 {len(cells)} 列，表头是 {len(header)} 列，列数太{few_or_many}；检查引号和逗号"
        return RowFault(origin, "", "|".join(cells)[:40], "columns", message)
    said = {column: text.strip() for column, text in zip(header, cells, strict=True) if column}
    formulas = frozenset(column for column, text in said.items() if text.startswith(("=", "＝")))
    return Line(origin, {column: unguarded(text) for column, text in said.items()}, formulas)


def decoded(data: bytes, name: str) -> str:
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise WrongTable(f"{name}: neither UTF-8 nor GB18030 text", rule="encoding")


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a table that spreadsheets open as it is (UTF-8 with mark, cells guarded); returns how many rows."""
    with replacing(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        return write_rows(file, columns, rows)


def write_rows(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    writer = csv.writer(file)
    writer.writerow(columns)
    written = 0
    for row in rows:
        writer.writerow([guarded(value) for value in row])
        written += 1
    return written


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place when the block is done, and is removed when it fails."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        part.touch()
        yield part
        os.replace(part, path)
    except OSError as error:
        raise WrongTable(f"{path}: cannot write there ({error.strerror or error})") from error
    finally:
        part.unlink(missing_ok=True)


def guarded(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) and not _is_number(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
