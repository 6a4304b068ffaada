"""The entries that a neighbourhood keeps in view for a need: from its frozen answer, or found beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.match import MatchLine
from directory.models.need import Need, Shortlisted
from directory.models.organisation import Organisation
from directory.models.service import Entry, Service, ServiceVersion
from directory.operations import catalogue
from directory.operations.catalogue import Offer
from directory.operations.paging import Shown, paged
from directory.policy import Actor, Permission, require
from directory.rules.lifecycle import EntryState
from directory.rules.work import NEEDS

MOST = 10
LONGEST_QUERY = 60


class Full(Conflict):
    def __init__(self) -> None:
        super().__init__(f"at most {MOST} can be compared")


class NotListed(Conflict):
    """An entry that is not in the catalogue now can be neither asked nor given work."""

    def __init__(self, entry: Entry) -> None:
        self.name, self.state, self.reason = entry.service.organisation.name, entry.state, entry.reason
        super().__init__(f"entry {entry.id} is {entry.state}")


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it stands now, and the line of the need's frozen answer that ranked it; None from outside."""

    offer: Offer
    line: MatchLine | None


def keep(need: Need, entry_id: int, *, by: Actor, now: datetime) -> None:
    """Take an entry into view; one that is there stays. Raises NotListed, Full, NotAllowed."""
    require(by, Permission.CHOOSE, need)
    NEEDS.after("invite", need.state)
    there = set(db.session.scalars(_kept(need).with_only_columns(Shortlisted.entry_id)))
    if entry_id in there:
        return
    if len(there) >= MOST:
        raise Full
    entry = listed(entry_id)
    line = lines(need, [entry_id]).get(entry_id)
    db.session.add(
        Shortlisted(need_id=need.id, entry_id=entry.id, line_id=None if line is None else line.id, added_at=now)
    )
    db.session.flush()
    _record(need, "shortlist", entry_id, by=by, now=now)


def drop(need: Need, entry_id: int, *, by: Actor, now: datetime) -> None:
    """Take an entry out of view; one that is not there stays away."""
    require(by, Permission.CHOOSE, need)
    NEEDS.after("invite", need.state)
    for found in db.session.scalars(_kept(need).where(Shortlisted.entry_id == entry_id)):
        found.dropped_at = now
        _record(need, "drop", entry_id, by=by, now=now)
    db.session.flush()


def of(need: Need, *, by: Actor) -> list[Kept]:
    """What is in view: ranked ones first, then those from outside, in the order they were added."""
    require(by, Permission.READ_NEED, need)
    return shown(need, ids(need))


def ids(need: Need) -> list[int]:
    """The entries in view, as they were added. Whoever asks has checked that the need may be read."""
    return list(db.session.scalars(_kept(need).with_only_columns(Shortlisted.entry_id).order_by(Shortlisted.id)))


def shown(need: Need, entry_ids: list[int]) -> list[Kept]:
    """These entries beside the need's frozen answer: by rank, then in the order given."""
    ranked = lines(need, entry_ids)
    kept = [Kept(offer, ranked.get(offer.entry.id)) for offer in catalogue.offers(entry_ids)]
    return sorted(kept, key=lambda each: (each.line is None, each.line.rank if each.line else 0))


def lines(need: Need, entry_ids: Iterable[int]) -> dict[int, MatchLine]:
    """The lines of the frozen answer that ranked these entries; those it excluded are as good as outside."""
    wanted = set(entry_ids)
    if need.run_id is None or not wanted:
        return {}
    query = select(MatchLine).where(
        MatchLine.run_id == need.run_id, MatchLine.rank > 0, MatchLine.entry_id.in_(sorted(wanted))
    )
    return {line.entry_id: line for line in db.session.scalars(query)}


def listed(entry_id: int) -> Entry:
    """An entry that stands in the catalogue now, locked so that it stays there. Raises NotFound, NotListed."""
    entry = db.session.get(Entry, entry_id, with_for_update=True, populate_existing=True)
    if entry is None:
        raise NotFound(f"no entry {entry_id}")
    if entry.state is not EntryState.LISTED:
        raise NotListed(entry)
    return entry


def search(text: str, *, category: int | None = None, page: int = 1) -> Shown[Entry]:
    """Listed entries whose name, or whose organisation's, has these words; by organisation."""
    if len(text) > LONGEST_QUERY:
        raise Invalid("q", len(text), "too_long", f"at most {LONGEST_QUERY} characters")
    query = (
        select(Entry)
        .join(Entry.service)
        .join(Entry.version)
        .join(Service.organisation)
        .join(Service.category)
        .where(Entry.state == EntryState.LISTED)
        .options(
            contains_eager(Entry.version),
            contains_eager(Entry.service).contains_eager(Service.organisation),
            contains_eager(Entry.service).contains_eager(Service.category),
        )
    )
    if category is not None:
        query = query.where(Service.category_id == category)
    for word in text.split()[:5]:
        has = ServiceVersion.name.contains(word, autoescape=True), Organisation.name.contains(word, autoescape=True)
        query = query.where(has[0] | has[1])
    return paged(query.order_by(Organisation.name, Entry.id), page)


def _record(need: Need, step: str, entry_id: int, *, by: Actor, now: datetime) -> None:
    audit.record(f"need:{step}", by=by, thing=f"Need:{need.id}", now=now, reason=f"Entry:{entry_id}")


def _kept(need: Need) -> Select[Shortlisted]:
    return select(Shortlisted).where(Shortlisted.need_id == need.id, Shortlisted.dropped_at.is_(None))
