"""Telling people what happened and what waits for them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select

from directory.db import db
from directory.models.account import Account
from directory.models.notice import Notice
from directory.rules.roles import OF_AN_ORGANISATION, Role


def tell(
    accounts: Iterable[int], kind: str, *, link: str, now: datetime, once: str | None = None, **facts: object
) -> None:
    """Leave a notice for each account. A reminder named `once` is given to each but once.

    `facts` are worded with the kind, see wording/notices.py: nothing secret, for they are mailed.
    """
    ids = set(accounts)
    if once is not None:
        told = select(Notice.account_id).where(Notice.once == once, Notice.account_id.in_(ids))
        ids -= set(db.session.scalars(told))
    said = {name: str(value) for name, value in facts.items()}
    db.session.add_all(
        Notice(account_id=account_id, kind=kind, facts=said, link=link, once=once, created_at=now)
        for account_id in sorted(ids)
    )


def keepers(organisation_id: int) -> list[int]:
    """The accounts that keep an organisation's record."""
    return _active(Account.organisation_id == organisation_id, Account.role.in_(OF_AN_ORGANISATION))


def with_role(*roles: Role) -> list[int]:
    return _active(Account.role.in_(roles))


def _active(*conditions: ColumnElement[bool]) -> list[int]:
    return list(db.session.scalars(select(Account.id).where(Account.active, *conditions).order_by(Account.id)))
