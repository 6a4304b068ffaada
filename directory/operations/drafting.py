"""The rows an edition would hold if it were sealed on a day: every listed entry as its records stand."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import aliased

from directory.db import db
from directory.models.organisation import Fact, Organisation
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Area, Category
from directory.rules import eligibility
from directory.rules.editions import canonical, digest_of
from directory.rules.eligibility import DatedFact
from directory.rules.lifecycle import EntryState
from search.text import mask

BATCH = 2_000

_Field = aliased(Category)
_FIELD_CODE = func.coalesce(_Field.code, Category.code)


@dataclass(frozen=True, slots=True)
class Draft:
    """One row to be: `text` is the canonical JSON of `content`."""

    entry_id: int
    content: dict[str, Any]
    text: str
    digest: str


def listed_ids() -> Sequence[int]:
    """The listed entries in the order of an edition: by code of field and category, then by id."""
    query = (
        select(Entry.id)
        .join(Entry.service)
        .join(Service.category)
        .outerjoin(_Field, Category.parent_id == _Field.id)
        .where(Entry.state == EntryState.LISTED)
        .order_by(_FIELD_CODE, Category.code, Entry.id)
    )
    return db.session.scalars(query).all()


def drafts(*, on: date) -> Iterator[Draft]:
    """The rows of all listed entries in their order, read a few thousand at a time."""
    ids, names = listed_ids(), _area_names()
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        contents = _contents(_query(Entry.version_id == ServiceVersion.id).where(Entry.id.in_(part)), names, on)
        for entry_id in part:
            text = canonical(contents[entry_id])
            yield Draft(entry_id, contents[entry_id], text, digest_of(text))


def contents_of(entry_ids: Iterable[int], *, on: date) -> dict[int, dict[str, Any]]:
    """What the rows of these entries would say, as JSON has it."""
    query = _query(Entry.version_id == ServiceVersion.id).where(Entry.id.in_(entry_ids))
    return {entry_id: json.loads(canonical(said)) for entry_id, said in _contents(query, _area_names(), on).items()}


def of_version(entry_id: int, number: int, *, on: date) -> dict[str, Any] | None:
    """What a row for an entry at that version of its service would say by the records of now, graded `on`."""
    version = (ServiceVersion.service_id == Service.id) & (ServiceVersion.number == number)
    said = _contents(_query(version).where(Entry.id == entry_id), _area_names(), on).get(entry_id)
    return said and json.loads(canonical(said))


def _query(version: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Columns, no objects: tens of thousands of these are read at once."""
    return (
        select(
            *(Entry.id, Entry.assessed, Entry.since),
            *(Category.code, Category.name.label("category"), _FIELD_CODE.label("field_code")),
            func.coalesce(_Field.name, Category.name).label("field"),
            *(Organisation.id.label("organisation_id"), Organisation.name.label("organisation"), Organisation.uscc),
            *(Organisation.kind, Organisation.area_code, Organisation.phone, Organisation.is_demo),
            *(Service.id.label("service_id"), ServiceVersion.number, ServiceVersion.name, ServiceVersion.description),
            *(ServiceVersion.areas, ServiceVersion.groups, ServiceVersion.approved_at),
            *(ServiceVersion.price_low, ServiceVersion.price_high, ServiceVersion.price_unit),
        )
        .join(Service, Entry.service_id == Service.id)
        .join(ServiceVersion, version)
        .join(Category, Service.category_id == Category.id)
        .outerjoin(_Field, Category.parent_id == _Field.id)
        .join(Organisation, Service.organisation_id == Organisation.id)
    )


def _contents(query: Select[*tuple[Any, ...]], names: dict[str, str], on: date) -> dict[int, dict[str, Any]]:
    rows = db.session.execute(query).all()
    facts = _facts({row.organisation_id for row in rows})
    return {row.id: _content(row, facts[row.organisation_id], names, on) for row in rows}


def _content(row: Row[*tuple[Any, ...]], facts: list[DatedFact], names: dict[str, str], on: date) -> dict[str, Any]:
    """What is public of an entry, and nothing else: free text has personal data masked, for a row is kept for good."""
    return {
        "entry": row.id,
        "since": row.since,
        "assessed": row.assessed,
        "grade": eligibility.grade_on(facts, on),
        "category": {
            "code": row.code,
            "name": row.category,
            "field": {"code": row.field_code, "name": row.field},
        },
        "service": {
            "id": row.service_id,
            "version": row.number,
            "name": _masked(row.name),
            "description": _masked(row.description),
            "areas": [{"code": code, "name": names.get(code, "")} for code in row.areas],
            "groups": list(row.groups),
            "price": {"low": row.price_low, "high": row.price_high, "unit": row.price_unit},
            "approved_at": row.approved_at,
        },
        "organisation": {
            "id": row.organisation_id,
            "name": row.organisation,
            "uscc": row.uscc,
            "kind": row.kind.value,
            "area": {"code": row.area_code, "name": names.get(row.area_code, "")},
            "phone": row.phone,
            "demo": row.is_demo,
        },
        "facts": [
            {"kind": f.kind.value, "value": f.value, "since": f.since, "until": f.until, "source": _masked(f.source)}
            for f in facts
        ],
    }


@lru_cache(maxsize=16_384)
def _masked(text: str) -> str:
    """Kept, for the sources of facts are the same few, and a preview is looked at more than once."""
    return mask(text)


def _facts(organisation_ids: Iterable[int]) -> dict[int, list[DatedFact]]:
    """Those not superseded, oldest first."""
    query = (
        select(Fact.organisation_id, Fact.kind, Fact.value, Fact.since, Fact.until, Fact.source)
        .where(Fact.organisation_id.in_(organisation_ids), Fact.superseded_by_id.is_(None))
        .order_by(Fact.since, Fact.id)
    )
    found: dict[int, list[DatedFact]] = defaultdict(list)
    for organisation_id, kind, value, since, until, source in db.session.execute(query):
        found[organisation_id].append(DatedFact(kind, value, since, until, source))
    return found


def _area_names() -> dict[str, str]:
    return dict(db.session.execute(select(Area.code, Area.name)).all())
