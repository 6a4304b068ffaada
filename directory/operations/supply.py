"""The supply map: for each kind of service and each street who is listed, and what is needed. Reads only.

A street office sees its own street.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, or_, select, true

from directory.db import db
from directory.models.need import Need
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Area, Category
from directory.operations import catalogue
from directory.policy import Actor, Permission, can, require
from directory.rules.calendar import start_of, years_later
from directory.rules.lifecycle import EntryState
from directory.rules.supply import Cell, Gap, Tally
from directory.rules.work import NeedState

NOTHING = Cell()
LOOKING = (NeedState.OPEN, NeedState.SHORTLISTED)
_NOWHERE = object()  # a need of no street: who may watch this may watch everything


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere needs are of: what policy asks about."""

    area_code: str


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of service: over all streets that are shown, and street by street."""

    category: Category
    whole: Cell
    cells: dict[str, Cell]

    def missing(self, gap: Gap) -> int:
        """In how many streets there is this gap."""
        return sum(cell.gap is gap for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field: its services added up, and how many of them have which gap in each street."""

    category: Category
    whole: Cell
    gaps: dict[str, dict[Gap, int]]

    def missing(self, gap: Gap) -> int:
        """How many of its services have this gap in some street."""
        return self.gaps[""].get(gap, 0)


@dataclass(frozen=True, slots=True)
class Map:
    """`lines` by field and in their order; the whole map, or the part of it that belongs to a field."""

    streets: list[Area]
    fields: list[Category]
    lines: list[Line]

    def of(self, field: Category) -> list[Line]:
        return [line for line in self.lines if line.category.parent_id == field.id]

    def gaps(self) -> list[Line]:
        """The services that are wanting somewhere, those of which most is wanted first."""
        wanting = [line for line in self.lines if line.whole.gap or any(c.gap for c in line.cells.values())]
        return sorted(wanting, key=lambda line: (line.whole.listed > 0, -line.whole.wanted, line.category.code))

    def by_field(self) -> list[FieldLine]:
        return [_added(field, self.of(field)) for field in self.fields if self.of(field)]


def streets(*, by: Actor) -> list[Area]:
    """The streets an officer watches."""
    require(by, Permission.WATCH_SUPPLY)
    return [area for area in catalogue.areas() if area.level == 1 and _watches(by, area.code)]


def here(*, by: Actor, street: str = "") -> ColumnElement[bool]:
    """The needs an officer watches, of one street where it is named. Raises Forbidden for a street of others."""
    require(by, Permission.WATCH_SUPPLY, Place(street) if street else None)
    where = street or ("" if can(by, Permission.WATCH_SUPPLY, _NOWHERE) else by.area)
    return in_area(where) if where else true()


def in_area(code: str) -> ColumnElement[bool]:
    """Needs of an area or of one within it."""
    return or_(Need.area_code == code, Need.area_code.startswith(f"{code}-", autoescape=True))


def map_(*, by: Actor, on: date, field: str = "", street: str = "") -> Map:
    """From four statements, however much there is."""
    condition = here(by=by, street=street)
    areas = catalogue.areas()
    shown = [a for a in areas if a.level == 1 and (a.code == street if street else _watches(by, a.code))]
    categories = catalogue.categories()
    streets_of = _streets_of(areas)
    # by category and street; "" stands for all that is shown
    found: dict[int, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    codes = {area.code for area in shown}
    everywhere = len(codes) == sum(area.level == 1 for area in areas)
    for category_id, capacity, places in _entries():
        served = {code for place in places for code in streets_of.get(place, ())} & codes
        for code in (*served, *([""] if served or everywhere else [])):
            found[category_id][code].add_entry(capacity)
    in_one = {code for code, of in streets_of.items() if len(of) == 1}
    merged = {c.id: c.merged_into_id or c.id for c in categories}
    for category_id, area_code, open_, unmet in _needs(condition, on):
        tallies = found[merged.get(category_id, category_id)]
        for code in {"", *(streets_of[area_code] if area_code in in_one else ())}:
            tallies[code].add_needs(open_, unmet)
    fields = [c for c in categories if c.level == 1 and c.retired_at is None and (not field or c.code == field)]
    return Map(shown, fields, list(_lines(fields, categories, shown, found)))


def _watches(by: Actor, code: str) -> bool:
    return can(by, Permission.WATCH_SUPPLY, Place(code))


def _streets_of(areas: Sequence[Area]) -> dict[str, tuple[str, ...]]:
    """Which streets a service that names an area serves: all of a district, or the one it is or lies in."""
    by_id = {area.id: area for area in areas}
    found: dict[str, tuple[str, ...]] = {}
    for area in areas:
        if area.level == 0:
            found[area.code] = tuple(a.code for a in areas if a.level == 1 and a.parent_id == area.id)
        else:
            found[area.code] = (area.code if area.level == 1 else by_id[area.parent_id or 0].code,)
    return found


def _entries() -> Iterable[tuple[int, int | None, list[str]]]:
    query = (
        select(Service.category_id, Service.capacity, ServiceVersion.areas)
        .join(Entry, Entry.service_id == Service.id)
        .join(ServiceVersion, Entry.version_id == ServiceVersion.id)
        .where(Entry.state == EntryState.LISTED)
    )
    return ((category_id, capacity, areas) for category_id, capacity, areas in db.session.execute(query))


def _needs(condition: ColumnElement[bool], on: date) -> Iterable[tuple[int, str, int, int]]:
    year_ago = start_of(years_later(on, -1))
    unmet = Need.state == NeedState.UNMET
    query = (
        select(
            *(Need.category_id, Need.area_code),
            func.sum(case((Need.state.in_(LOOKING), 1), else_=0)),
            func.sum(case((unmet, 1), else_=0)),
        )
        .where(Need.state.in_((*LOOKING, NeedState.UNMET)), or_(~unmet, Need.since >= year_ago), condition)
        .group_by(Need.category_id, Need.area_code)
    )
    return ((category_id or 0, area, open_, gone) for category_id, area, open_, gone in db.session.execute(query))


def _lines(
    fields: Iterable[Category],
    categories: Sequence[Category],
    shown: Iterable[Area],
    found: dict[int, dict[str, Tally]],
) -> Iterable[Line]:
    """A category that was closed is shown for as long as somebody wants it."""
    for field in fields:
        for category in categories:
            wanted = category.id in found and found[category.id][""].cell().wanted
            if category.parent_id == field.id and (category.retired_at is None or wanted):
                cells = {code: tally.cell() for code, tally in found.get(category.id, {}).items()}
                known = {area.code: cells.get(area.code, NOTHING) for area in shown}
                yield Line(category, cells.get("", NOTHING), known)


def _added(field: Category, lines: Sequence[Line]) -> FieldLine:
    wholes = [line.whole for line in lines]
    whole = Cell(
        *(sum(getattr(cell, name) for cell in wholes) for name in ("listed", "free", "unsaid", "open", "unmet"))
    )
    gaps: dict[str, dict[Gap, int]] = {
        code: {gap: sum(line.cells[code].gap is gap for line in lines) for gap in Gap} for code in lines[0].cells
    }
    return FieldLine(field, whole, {**gaps, "": {gap: sum(line.missing(gap) > 0 for line in lines) for gap in Gap}})
