"""A folder, or a zip, of CSV files, read one by one; and the texts in them made plain."""

import html
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from directory.exchange.tables import LARGEST_FILE, Columns, Line, WrongTable, lines, read_bytes
from directory.operations.records import RowFault

ANY = Columns(())
_NO_TEXT = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>")
_BREAK = re.compile(r"</?(?:p|br|div|li|ul|ol|tr|h[1-6])\b[^<>]*>", re.IGNORECASE)


class Files:
    """The CSV files of a delivery by name. Rows that cannot be read gather in `faults`."""

    def __init__(self, path: Path) -> None:
        self.faults: list[RowFault] = []
        self._data: Mapping[str, Path | bytes] = (
            {file.name: file for file in path.glob("*.csv")} if path.is_dir() else _archive(path)
        )
        for name in ("organizations.csv", "services.csv"):
            if name not in self._data:
                raise WrongTable(f"{path.name}: no {name}; HSDS is a folder or zip with organizations.csv and others")

    def lines(self, name: str, columns: Columns = ANY) -> Iterator[Line]:
        """The rows of a file; none where there is no such file, or where it is empty."""
        held = self._data.get(name, b"")
        data = read_bytes(held) if isinstance(held, Path) else held
        for line in lines(data, name, columns) if data.strip() else ():
            if isinstance(line, RowFault):
                self.faults.append(line)
            else:
                yield line

    def refuse(self, line: Line, column: str, rule: str, message: str) -> None:
        self.faults.append(RowFault(line.origin, column, line[column], rule, message))


def plain(text: str) -> str:
    """Text without HTML: tags dropped, entities as characters."""
    if "<" not in text and "&" not in text:
        return text
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", _NO_TEXT.sub("", text)))).strip()


def escaped(text: str) -> str:
    """What `plain` reads as this text."""
    return text if plain(text) == text else html.escape(text, quote=False)


def _archive(path: Path) -> dict[str, bytes]:
    """The files are looked for in any folder of the zip; what they unpack to is limited all together."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if m.filename.endswith(".csv") and "__MACOSX" not in m.filename]
            size = sum(member.file_size for member in members)
            if size > LARGEST_FILE:
                raise WrongTable(f"{path.name}: {size:,} bytes when unpacked, at most {LARGEST_FILE:,} are read")
            return {PurePosixPath(member.filename).name: archive.read(member) for member in members}
    except OSError as error:
        raise WrongTable(f"{path}: {error.strerror}") from error
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:  # encrypted, unknown method
        raise WrongTable(f"{path.name}: neither a folder nor a readable zip ({error})") from error
