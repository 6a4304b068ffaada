"""CSV bytes to rows: whatever encoding an office saves in, with clear errors instead of guesses."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from directory.errors import DirectoryError

LARGEST_FILE = 50 * 1024 * 1024
_ENCODINGS = ("utf-8-sig", "gb18030")


class WrongTable(DirectoryError):
    """The file as a whole cannot be read; nothing of it was taken."""

    status = 422


def read_csv(path: Path, *, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, row) of a CSV file in UTF-8 or GB18030. Raises WrongTable on a header without `columns`."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise WrongTable(f"{path.name}: {size:,} bytes, at most {LARGEST_FILE:,} are read")
        text = decoded(path.read_bytes(), path.name)
    except OSError as error:
        raise WrongTable(f"{path}: {error.strerror}") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise WrongTable(
            f"{path.name}: no column {', '.join(missing)}; it has {', '.join(reader.fieldnames or ())[:200]}"
        )
    try:
        for row in reader:
            yield reader.line_num, {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
    except csv.Error as error:
        raise WrongTable(f"{path.name}, line {reader.line_num}: {error}") from error


def decoded(data: bytes, name: str) -> str:
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise WrongTable(f"{name}: neither UTF-8 nor GB18030 text")


def guarded(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
