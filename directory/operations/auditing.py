"""Reading the record of deeds: searched, page by page, newest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select

from directory.db import db
from directory.errors import NotFound
from directory.models.account import Account
from directory.models.audit import AuditEvent
from directory.operations.asof import end_of
from directory.policy import Actor, Permission, require
from directory.rules.calendar import start_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What events are looked for. `event`, `actor` and `thing` are whole, or begin with what ends in a colon.

    `text` stands somewhere in the reason; `since` and `until` are days of the district, both included.
    """

    event: str = ""
    actor: str = ""
    thing: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Events:
    """One page; `older` is what to ask for `before` to go on, None at the end."""

    items: list[AuditEvent]
    older: int | None
    names: dict[str, str]


def page(asked: Asked, *, before: int | None = None, by: Actor) -> Events:
    """By id, not by count: the last page of a million is as near as the first."""
    require(by, Permission.READ_AUDIT)
    query = _query(asked).order_by(AuditEvent.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    found = list(db.session.scalars(query))
    items = found[:PAGE]
    return Events(items, items[-1].id if len(found) > PAGE else None, _names(event.actor for event in items))


def every(asked: Asked, *, by: Actor) -> Iterator[AuditEvent]:
    """All of them, newest first, read as they are asked for."""
    require(by, Permission.READ_AUDIT)
    return _read(_query(asked).order_by(AuditEvent.id.desc()))


def get(event_id: int, *, by: Actor) -> AuditEvent:
    """Raises NotFound."""
    require(by, Permission.READ_AUDIT)
    found = db.session.get(AuditEvent, event_id)
    if found is None:
        raise NotFound(f"no event {event_id}")
    return found


def beside(event: AuditEvent, *, by: Actor) -> tuple[AuditEvent | None, AuditEvent | None]:
    """The event it follows, and the one that follows it."""
    require(by, Permission.READ_AUDIT)
    before = db.session.scalar(select(AuditEvent).where(AuditEvent.digest == event.previous))
    return before, db.session.scalar(select(AuditEvent).where(AuditEvent.previous == event.digest))


def name_of(event: AuditEvent) -> str:
    """Of who acted; "" where that was no account."""
    return _names([event.actor]).get(event.actor, "")


def _query(asked: Asked) -> Select[AuditEvent]:
    query = select(AuditEvent)
    for column, said in (
        (AuditEvent.event, asked.event),
        (AuditEvent.actor, asked.actor),
        (AuditEvent.thing, asked.thing),
    ):
        if said.endswith(":"):  # a range, so that the index serves
            query = query.where(column >= said, column < f"{said[:-1]};")
        elif said:
            query = query.where(column == said)
    if asked.text:
        query = query.where(AuditEvent.reason.contains(asked.text, autoescape=True))
    if asked.since is not None:
        query = query.where(AuditEvent.at >= start_of(asked.since))
    if asked.until is not None:
        query = query.where(AuditEvent.at < end_of(asked.until))
    return query


def _read(query: Select[AuditEvent]) -> Iterator[AuditEvent]:
    """Asks once the first is wanted: what is sent as it is read is read after the session of the request is over."""
    yield from db.session.scalars(query.execution_options(yield_per=1_000))


def _names(actors: Iterable[str]) -> dict[str, str]:
    """The names of the accounts among actors (role:id), from one query."""
    numbers = {actor: int(number) for actor in actors if (number := actor.partition(":")[2]).isdecimal()}
    found = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(numbers.values())))
    names = dict(found.all())
    return {actor: names[number] for actor, number in numbers.items() if number in names}
