"""Telling people what happened and what waits for them."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import contains_eager, joinedload

from directory.db import db
from directory.errors import Forbidden, NotFound
from directory.models.account import Account
from directory.models.notice import Notice
from directory.operations import sessions
from directory.policy import Actor
from directory.rules.roles import OF_AN_ORGANISATION, Role

PAGE = 20
AT_ONCE = 50


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


def keepers(*organisation_ids: int) -> list[int]:
    """The accounts that keep the records of these organisations."""
    return _active(Account.organisation_id.in_(organisation_ids), Account.role.in_(OF_AN_ORGANISATION))


def neighbours(area_code: str) -> list[int]:
    """The accounts of a neighbourhood."""
    return _active(Account.area_code == area_code, Account.role == Role.NEIGHBOURHOOD)


def with_role(*roles: Role) -> list[int]:
    return _active(Account.role.in_(roles))


def account_and_unread(uniquifier: str, serial: str) -> tuple[Account | None, int]:
    """The account a session is of, none once either is closed, and how many of its notices are unread: in one query.

    With its organisation, which every page of its workspace names.
    """
    theirs = select(func.count()).where(Notice.account_id == Account.id, Notice.read_at.is_(None)).scalar_subquery()
    query = select(Account, theirs).where(Account.fs_uniquifier == uniquifier, Account.active, sessions.goes_on(serial))
    found = db.session.execute(query.options(joinedload(Account.organisation))).one_or_none()
    return (found[0], found[1]) if found else (None, 0)


def of(account_id: int, *, page: int) -> tuple[list[Notice], int]:
    """What an account was told, unread first, then the latest; and how many there are."""
    mine = Notice.account_id == account_id
    total = db.session.scalar(select(func.count()).select_from(Notice).where(mine)) or 0
    query = select(Notice).where(mine).order_by(Notice.read_at.is_not(None), Notice.id.desc())
    return list(db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE))), total


def read(notice_id: int, *, by: Actor, now: datetime) -> Notice:
    """Note that somebody opened a notice of theirs. Raises NotFound, Forbidden."""
    notice = db.session.get(Notice, notice_id)
    if notice is None:
        raise NotFound(f"no notice {notice_id}")
    if notice.account_id != by.id:
        raise Forbidden("this notice is for somebody else")
    notice.read_at = notice.read_at or now
    return notice


def read_all(*, by: Actor, now: datetime) -> None:
    theirs = update(Notice).where(Notice.account_id == by.id, Notice.read_at.is_(None))
    db.session.execute(theirs.values(read_at=now))


def skip_mails(account_id: int, *, now: datetime) -> None:
    """Never mail what an account was told so far."""
    theirs = update(Notice).where(Notice.account_id == account_id, Notice.mailed_at.is_(None))
    db.session.execute(theirs.values(mailed_at=now))


def any_to_mail() -> bool:
    return db.session.scalar(_to_mail().limit(1)) is not None


def mail(post: Callable[[Notice], None], *, now: datetime) -> int:
    """Give what was not mailed yet to `post`, some at a time; how many that were.

    Whoever is interrupted between posting and committing posts again: a notice may come twice, it is never lost.
    """
    query = _to_mail().join(Notice.account).options(contains_eager(Notice.account)).order_by(Notice.id)
    found = list(db.session.scalars(query.limit(AT_ONCE).with_for_update(of=Notice)))
    for notice in found:
        post(notice)
        notice.mailed_at = now
    return len(found)


def _to_mail() -> Select[Notice]:
    wanted = Notice.account.has(Account.mails & Account.active)
    return select(Notice).where(Notice.mailed_at.is_(None), Notice.read_at.is_(None), wanted)


def _active(*conditions: ColumnElement[bool]) -> list[int]:
    return list(db.session.scalars(select(Account.id).where(Account.active, *conditions).order_by(Account.id)))
