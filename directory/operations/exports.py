"""The catalogue as rows for a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from directory.db import db
from directory.errors import NotFound
from directory.models.organisation import Organisation
from directory.models.service import Entry, Service
from directory.models.taxonomy import Area, Category
from directory.operations import catalogue
from directory.operations.catalogue import Offer
from directory.operations.records import CategoryRow, Identity, OrganisationRow, ServiceRow
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.lifecycle import EntryState

BATCH = 500


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    """One entry as told to a reader of a file; `field` is the code and name of its service field."""

    organisation: OrganisationRow
    service: ServiceRow
    field: CategoryRow
    standard: dict[str, Any]
    grade: str
    assessed: Decimal | None
    state: EntryState
    reason: str
    since: date
    demo: bool


def lines(
    *,
    state: EntryState | None = EntryState.LISTED,
    area: str | None = None,
    category: str | None = None,
    by: Actor,
    on: date,
) -> Iterator[CatalogueLine]:
    """The entries in a state (None: any), those that serve `area`, those of a field or category; oldest first."""
    require(by, Permission.EXPORT_SERVICES)
    query = select(Entry.id).order_by(Entry.id)
    if state is not None:
        query = query.where(Entry.state == state)
    if category is not None:
        query = query.join(Entry.service).where(Service.category_id.in_(_within(category)))
    return _told(db.session.scalars(query).all(), serving=None if area is None else _around(area), on=on)


def _told(ids: Sequence[int], *, serving: frozenset[str] | None, on: date) -> Iterator[CatalogueLine]:
    for start in range(0, len(ids), BATCH):
        offers = catalogue.offers(ids[start : start + BATCH])
        grades = catalogue.grades({offer.organisation.id for offer in offers}, on=on)
        for offer in offers:
            if serving is None or serving.intersection(offer.version.areas):
                yield _line(offer, grades.get(offer.organisation.id, ""))


def _line(offer: Offer, grade: str) -> CatalogueLine:
    entry, version, category = offer.entry, offer.version, offer.category
    organisation = _organisation(offer.organisation)
    service = ServiceRow(
        organisation=organisation.identity,
        external_id=offer.service.external_id,
        category=CategoryRow(category.code, category.name),
        name=version.name,
        description=version.description,
        areas=tuple(version.areas),
        groups=tuple(version.groups),
        price_low=version.price_low,
        price_high=version.price_high,
        price_unit=version.price_unit,
        capacity=offer.service.capacity,
        active=entry.state is EntryState.LISTED,
    )
    field = category.parent or category
    return CatalogueLine(
        organisation=organisation,
        service=service,
        field=CategoryRow(field.code, field.name),
        standard=category.standard,
        grade=grade,
        assessed=entry.assessed,
        state=entry.state,
        reason=entry.reason,
        since=day_of(entry.since),
        demo=offer.organisation.is_demo,
    )


def _organisation(organisation: Organisation) -> OrganisationRow:
    return OrganisationRow(
        identity=Identity(organisation.source, organisation.external_id or organisation.uscc or ""),
        name=organisation.name,
        uscc=organisation.uscc,
        short_name=organisation.short_name,
        summary=organisation.summary,
        area_code=organisation.area_code,
        address=organisation.address,
        phone=organisation.phone,
        website=organisation.website,
    )


def _within(code: str) -> list[int]:
    """The category with this code and those below it."""
    found = catalogue.category(code)
    return [found.id, *db.session.scalars(select(Category.id).where(Category.parent_id == found.id))]


def _around(code: str) -> frozenset[str]:
    """The area with this code and those it lies in: who serves one of them serves it."""
    area = db.session.scalar(select(Area).where(Area.code == code))
    if area is None:
        raise NotFound(f"no area {code}")
    codes = []
    while area is not None:
        codes.append(area.code)
        area = area.parent
    return frozenset(codes)
