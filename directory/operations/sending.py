"""A form acts once, however often it is sent, and only on what its sender saw."""

from datetime import datetime

from sqlalchemy import select

from directory.db import db
from directory.errors import Conflict
from directory.models.form import SentForm

LONGEST_TOKEN = 64


class SentBefore(Conflict):
    def __init__(self) -> None:
        super().__init__("this form was sent before")


def once(token: str, *, now: datetime) -> None:
    """Note that a form was sent, in the transaction of what it does; raises SentBefore the second time."""
    if (
        not token
        or len(token) > LONGEST_TOKEN
        or db.session.scalar(select(SentForm.token).where(SentForm.token == token))
    ):
        raise SentBefore
    db.session.add(SentForm(token=token, at=now))
    db.session.flush()


class Overtaken(Conflict):
    def __init__(self) -> None:
        super().__init__("somebody acted on this since the page was shown")


def mark(stood: datetime | None) -> str:
    """What a form carries to say how the thing stood when its page was shown."""
    return "" if stood is None else stood.isoformat()


def unmoved(stood: datetime | None, seen: str) -> None:
    """Raises Overtaken where the thing stands otherwise than `seen` says."""
    if mark(stood) != seen:
        raise Overtaken
