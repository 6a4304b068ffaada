"""Who is at the other end of a request: an account that signed in, or a visitor.

Flask-Security keeps the passwords and loads the account of a session. Its own pages, mails and tokens in headers are
not used: see docs/decisions/0009.
"""

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from flask import Flask, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import LoginManager
from flask_security import Security, SQLAlchemyUserDatastore, current_user, login_user, logout_user
from flask_security.core import RoleMixin
from flask_security.recoverable import generate_reset_password_token, reset_password_token_status
from flask_security.totp import Totp
from passlib.totp import TotpMatch
from sqlalchemy.exc import SQLAlchemyError

from directory.config import Settings
from directory.db import db
from directory.models.account import Account
from directory.operations import notices, sessions
from directory.policy import VISITOR, Actor, Permission, can
from directory.rules import passwords
from directory.rules.roles import SECOND_FACTOR, Role
from directory.wording.states import ROLES

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
BETWEEN_FACTORS = timedelta(minutes=5)
RESET_WITHIN = timedelta(hours=2)
# As the pages say them.
DOOR = {
    "idle_minutes": IDLE // timedelta(minutes=1),
    "longest_hours": LONGEST // timedelta(hours=1),
    "code_minutes": BETWEEN_FACTORS // timedelta(minutes=1),
    "reset_hours": RESET_WITHIN // timedelta(hours=1),
    "shortest_password": passwords.SHORTEST,
    "long_password": passwords.LONG_ENOUGH,
}
_SEEN_EVERY = timedelta(minutes=1)  # a cookie for each request would be too much
_CODE = re.compile("[0-9]{6}")
_CLOCKS_DIFFER = 30  # seconds

FREE_OF_ACCOUNTS = ("/api/", "/static/", "/bootstrap/", "/health")
FREE_OF_SECOND_FACTOR = {"door.set_up_code", "door.keep_code", "door.sign_out", "public.preferences"}
WORKSPACES = {
    Role.NEIGHBOURHOOD: "/neighbourhood",
    Role.OWNER: "/organisation",
    Role.EDITOR: "/organisation",
    Role.ASSESSOR: "/evaluation",
    Role.LEAD: "/evaluation",
    Role.STREET: "/government",
    Role.DISTRICT: "/government",
    Role.AUDITOR: "/audit",
}


class Codes(Totp):
    """Codes of an authenticator app; none is taken twice."""

    def get_last_counter(self, user: Any) -> int | None:
        return cast(Account, user).tf_last_counter

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        user.tf_last_counter = tmatch.counter

    def takes(self, account: Account, code: str, *, secret: str) -> bool:
        """Whether this is the code now; the caller commits that it was used."""
        plain = "".join(code.split())
        return bool(_CODE.fullmatch(plain)) and self.verify_totp(plain, secret, account, window=_CLOCKS_DIFFER)


def set_up(app: Flask, settings: Settings) -> None:
    """Give the app accounts, and every request `g.account` (None for a visitor) and `g.actor`."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - a scheme, no password
        SECURITY_PASSWORD_SINGLE_HASH=True,  # not mixed with the key: a leaked key can be changed, and passwords stay
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_RESET_PASSWORD_WITHIN=RESET_WITHIN,
    )
    Security(app, SQLAlchemyUserDatastore(db, Account, RoleMixin), register_blueprint=False)
    manager: LoginManager = app.login_manager  # type: ignore[attr-defined]  # Flask-Login puts it there
    manager.user_loader(_load)
    manager.request_loader(lambda _request: None)  # sessions only, no token in a header or an address
    app.extensions["codes"] = Codes({"1": app.config["SECRET_KEY"]}, "社会组织推荐目录")
    app.config["SECOND_FACTOR_OF"] = SECOND_FACTOR if settings.require_2fa else frozenset()
    app.before_request(_tell_who)
    app.jinja_env.globals.update(can=can, Permission=Permission, ROLES=ROLES, DOOR=DOOR)
    app.context_processor(_names)


def _load(uniquifier: str) -> Account | None:
    """The account of a session, none once it is closed, and the number every page shows of what it has not read."""
    account, g.unread = notices.account_and_unread(uniquifier, session.get("serial", ""))
    return account


def _tell_who() -> ResponseReturnValue | None:
    g.account, g.actor = None, VISITOR
    if request.path.startswith(FREE_OF_ACCOUNTS) or not current_user.is_authenticated:
        return None
    if not _goes_on(now=datetime.now(UTC)):
        sign_out()
        flash(gettext("太久没有操作，或者登录已满 8 小时，已经自动退出。请重新登录。"))
        return None
    g.account = current_user._get_current_object()
    g.actor = actor_of(g.account)
    owed = g.account.role in current_app.config["SECOND_FACTOR_OF"] and g.account.tf_totp_secret is None
    if owed and request.endpoint not in FREE_OF_SECOND_FACTOR:
        return redirect(url_for("door.set_up_code"), 303)
    return None


def _goes_on(*, now: datetime) -> bool:
    """Whether the session is neither idle too long nor open too long; notes that it was used."""
    since, seen = (_moment(session.get(name)) for name in ("since", "seen"))
    if since is None or seen is None or now - since >= LONGEST or now - seen >= IDLE:
        return False
    if now - seen >= _SEEN_EVERY:
        session["seen"] = int(now.timestamp())
    return True


def _moment(given: object) -> datetime | None:
    return datetime.fromtimestamp(given, UTC) if isinstance(given, int) else None


def _names() -> dict[str, Any]:
    """What the frame of every page says of whoever signed in."""
    account = g.get("account")
    if account is None:
        return {"signed_in": None}
    try:
        return {"signed_in": {"name": account.name, "workspace": WORKSPACES.get(account.role), "unread": g.unread}}
    except SQLAlchemyError:  # the page that says that the database is away has a frame, too
        db.session.rollback()
        return {"signed_in": None}


def actor_of(account: Account) -> Actor:
    return Actor(account.id, account.role, account.organisation_id, account.area_code)


def sign_in(account: Account, *, now: datetime) -> None:
    """Open a session that has nothing of the visitor's before it."""
    _clear()
    login_user(account, remember=False)
    session["serial"] = secrets.token_hex(16)
    session["since"] = session["seen"] = int(now.timestamp())


def end_session(*, now: datetime) -> None:
    """Also for whoever has a copy of the cookie; in a transaction of the caller."""
    if serial := session.get("serial"):
        sessions.end(serial, now=now)


def sign_out() -> None:
    logout_user()
    _clear()
    g.account, g.actor = None, VISITOR


def wait_for_code(account: Account, *, now: datetime) -> None:
    """The password was right; the session is nobody's until the code is, too."""
    _clear()
    session["half"] = [account.fs_uniquifier, int(now.timestamp())]


def waits_for_code(*, now: datetime) -> str | None:
    """The uniquifier of the account whose password was right, for a short time."""
    match session.get("half"):
        case [str(whose), int(since)] if timedelta() <= now - datetime.fromtimestamp(since, UTC) < BETWEEN_FACTORS:
            return whose
    return None


def ask_to_sign_in() -> ResponseReturnValue:
    """Where a visitor is sent who opened a page for accounts; it comes back there."""
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("door.sign_in", next=here))


def reset_token(account: Account) -> str:
    """Good until the password changes, two hours at most."""
    return str(generate_reset_password_token(account))


def reset_account(token: str) -> Account | None:
    """Whose password may be set with a token."""
    expired, invalid, account = reset_password_token_status(token)
    return None if expired or invalid or account is None or not account.active else cast(Account, account)


def codes() -> Codes:
    return cast(Codes, current_app.extensions["codes"])


def second_factor_asked(account: Account) -> Mapping[str, bool]:
    """Whether the account must have a second factor, and whether it has."""
    return {
        "must": account.role in current_app.config["SECOND_FACTOR_OF"],
        "has": account.tf_totp_secret is not None,
    }


def _clear() -> None:
    session.clear()
    g.pop("csrf_token", None)
