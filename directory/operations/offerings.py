"""What an organisation writes of a service, by the same rules as an import."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from directory.db import db
from directory.errors import Invalid
from directory.models.taxonomy import Area, Category
from directory.operations import changes
from directory.operations.records import LARGEST_NUMBER, CategoryRow, Identity, Origin, RowFault, ServiceRow

_NAMES = {"service": "name"}  # what a form calls the fields of a row


@dataclass(frozen=True, slots=True)
class Offering:
    """The content of a version. Areas are codes, prices whole yuan."""

    name: str
    description: str
    areas: list[str]
    groups: list[str]
    price_low: int | None
    price_high: int | None
    price_unit: str

    def masked(self, category_code: str) -> "Offering":
        """As it may be stored. Raises Wrong, naming every field at fault."""
        row = ServiceRow(
            Identity("", "-"),
            "-",
            CategoryRow(category_code),
            self.name,
            self.description,
            tuple(dict.fromkeys(self.areas)),
            tuple(dict.fromkeys(self.groups)),
            self.price_low,
            self.price_high,
            self.price_unit.strip(),
        ).masked()
        changes.require_right([*row.faults(), *_bare(row), *_unknown_areas(row)], _NAMES)
        return Offering(
            row.name,
            row.description,
            sorted(row.areas),
            list(row.groups),
            row.price_low,
            row.price_high,
            row.price_unit if row.price_low is not None else "",
        )


FIELDS = tuple(Offering.__dataclass_fields__)


def category(code: str) -> Category:
    """A purchasable service that still takes new offers. Raises Invalid."""
    found = db.session.scalar(select(Category).where(Category.code == code))
    if found is None:
        raise Invalid("category", code, "unknown", f"no category {code}")
    require_open(found)
    return found


def require_open(category: Category) -> None:
    if category.level != 2:
        raise Invalid("category", category.code, "level", f"{category.code} is a field, not a service in it")
    if category.retired_at is not None:
        raise Invalid("category", category.code, "retired", f"{category.code} takes nothing new")


def in_order(values: dict[str, object], base: object) -> dict[str, object]:
    """The values, but lists in the order they had: another order of the same areas is no change."""
    for name in ("areas", "groups"):
        before, after = getattr(base, name), values[name]
        if isinstance(after, list) and sorted(before) == sorted(after):
            values[name] = before
    return values


def require_capacity(capacity: int | None) -> None:
    if capacity is not None and not 0 <= capacity <= LARGEST_NUMBER:
        raise Invalid("capacity", capacity, "range", f"from 0 to {LARGEST_NUMBER}")


def _bare(row: ServiceRow) -> Iterator[RowFault]:
    """What an import may leave out and a page asks for."""
    if not row.description:
        yield RowFault(Origin(), "description", "", "required", "say what is done, and how")
    if not row.areas:
        yield RowFault(Origin(), "areas", "", "required", "say where it is offered")


def _unknown_areas(row: ServiceRow) -> Iterator[RowFault]:
    known = set(db.session.scalars(select(Area.code).where(Area.code.in_(row.areas))))
    for code in row.areas:
        if code not in known:
            yield RowFault(Origin(), "areas", code, "unknown", "no such area")
