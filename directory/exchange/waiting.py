"""Lists that were sent in and wait for their sender to look at them before they are taken."""

import hashlib
import re
import time
from contextlib import suppress
from pathlib import Path

from directory.errors import NotFound
from directory.exchange.tables import WrongTable

KEPT_SECONDS = 24 * 3600
_ID = re.compile(r"([a-z]{1,20})-[0-9a-f]{32}")


def keep(folder: Path, data: bytes, *, kind: str, owner: int) -> str:
    """Put a file by for its owner, and throw away what waited too long; gives the name to ask for it with.

    Raises WrongTable where the disk does not take it.
    """
    name = f"{kind}-{hashlib.sha256(data).hexdigest()[:32]}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        for old in folder.iterdir():
            with suppress(OSError):  # another worker was first
                if old.stat().st_mtime < time.time() - KEPT_SECONDS:
                    old.unlink()
        _place(folder, name, owner).write_bytes(data)
    except OSError as error:
        raise WrongTable(f"{folder}: cannot write there", rule="not_stored") from error
    return name


def get(folder: Path, name: str, *, owner: int) -> tuple[str, bytes]:
    """The kind and the bytes of what an owner put by. Raises NotFound."""
    found = _ID.fullmatch(name)
    try:
        if found:
            return found[1], _place(folder, name, owner).read_bytes()
    except OSError:
        pass
    raise NotFound(f"no list {name[:60]!r} waits")


def drop(folder: Path, name: str, *, owner: int) -> None:
    if _ID.fullmatch(name):
        _place(folder, name, owner).unlink(missing_ok=True)


def _place(folder: Path, name: str, owner: int) -> Path:
    return folder / f"{owner}-{name}"
