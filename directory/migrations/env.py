"""Alembic asks here what the tables should be and where the database is."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

from directory.db import db


def migrate(connection: Connection) -> None:
    options = current_app.extensions["migrate"].configure_args
    context.configure(connection=connection, target_metadata=db.metadata, **options)
    with context.begin_transaction():
        context.run_migrations()


@contextmanager
def _rows_kept(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew: dropping the old one must not touch the rows that point to it."""
    sqlite = connection.dialect.name == "sqlite"
    raw = connection.connection.cursor()
    if sqlite:
        raw.execute("PRAGMA foreign_keys=OFF")
    yield
    if sqlite:
        raw.execute("PRAGMA foreign_keys=ON")
        if broken := raw.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows that point nowhere after the migration: {broken[:5]}")


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with db.engine.connect() as opened, _rows_kept(opened):
        migrate(opened)
