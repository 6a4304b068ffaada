"""How entries stood at any time, from the steps that history.py keeps."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import aliased, contains_eager

from directory.db import db
from directory.errors import Invalid
from directory.models.organisation import Organisation
from directory.models.service import Entry, EntryStep, Service, ServiceVersion
from directory.models.taxonomy import Category
from directory.operations import paging
from directory.rules.calendar import day_of, start_of
from directory.rules.lifecycle import EntryState

PAGE = 50


@dataclass(frozen=True, slots=True)
class Stood:
    """An entry as it stood: `step` says since when, at which version and score."""

    step: EntryStep
    version: ServiceVersion
    service: Service
    organisation: Organisation
    category: Category


@dataclass(frozen=True, slots=True)
class Day:
    """One page of the catalogue as it stood when `on` ended. `first` is the first day there is a record of."""

    on: date
    first: date | None
    state: EntryState
    counts: dict[EntryState, int]
    items: list[Stood]
    page: int

    @property
    def total(self) -> int:
        return self.counts.get(self.state, 0)

    @property
    def pages(self) -> int:
        return paging.pages(self.total, PAGE)


def end_of(day: date) -> datetime:
    """The moment in which a day of the district is over; the last day there is never ends."""
    return datetime.max.replace(tzinfo=UTC) if day == date.max else start_of(day + timedelta(days=1))


def catalogue(on: date, *, state: EntryState = EntryState.LISTED, page: int = 1, today: date) -> Day:
    """The entries in a state at the end of a day, by field and category; today's as they stand now.

    Raises Invalid for a day to come. Organisations and categories are named as they are named today.
    """
    if on > today:
        raise Invalid("on", on.isoformat(), "future", f"{on} has not come yet; today is {today}")
    began = db.session.scalar(select(func.min(EntryStep.at)))
    first = None if began is None else day_of(began)
    if first is None or on < first:
        return Day(on, first, state, {}, [], page)
    standing = _standing(end_of(on))
    counted = select(standing.c.state, func.count()).group_by(standing.c.state)
    counts = {EntryState(found): number for found, number in db.session.execute(counted)}
    field = aliased(Category)
    query = (
        select(EntryStep, ServiceVersion, Service, Organisation, Category)
        .join(standing, EntryStep.id == standing.c.id)
        .join(Entry, EntryStep.entry_id == Entry.id)
        .join(ServiceVersion, EntryStep.version_id == ServiceVersion.id)
        .join(Service, Entry.service_id == Service.id)
        .join(Organisation, Service.organisation_id == Organisation.id)
        .join(Category, Service.category_id == Category.id)
        .outerjoin(field, Category.parent_id == field.id)
        .where(standing.c.state == state)
        .order_by(func.coalesce(field.code, Category.code), Category.code, Entry.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
        .options(contains_eager(Category.parent.of_type(field)))
    )
    return Day(on, first, state, counts, [Stood(*row) for row in db.session.execute(query)], page)


def ids_at(moment: datetime, state: EntryState) -> Set[int]:
    """The entries in a state at a moment, what was done in that very moment included."""
    standing = _standing(moment + timedelta(microseconds=1))
    return set(db.session.scalars(select(standing.c.entry_id).where(standing.c.state == state)))


def _standing(before: datetime) -> Subquery:
    """The last step of each entry before a moment; of steps at one moment, the one written last."""
    place = func.row_number().over(partition_by=EntryStep.entry_id, order_by=(EntryStep.at.desc(), EntryStep.id.desc()))
    ranked = (
        select(EntryStep.id, EntryStep.entry_id, EntryStep.state, place.label("place"))
        .where(EntryStep.at < before)
        .subquery()
    )
    return select(ranked.c.id, ranked.c.entry_id, ranked.c.state).where(ranked.c.place == 1).subquery()
