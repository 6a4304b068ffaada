"""What tests of editions put into an empty catalogue, and how they seal and spoil it."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from directory.db import db, transaction
from directory.models.edition import Edition
from directory.models.service import Entry, ServiceVersion
from directory.operations import entries, sealing
from directory.policy import OPERATOR, Actor
from tests import factories
from tests.factories import NOW


def listed(number: int = 3) -> list[int]:
    """A catalogue of so many entries, two organisations' turn about, committed: the entries' ids."""
    with transaction(announce=False):
        factories.taxonomy()
        made = [factories.organisation(n, phone="021-5288 1234", area_code=factories.STREET) for n in (1, 2)]
        categories = ("P-001", "P-015", "P-024")
        return [factories.entry(made[n % 2], categories[n % 3], name=f"第{n + 1}号服务").id for n in range(number)]


def seal(title: str = "第一版", *, by: Actor = OPERATOR, now: datetime = NOW, **more: Any) -> Edition:
    with transaction(announce=False):
        return sealing.seal(title, by=by, now=now, **more)


def later(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def suspend(entry_id: int, *, now: datetime, by: Actor = OPERATOR) -> None:
    with transaction(announce=False):
        entries.suspend(entries.get(entry_id), reason="complaint_confirmed", by=by, now=now)


def restore(entry_id: int, *, now: datetime) -> None:
    with transaction(announce=False):
        entries.restore(entries.get(entry_id), by=OPERATOR, now=now)


def remove(entry_id: int, *, now: datetime) -> None:
    with transaction(announce=False):
        entries.remove(entries.get(entry_id), reason="expired", by=OPERATOR, now=now)


def rename(entry_id: int, name: str, *, now: datetime) -> None:
    """A new version of the service, approved `now`."""
    with transaction(announce=False):
        entry = db.session.get_one(Entry, entry_id)
        old = entry.version
        kept = {key: getattr(old, key) for key in ("description", "areas", "groups", "price_low", "price_high")}
        entry.version = ServiceVersion(
            service=entry.service, number=old.number + 1, name=name, approved_at=now, price_unit=old.price_unit, **kept
        )


def spoil(statement: str, **values: Any) -> None:
    """Change what is kept, past all our code and all the database would check."""
    db.session.rollback()
    with closing(sqlite3.connect(str(db.engine.url.database))) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement, values)
        connection.commit()
    db.session.expire_all()


def two_editions() -> list[int]:
    """In the second one entry has another name, one is suspended, one gone, and the last of those told is new."""
    ids = listed(5)
    seal("春季版")
    rename(ids[0], "新名", now=later(1))
    suspend(ids[1], now=later(1))
    remove(ids[2], now=later(1))
    with transaction():
        ids.append(factories.entry(factories.organisation(9), name="=1+1").id)
    seal("秋季版", now=later(2))
    return ids
