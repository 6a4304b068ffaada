"""Who is at the other end of a request: an account that signed in, or a visitor.

The evaluation centre can still be let in by an address, see docs/decisions/0006, until its accounts replace that.
"""

from collections.abc import Mapping, MutableMapping
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, g, request
from flask_security import Security, SQLAlchemyUserDatastore, current_user
from flask_security.core import RoleMixin
from itsdangerous import BadData, URLSafeSerializer

from directory.config import Settings
from directory.db import db
from directory.models.account import Account
from directory.policy import EVALUATION, VISITOR, Actor
from directory.rules.roles import Role

LINK_MINUTES = 15
SESSION_HOURS = 8
_PURPOSE = "evaluation: watch the learning"

FREE_OF_ACCOUNTS = ("/api/", "/static/", "/bootstrap/", "/health")


def set_up(app: Flask, _settings: Settings) -> None:
    """Give the app accounts, and every request `g.account` (None for a visitor) and `g.actor`."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - a scheme, no password
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_URL_PREFIX="/account",
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
    )
    Security(app, SQLAlchemyUserDatastore(db, Account, RoleMixin))
    app.before_request(_tell_who)


def _tell_who() -> None:
    signed_in = not request.path.startswith(FREE_OF_ACCOUNTS) and current_user.is_authenticated
    g.account = current_user._get_current_object() if signed_in else None
    g.actor = actor_of(g.account) if g.account else VISITOR


def actor_of(account: Account) -> Actor:
    return Actor(account.id, account.role, account.organisation_id, account.area_code)


def link_token(key: str, *, now: datetime) -> str:
    """What lets its bearer in as the evaluation centre, until LINK_MINUTES after `now`."""
    return str(_signer(key).dumps(int(now.timestamp())))


def lets_in(token: str, key: str, *, now: datetime) -> bool:
    """Whether a token is ours, made for this purpose, and neither too old nor from the future."""
    try:
        made = _signer(key).loads(token)
    except BadData:
        return False
    return _within(made, timedelta(minutes=LINK_MINUTES), now)


def sign_in(session: MutableMapping[str, Any], *, now: datetime) -> None:
    session.clear()
    session.update(role=Role.LEAD.value, since=int(now.timestamp()))


def sign_out(session: MutableMapping[str, Any]) -> None:
    session.clear()


def actor(session: Mapping[str, Any], *, now: datetime) -> Actor:
    """Who a session was opened for; a visitor once its hours are over."""
    known = session.get("role") == Role.LEAD
    return EVALUATION if known and _within(session.get("since"), timedelta(hours=SESSION_HOURS), now) else VISITOR


def _signer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt=_PURPOSE)


def _within(since: object, allowed: timedelta, now: datetime) -> bool:
    return isinstance(since, int) and 0 <= int(now.timestamp()) - since < allowed.total_seconds()
