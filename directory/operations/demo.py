"""Accounts of the demo: one for each role, all with one password that everybody may read until they are closed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import uuid4

from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from directory.db import db
from directory.models.account import Account
from directory.models.organisation import Organisation
from directory.operations import accounts as people
from directory.policy import Actor
from directory.rules.roles import Role

PASSWORD = "Shili-2026-demo"  # noqa: S105 - it stands on the sign-in page


def load(rows: Iterable[Mapping[str, str]], *, now: datetime) -> int:
    """Add those that are missing; how many that were. One that a person closed stays closed."""
    known = set(db.session.scalars(select(Account.email)))
    new = [row for row in rows if row["email"] not in known]
    if not new:
        return 0
    organisations = dict(
        db.session.execute(select(Organisation.uscc, Organisation.id).where(Organisation.is_demo)).all()
    )
    password = hash_password(PASSWORD)
    db.session.add_all(
        Account(
            email=row["email"],
            name=row["name"],
            role=Role(row["role"]),
            organisation_id=organisations[row["uscc"]] if row["uscc"] else None,
            area_code=row["area_code"],
            password=password,
            is_demo=True,
            created_at=now,
            fs_uniquifier=uuid4().hex,
        )
        for row in new
    )
    db.session.flush()
    return len(new)


def accounts() -> list[Account]:
    """Those whose password can be told to anybody."""
    query = select(Account).where(Account.is_demo, Account.active).order_by(Account.id)
    return list(db.session.scalars(query.options(joinedload(Account.organisation))))


def close(*, reason: str, by: Actor, now: datetime) -> int:
    """Close all that are open; how many that were. Nobody comes in with their password, nor goes on, from now on."""
    open_ones = accounts()
    for account in open_ones:
        people.close(account, reason=reason, by=by, now=now)
    return len(open_ones)
