"""A form acts once, however often it is sent."""

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
