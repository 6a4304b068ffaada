"""What was done to one thing, for those who may read it: the audit events that name it."""

from sqlalchemy import select

from directory.db import db
from directory.models.audit import AuditEvent


def of(thing: str) -> list[AuditEvent]:
    """Oldest first; `thing` reads Kind:id. Whoever asks has checked that the thing may be read."""
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.thing == thing).order_by(AuditEvent.id)))
