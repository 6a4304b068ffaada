"""Sessions that were ended by signing out: a copy of their cookie opens nothing any more."""

from datetime import datetime

from sqlalchemy import ColumnElement, select

from directory.db import db
from directory.models.form import SentForm

# Kept beside the forms that were sent, and as long: for days, while a session lasts for hours.
_ENDED = "session:"


def end(serial: str, *, now: datetime) -> None:
    """Nobody goes on with the session of this serial number; ending it again changes nothing."""
    db.session.merge(SentForm(token=_ENDED + serial, at=now))


def goes_on(serial: str) -> ColumnElement[bool]:
    return ~select(SentForm).where(SentForm.token == _ENDED + serial).exists()
