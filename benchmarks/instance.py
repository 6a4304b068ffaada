"""A catalogue of a benchmark's own, in a folder of its own."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import current_app
from flask_migrate import upgrade

from benchmarks.synthetic import confirm, fill
from directory import indexing
from directory.app import create_app
from directory.config import Settings
from directory.db import db, transaction
from directory.engine import Engine
from directory.operations import learning
from directory.policy import OPERATOR

# The day for which the demo facts are told, see seeds/demo/about.json.
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@contextmanager
def opened(folder: Path) -> Iterator[Engine]:
    """The instance as a server or a command has it."""
    database = f"sqlite:///{folder / 'directory.db'}"
    with create_app(Settings(folder, database, secrets.token_hex())).app_context():
        engine: Engine = current_app.extensions["engine"]
        yield engine
        db.session.remove()
        db.engine.dispose()


def filled(folder: Path, services: int, field: str | None = None, confirmed: int = 0) -> None:
    """Tables, taxonomy, so many services and confirmed needs; no index yet, and no model."""
    with opened(folder):
        upgrade()
        with transaction(announce=False):
            fill(services, now=NOW, field=field)
            confirm(confirmed, now=NOW)


def taught(folder: Path) -> float:
    """Seconds it took to learn from the confirmed needs."""
    with opened(folder) as engine:
        started = time.perf_counter()
        trained = learning.train(engine.models, by=OPERATOR)
        with transaction(announce=False):
            learning.put_in_force(trained, by=OPERATOR, now=NOW)
        return time.perf_counter() - started


def indexed(folder: Path) -> float:
    """Seconds it took to build the index."""
    with opened(folder) as engine:
        started = time.perf_counter()
        indexing.rebuild(engine.index, now=NOW, progress=lambda done: None)
        return time.perf_counter() - started
