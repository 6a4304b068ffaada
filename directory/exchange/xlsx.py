"""Excel workbooks to rows and back; formulas are seen, never computed."""

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import xlsxwriter  # type: ignore[import-untyped]  # it has no types
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]  # it has no types

from directory.exchange import tables
from directory.exchange.tables import (
    LARGEST_FILE,
    Columns,
    Line,
    WrongTable,
    guarded,
    line_of,
    replacing,
)
from directory.operations.records import Origin, RowFault

BEGINNING = b"PK\x03\x04"
OLD_BEGINNING = b"\xd0\xcf\x11\xe0"
LARGEST_UNPACKED = 4 * LARGEST_FILE
_WIDTHS = {"description": 60, "standard": 60, "organisation": 32, "service": 32}


def either(data: bytes, name: str, columns: Columns) -> Iterator[Line | RowFault]:
    """The rows of a workbook or of CSV text, whichever the bytes are. Raises WrongTable."""
    if data.startswith(OLD_BEGINNING):
        raise WrongTable(f"{name}: an old Excel file (.xls); save it as .xlsx or CSV", rule="old")
    reader = lines if data.startswith(BEGINNING) else tables.lines
    return reader(data, name, columns)


def lines(data: bytes, name: str, columns: Columns) -> Iterator[Line | RowFault]:
    """The rows of a workbook's first sheet. Raises WrongTable on a wrong header.

    A row with cells beyond the header, or with a cell in error (#N/A …), is a fault; an empty one is passed over.
    """
    try:
        _check_unpacked(data, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and features that a table of text does not need
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs write a wrong size, which would cut rows off
            rows = enumerate(sheet.iter_rows(), 1)
            header = columns.read(map(_text, next(rows, (1, ()))[1]), name)
            while not header[-1]:
                header.pop()
            for number, row in rows:
                texts = [_text(cell) for cell in row]
                if any(text.strip() for text in texts):
                    yield _line(Origin(name, number), header, texts, [cell.data_type for cell in row])
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, ParseError, OSError) as error:
        raise WrongTable(f"{name}: not a readable Excel workbook ({error})") from error


def _check_unpacked(data: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > LARGEST_UNPACKED:
        message = f"{name}: {size:,} bytes when unpacked, at most {LARGEST_UNPACKED:,} are read"
        raise WrongTable(message, rule="too_large")


def _line(origin: Origin, header: list[str], texts: list[str], kinds: list[str]) -> Line | RowFault:
    for column, text, kind in zip(header, texts, kinds, strict=False):
        if kind == "e":
            return RowFault(origin, column, text, "cell_error", f"单元格是错误值 {text}，请填上真正的内容")
    while len(texts) > len(header) and not texts[-1].strip():
        texts.pop()
    return line_of(origin, header, texts + [""] * (len(header) - len(texts)))


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()
    if cell.data_type == "f":
        text = str(getattr(value, "text", value))  # an array formula is an object of its own
        return text if text.startswith("=") else f"={text}"
    return str(value)


def template(columns: Sequence[str], example: Sequence[str], allowed: Iterable[tuple[str, str]]) -> bytes:
    """A workbook to fill in: a header with one example row, and a sheet of (column, what may stand there)."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@"})  # keeps codes and days as they are typed
        sheet = book.add_worksheet("填这里")
        sheet.freeze_panes(1, 0)
        for column, (name, said) in enumerate(zip(columns, example, strict=True)):
            sheet.set_column(column, column, 24, text)
            sheet.write_string(0, column, name, bold)
            sheet.write_string(1, column, said, text)
        words = book.add_worksheet("怎么填")
        words.set_column(0, 0, 20)
        words.set_column(1, 1, 80)
        for row, (name, said) in enumerate((("列", "填什么"), *allowed)):
            words.write_string(row, 0, name, bold)
            words.write_string(row, 1, said, wrapped)
    return file.getvalue()


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a workbook of one sheet, row by row; every cell is text or a number. Returns how many rows."""
    place = 0
    try:
        with (
            replacing(path) as part,
            xlsxwriter.Workbook(str(part), {"constant_memory": True}) as book,
        ):
            sheet = book.add_worksheet("services")
            bold = book.add_format({"bold": True})
            sheet.freeze_panes(1, 0)
            for column, name in enumerate(columns):
                sheet.set_column(column, column, _WIDTHS.get(name, 14))
                sheet.write_string(0, column, name, bold)
            for place, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    if isinstance(value, int):
                        sheet.write_number(place, column, value)
                    elif value not in {None, ""}:
                        sheet.write_string(place, column, guarded(value))
    except FileCreateError as error:
        raise WrongTable(f"{path}: cannot write there ({error})") from error
    return place
