"""The database session, our column types, and the one place that commits."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, Integer, MetaData, event
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

log = logging.getLogger(__name__)

LARGEST_ID = 2**31 - 1  # PostgreSQL keeps none past it in our columns, so a longer number is no address
_WRITERS = 310105  # any number, the same for all: who writes in a PostgreSQL database waits for it


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            StrEnum: SqlEnum(
                StrEnum,
                native_enum=False,
                create_constraint=True,
                length=32,
                values_callable=lambda kind: [member.value for member in kind],
            )
        },
    )


db = SQLAlchemy(model_class=Base)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, also where the database keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a datetime without zone: {value}")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Hundredths(TypeDecorator[Decimal]):
    """A Decimal with two places, kept exactly as an integer."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int((Decimal(value) * 100).to_integral_value())

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 100


@event.listens_for(Engine, "connect")
def _set_up_sqlite(connection: Any, _record: object) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None  # we begin ourselves, below
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Where the block is to write, begin when no other writes any more."""
    writes = connection.get_execution_options().get("writes", False)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")
    elif writes:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")


def after_commit(app: Flask, action: Callable[[], object]) -> None:
    """Have transaction() run `action` after each commit in this app."""
    app.extensions.setdefault("after_commit", []).append(action)


@contextmanager
def transaction(*, announce: bool = True) -> Iterator[None]:
    """Commit what the block did, or none of it; then run the after-commit actions.

    Takes the write lock at once, so what the block reads is what it writes upon. What is committed
    stays committed: an action that fails is logged, not raised.
    """
    db.session.rollback()
    try:
        db.session.connection(execution_options={"writes": True})
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    for action in current_app.extensions.get("after_commit", ()) if announce else ():
        try:
            action()
        except Exception:
            db.session.rollback()
            log.exception("after-commit action failed")
