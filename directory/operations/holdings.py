"""What the tables hold of the things an import speaks of, looked up in bulk."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from directory.db import db
from directory.models.organisation import Organisation
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Area, Category
from directory.operations.records import CategoryRow, FieldRow, Identity, OrganisationRow

BATCH = 500
T = TypeVar("T")


class Organisations:
    """The organisations known by the identity or by the credit code of one of these rows."""

    def __init__(self, rows: Collection[OrganisationRow]) -> None:
        self._by_identity: dict[Identity, Organisation] = {}
        self._by_uscc: dict[str, Organisation] = {}
        for source in sorted({row.identity.source for row in rows}):
            ids = [row.identity.external_id for row in rows if row.identity.source == source]
            self._look_up(Organisation.external_id, ids, Organisation.source == source)
        self._look_up(Organisation.uscc, [row.uscc for row in rows if row.uscc], true())

    def _look_up(
        self, column: InstrumentedAttribute[str | None], keys: Sequence[str], where: ColumnElement[bool]
    ) -> None:
        for start in range(0, len(keys), BATCH):
            query = select(Organisation).where(where, column.in_(keys[start : start + BATCH]))
            for known in db.session.scalars(query):
                self.add(known)

    def add(self, organisation: Organisation) -> None:
        if organisation.external_id is not None:
            self._by_identity[Identity(organisation.source, organisation.external_id)] = organisation
        if organisation.uscc is not None:
            self._by_uscc[organisation.uscc] = organisation

    def get(self, row: OrganisationRow) -> Organisation | None:
        return self._by_identity.get(row.identity) or self.with_code(row.uscc)

    def with_code(self, uscc: str | None) -> Organisation | None:
        return self._by_uscc.get(uscc) if uscc else None


@dataclass(slots=True)
class Holding:
    """A known service with its entry, if any, and the number of its latest version."""

    service: Service
    entry: Entry | None
    latest: int


def services(organisation_ids: Collection[int]) -> dict[tuple[int, str], Holding]:
    """Every service of these organisations, by organisation and external id."""
    found: dict[tuple[int, str], Holding] = {}
    ids = sorted(set(organisation_ids))
    for start in range(0, len(ids), BATCH):
        here = Service.organisation_id.in_(ids[start : start + BATCH])
        latest = dict(
            db.session.execute(
                select(ServiceVersion.service_id, func.max(ServiceVersion.number))
                .join(ServiceVersion.service)
                .where(here)
                .group_by(ServiceVersion.service_id)
            ).all()
        )
        rows = db.session.execute(
            select(Service, Entry)
            .outerjoin(Entry, Entry.service_id == Service.id)
            .where(here)
            .options(joinedload(Entry.version))
        )
        for service, entry in rows:
            key = service.organisation_id, service.external_id
            found[key] = Holding(service, entry, latest.get(service.id, 0))
    return found


class Categories:
    """Finds the category a row means; makes one under the delivery's own field where it brings a new name."""

    def __init__(self, field: FieldRow | None, source: str) -> None:
        self._field, self._source = field, source
        known = db.session.scalars(select(Category).order_by(Category.id)).all()
        self._by_code = {category.code: category for category in known}
        parent = self._by_code.get(field.code) if field else None
        self._parent = parent
        self._own = {c.name: c for c in known if parent is not None and c.parent_id == parent.id}
        self._by_name = _unless_twice((c.name, c) for c in known if c.level == 2 and c.retired_at is None)
        self._by_id = {category.id: category for category in known}

    def find(self, row: CategoryRow) -> Category | None:
        """The service category meant, or None where there is none; `code` may be a name that stands for one only."""
        exact = self._now(self._by_code.get(row.code))
        if exact is not None and row.name in {"", exact.name}:
            return exact
        if self._field is not None and row.name:
            return self._own.get(row.name) or self._new(self._field, row.name)
        return self._by_name.get(row.code)

    def _now(self, found: Category | None) -> Category | None:
        """What a retired one was merged into; none where it was closed."""
        if found is None or found.retired_at is None:
            return found
        return self._by_id.get(found.merged_into_id or 0)

    def _new(self, field: FieldRow, name: str) -> Category:
        if self._parent is None:
            self._parent = Category(
                code=field.code,
                level=1,
                position=1000,  # after the fields of the district's own tree
                name=field.name,
                name_en=field.name_en,
                description=field.description,
                route=list(field.route),
                source=self._source,
            )
            db.session.add(self._parent)
            db.session.flush()
        number = len(self._own) + 1
        while (code := f"{field.code}-{number:02d}") in self._by_code:
            number += 1
        category = Category(
            code=code,
            level=2,
            parent_id=self._parent.id,
            position=1000 + number,
            name=name,
            route=list(field.route),
            authority=field.authority,
            phone=field.phone,
            source=self._source,
        )
        db.session.add(category)
        db.session.flush()
        self._own[name] = self._by_code[code] = category
        return category


def areas() -> dict[str, str]:
    """The code of each area by its code, and by its name where only one is called so."""
    rows = db.session.execute(select(Area.code, Area.name)).all()
    return _unless_twice((name, code) for code, name in rows) | {code: code for code, _ in rows}


def _unless_twice(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    seen: dict[str, T] = {}
    twice = set()
    for key, value in pairs:
        if key in seen:
            twice.add(key)
        seen[key] = value
    return {key: value for key, value in seen.items() if key not in twice}
