"""Who did what, when and why: written in the transaction of the deed itself, each event chained to the one before."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from directory.db import db
from directory.models.audit import AuditEvent
from directory.policy import Actor

BEGINNING = "0" * 64


def record(event: str, *, by: Actor, thing: str, now: datetime, reason: str = "") -> AuditEvent:
    """Note a deed. `event` reads subject:action, `thing` reads Kind:id."""
    db.session.flush()
    last = db.session.scalar(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1).with_for_update())
    actor = f"{by.role}:{by.id}" if by.id is not None else str(by.role)
    noted = AuditEvent(event=event, actor=actor, thing=thing, reason=reason, at=now)
    noted.previous = last.digest if last else BEGINNING
    noted.digest = _digest(noted)
    db.session.add(noted)
    db.session.flush()
    return noted


def broken(*, last: int | None = None) -> Iterator[tuple[int, str]]:
    """(id, what is wrong) of every event that does not follow from the one before it, among the `last` or all."""
    query = select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=1000)
    before = BEGINNING
    if last is not None:
        newest = select(AuditEvent.id, AuditEvent.digest).order_by(AuditEvent.id.desc())
        edge = db.session.execute(newest.offset(last).limit(1)).one_or_none()
        if edge is not None:
            query, before = query.where(AuditEvent.id > edge.id), edge.digest
    for event in db.session.scalars(query):
        if event.previous != before:
            yield event.id, "does not follow the event before it"
        if not holds(event):
            yield event.id, "was changed after it was written"
        before = event.digest


def holds(event: AuditEvent) -> bool:
    """Whether an event says what it said when it was written."""
    return event.digest == _digest(event)


def _digest(event: AuditEvent) -> str:
    said = [event.previous, event.event, event.actor, event.thing, event.reason, event.at.isoformat()]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
