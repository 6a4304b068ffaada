"""A live index and the next one built beside it: CURRENT names the folder that answers."""

import fcntl
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from search.documents import Found, ServiceDocument
from search.index.port import BrokenIndex
from search.index.whoosh import WhooshIndex
from search.query import Query

LOCK_SECONDS = 10.0


class Generations:
    """An index that another process may replace at any time; every question goes to the current one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._pointer = root / "CURRENT"
        self._lock = threading.Lock()
        self._open: WhooshIndex | None = None

    @property
    def generation(self) -> str:
        return self._current().generation

    def put(self, documents: Iterable[ServiceDocument]) -> None:
        self._current().put(documents)

    def drop(self, entry_ids: Iterable[int]) -> None:
        self._current().drop(entry_ids)

    def find(self, query: Query) -> Found:
        return self._current().find(query)

    def entry_ids(self) -> frozenset[int]:
        return self._current().entry_ids()

    def rebuild(self, documents: Iterable[ServiceDocument], *, progress: Callable[[int], None]) -> int:
        """Build a new generation beside the live one, then swap; a failure leaves the live one as it was."""
        folder = self.root / f"g{time.time_ns():x}-{secrets.token_hex(2)}"
        try:
            number = WhooshIndex(folder).build(documents, progress=progress)
            with self._failing():
                pointer = self.root / f".next-{folder.name}"
                pointer.write_text(folder.name, encoding="ascii")
                os.replace(pointer, self._pointer)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._forget_all_but(folder)
        return number

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One writer at a time, over all processes. Raises BrokenIndex when the turn does not come."""
        with self._failing():
            self.root.mkdir(parents=True, exist_ok=True)
            lock = (self.root / "lock").open("a")
        with lock:
            patience = time.monotonic() + LOCK_SECONDS
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > patience:
                        raise BrokenIndex("another process is writing the index") from None
                    time.sleep(0.05)
            yield

    def _current(self) -> WhooshIndex:
        with self._lock, self._failing():
            name = self._pointer.read_text(encoding="ascii").strip()
            if self._open is None or self._open.generation != name:
                folder = self.root / name
                if not name or not folder.is_dir():
                    raise BrokenIndex(f"generation {name!r} is missing")
                self._open = WhooshIndex(folder, must_exist=True)
            return self._open

    def _forget_all_but(self, kept: Path) -> None:
        """Remove older generations, save the one just replaced: a reader may still be in it."""
        old = sorted((f for f in self.root.glob("g*") if f.is_dir() and f != kept), key=lambda f: f.name)
        for folder in old[:-1]:
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._open = None
            raise BrokenIndex(f"{self.root}: {error.strerror or error}") from error
