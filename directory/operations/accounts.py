"""Signing in, passwords and second factors, and accounts that are closed."""

from datetime import datetime, timedelta
from uuid import uuid4

from flask_security import hash_password
from sqlalchemy import select

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.account import Account
from directory.operations import notices
from directory.policy import VISITOR, Actor, Permission, require
from directory.rules import passwords, reasons

MOST_FAILURES = 5
LOCKED = timedelta(minutes=15)
LONGEST_NAME = 40
LONGEST_EMAIL = 254


def get(account_id: int) -> Account:
    """The account, locked for a change. Raises NotFound."""
    found = db.session.get(Account, account_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"no account {account_id}")
    return found


def by_email(email: str) -> Account | None:
    """The account of a mail address, locked for a change."""
    return db.session.scalar(select(Account).where(Account.email == address(email)).with_for_update())


def by_uniquifier(uniquifier: str) -> Account | None:
    """The account whose password was right, locked for a change; None once it is closed."""
    return db.session.scalar(select(Account).filter_by(fs_uniquifier=uniquifier, active=True).with_for_update())


def address(email: str) -> str:
    """How a mail address is kept: people write theirs now with capitals, now without."""
    return email.strip().casefold()


def is_locked(account: Account, *, now: datetime) -> bool:
    return account.locked_until is not None and now < account.locked_until


def check(email: str, password: str, *, now: datetime) -> Account | None:
    """The account that gave its password, or None. Nobody is told which of the reasons it was, nor by how long it took.

    A wrong one counts, so the caller commits either way.
    """
    account = by_email(email) if len(email) <= LONGEST_EMAIL else None
    password = passwords.same(password[: passwords.LONGEST + 1])
    if account is None or account.password is None or not account.active or is_locked(account, now=now):
        hash_password(password)
        return None
    if account.verify_and_update_password(password):
        return account
    fail(account, now=now)
    return None


def fail(account: Account, *, now: datetime) -> None:
    """Count a wrong password or code; too many lock the account, and its owner is told."""
    account.failures += 1
    if account.failures < MOST_FAILURES:
        return
    account.failures, account.locked_until = 0, now + LOCKED
    audit.record("account:lock", by=VISITOR, thing=f"Account:{account.id}", now=now, reason="wrong passwords")
    notices.tell([account.id], "account_locked", link="/account/password", now=now)


def signed_in(account: Account, *, now: datetime) -> None:
    account.failures, account.locked_until = 0, None
    _record(account, "sign_in", by=_themselves(account), now=now)


def confirms(account: Account, password: str, *, now: datetime) -> bool:
    """Whether somebody signed in gave the password once more. A wrong one counts, so the caller commits either way."""
    given = passwords.same(password[: passwords.LONGEST + 1])
    if is_locked(account, now=now) or not account.verify_and_update_password(given):
        fail(account, now=now)
        return False
    return True


def change_password(account: Account, password: str, *, by: Actor, now: datetime) -> None:
    """Every open session of the account ends with its old password."""
    require(by, Permission.EDIT_ACCOUNT, account)
    set_password(account, password)
    _record(account, "password", by=by, now=now)


def reset_password(account: Account, password: str, *, now: datetime) -> None:
    """By whoever has the address that was mailed; this also unlocks."""
    if not account.active:
        raise Conflict("the account is closed")
    set_password(account, password)
    account.failures, account.locked_until = 0, None
    _record(account, "reset", by=_themselves(account), now=now)


def set_password(account: Account, password: str) -> None:
    """Raises Invalid, and Conflict for an account of the demo: its password is there for everybody to read."""
    if account.is_demo:
        raise Conflict("the accounts of the demo keep their password")
    password = passwords.same(password)
    if code := passwords.problem(password, email=account.email, name=account.name):
        raise Invalid("password", "", code, f"the password is no good: {code}")
    account.password, account.fs_uniquifier = hash_password(password), uuid4().hex


def set_second_factor(account: Account, secret: str, *, by: Actor, now: datetime) -> None:
    """`secret` is encrypted, see auth.Codes."""
    require(by, Permission.EDIT_ACCOUNT, account)
    account.tf_primary_method, account.tf_totp_secret = "authenticator", secret
    _record(account, "second_factor", by=by, now=now)


def drop_second_factor(account: Account, *, reason: str = "", by: Actor, now: datetime) -> None:
    """By themselves, or by whoever answers for the account, when a phone is lost: with a reason."""
    if by.id != account.id:
        require(by, Permission.CLOSE_ACCOUNT, account)
        reason = reasons.brief(reason)
    account.tf_primary_method = account.tf_totp_secret = account.tf_last_counter = None
    _record(account, "drop_second_factor", by=by, now=now, reason=reason)


def edit(account: Account, *, name: str, mails: bool, by: Actor, now: datetime) -> None:
    """Who wants mails from now on is not sent those of before. Raises Invalid."""
    require(by, Permission.EDIT_ACCOUNT, account)
    account.name = person(name)
    if mails and not account.mails:
        notices.skip_mails(account.id, now=now)
    account.mails = mails
    _record(account, "edit", by=by, now=now)


def close(account: Account, *, reason: str, by: Actor, now: datetime) -> None:
    """Nobody comes in with it any more, nor goes on. Raises Conflict, Invalid."""
    require(by, Permission.CLOSE_ACCOUNT, account)
    if account.id == by.id:
        raise Conflict("nobody closes the account they are using")
    if not account.active:
        raise Conflict("the account is closed already")
    account.active, account.fs_uniquifier = False, uuid4().hex
    _record(account, "close", by=by, now=now, reason=reasons.brief(reason))


def reopen(account: Account, *, reason: str, by: Actor, now: datetime) -> None:
    require(by, Permission.CLOSE_ACCOUNT, account)
    if account.active:
        raise Conflict("the account is open")
    account.active = True
    _record(account, "reopen", by=by, now=now, reason=reasons.brief(reason))


def person(name: str) -> str:
    """A person's name as it is kept: one line. Raises Invalid."""
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise Invalid("name", name[:40], "empty", "a name in letters")
    if len(name) > LONGEST_NAME:
        raise Invalid("name", name[:40], "over_40", f"at most {LONGEST_NAME} characters")
    return name


def _themselves(account: Account) -> Actor:
    return Actor(account.id, account.role, account.organisation_id, account.area_code)


def _record(account: Account, step: str, *, by: Actor, now: datetime, reason: str = "") -> None:
    audit.record(f"account:{step}", by=by, thing=f"Account:{account.id}", now=now, reason=reason)
