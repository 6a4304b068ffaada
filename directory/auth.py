"""Who is at the other end of a request: for now a visitor, or the evaluation centre let in by an address.

There are no accounts yet. docs/decisions/0006 says why this will do, and what replaces it.
"""

from collections.abc import Mapping, MutableMapping
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from directory.policy import EVALUATION, VISITOR, Actor
from directory.rules.roles import Role

LINK_MINUTES = 15
SESSION_HOURS = 8
_PURPOSE = "evaluation: watch the learning"


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
