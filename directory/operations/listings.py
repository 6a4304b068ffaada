"""The entries of the catalogue as government keeps them: listed, suspended and exited."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from directory.db import db
from directory.errors import NotFound
from directory.models.organisation import Organisation
from directory.models.service import Entry, EntryStep, Service, ServiceVersion
from directory.models.taxonomy import Category
from directory.operations.lapsing import Lapse
from directory.operations.paging import Shown, paged
from directory.operations.queues import in_area, seated
from directory.policy import Actor, Permission, require
from directory.rules.lifecycle import EntryState


class Order(StrEnum):
    ORGANISATION = "organisation"
    LATEST = "latest"
    CURE = "cure"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries are asked for; `text` stands in the name of the service or of the organisation."""

    state: EntryState | None = None
    reason: str = ""
    street: str = ""
    text: str = ""
    lapsing: bool = False
    order: Order = Order.ORGANISATION
    page: int = 1


_ORDERS = {
    Order.ORGANISATION: (Organisation.name, Entry.id),
    Order.LATEST: (Entry.since.desc(), Entry.id),
    Order.CURE: (Entry.cure_until.is_(None), Entry.cure_until, Entry.id),
}


def entries(asked: Asked, lapses: Sequence[Lapse] = (), *, by: Actor) -> Shown[Entry]:
    """A page of them; `lapses` are those of `lapsing.soon`, for who asks for what lapses."""
    return paged(_chosen(asked, lapses, by=by), asked.page)


def every(asked: Asked, lapses: Sequence[Lapse] = (), *, by: Actor) -> list[Entry]:
    """All of them, for a file."""
    return list(db.session.scalars(_chosen(asked, lapses, by=by)))


def _chosen(asked: Asked, lapses: Sequence[Lapse], *, by: Actor) -> Select[Entry]:
    query = (
        select(Entry)
        .join(Entry.service)
        .join(Service.organisation)
        .join(Entry.version)
        .where(seated(by))
        .order_by(*_ORDERS[asked.order])
    )
    if asked.state is not None:
        query = query.where(Entry.state == asked.state)
    if asked.reason:
        query = query.where(Entry.reason == asked.reason)
    if asked.street:
        query = query.where(in_area(asked.street))
    if asked.text:
        named = Organisation.name.contains(asked.text, autoescape=True)
        query = query.where(named | ServiceVersion.name.contains(asked.text, autoescape=True))
    if asked.lapsing:
        ids = [lapse.organisation_id for lapse in lapses]
        query = query.where(Entry.state == EntryState.LISTED, Service.organisation_id.in_(ids))
    return query.options(*_shown())


def _shown() -> tuple[ORMOption, ...]:
    service = joinedload(Entry.service)
    return (
        joinedload(Entry.version),
        service.joinedload(Service.organisation),
        service.joinedload(Service.category).joinedload(Category.parent),
    )


def entry(entry_id: int, *, by: Actor) -> Entry:
    """One, to read. Raises NotFound, Forbidden."""
    found = db.session.scalar(select(Entry).where(Entry.id == entry_id).options(*_shown()))
    if found is None:
        raise NotFound(f"no entry {entry_id}")
    require(by, Permission.WATCH_CATALOGUE, found.service)
    return found


def steps(shown: Entry) -> list[EntryStep]:
    """How it stood, oldest first."""
    query = select(EntryStep).where(EntryStep.entry_id == shown.id).order_by(EntryStep.at, EntryStep.id)
    return list(db.session.scalars(query.options(joinedload(EntryStep.version))))


def reasons(*, by: Actor) -> list[str]:
    """The reasons that entries not listed stand with, for a filter."""
    query = select(Entry.reason).join(Entry.service).join(Service.organisation).where(seated(by), Entry.reason != "")
    return list(db.session.scalars(query.distinct().order_by(Entry.reason)))


def of_organisation(organisation_id: int) -> list[Entry]:
    query = select(Entry).join(Entry.service).where(Service.organisation_id == organisation_id)
    return list(db.session.scalars(query.options(joinedload(Entry.version)).order_by(Entry.id)))
