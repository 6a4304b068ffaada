"""Work that a neighbourhood arranges without a need: a corner for legal advice, a course that goes on all year."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from directory.models.engagement import Engagement
from directory.models.organisation import Organisation
from directory.models.service import Entry, Service, ServiceVersion
from directory.operations import engagements, entries
from directory.operations.paging import Shown, paged
from directory.policy import Actor, Permission, require
from directory.rules.engagements import Funding
from directory.rules.lifecycle import EntryState, NotAllowed
from directory.rules.terms import check_days


def listed(text: str, page: int, *, by: Actor) -> Shown[Entry]:
    """What stands in the catalogue, by the name of the service or of who offers it."""
    require(by, Permission.BEGIN_ENGAGEMENT)
    query = select(Entry).join(Entry.service).join(Service.organisation).join(Entry.version)
    query = query.where(Entry.state == EntryState.LISTED)
    if text:
        named = Organisation.name.contains(text, autoescape=True)
        query = query.where(named | ServiceVersion.name.contains(text, autoescape=True))
    service = joinedload(Entry.service)
    shown = joinedload(Entry.version), service.joinedload(Service.organisation), service.joinedload(Service.category)
    return paged(query.options(*shown).order_by(Organisation.name, Entry.id), page)


def choose(entry_id: int, *, by: Actor) -> Entry:
    """The entry work is to begin with, locked. Raises NotFound, Forbidden, NotAllowed where it is not listed."""
    require(by, Permission.BEGIN_ENGAGEMENT)
    entry = entries.get(entry_id)
    if entry.state is not EntryState.LISTED:
        raise NotAllowed("begin", entry.state, (EntryState.LISTED,))
    return entry


def begin(
    entry_id: int,
    *,
    title: str,
    amount: int,
    funding: Funding,
    starts_on: date,
    ends_on: date,
    by: Actor,
    now: datetime,
) -> Engagement:
    """Agree on it; it runs once the provider confirms. Raises NotFound, Forbidden, NotAllowed, Invalid."""
    entry = choose(entry_id, by=by)
    check_days(starts_on, ends_on)
    return engagements.begin(
        entry,
        area_code=by.area,
        title=title,
        amount=amount,
        funding=funding,
        starts_on=starts_on,
        ends_on=ends_on,
        by=by,
        now=now,
    )
