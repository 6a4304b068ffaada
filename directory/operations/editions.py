"""Reading sealed editions: the one in force, their rows, and how two of them differ."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from sqlalchemy import Select, func, or_, select

from directory.db import db
from directory.errors import Conflict, NotFound
from directory.models.edition import Edition, SealedEntry
from directory.operations import asof
from directory.rules.editions import Change, Difference, changes, difference
from directory.rules.lifecycle import EditionState, EntryState

PAGE = 50
CAME, WENT = {"admitted", "restored"}, {"suspended", "exited"}
# Built once: every page asks for it.
IN_FORCE = select(Edition).where(Edition.state == EditionState.SEALED)
_NUMBER = re.compile(r"([0-9]{4})-([1-9][0-9]{0,5})")


class Unreadable(Conflict):
    """A row was changed after it was sealed, so that nobody can read it; `entry_id` says which."""

    def __init__(self, entry_id: int) -> None:
        self.entry_id = entry_id
        super().__init__(f"the sealed row of entry {entry_id} cannot be read")


@dataclass(frozen=True)
class SealedRow:
    """One row as it was sealed: its text, and what that says. Raises Unreadable where it says nothing any more."""

    position: int
    entry_id: int
    text: str
    digest: str

    @cached_property
    def content(self) -> dict[str, Any]:
        return _content(self.entry_id, self.text)


@dataclass(frozen=True, slots=True)
class Field:
    code: str
    name: str
    rows: int


Rows = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Differing:
    """One entry that differs between two editions, and what its row says in each."""

    kind: str
    entry_id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def shown(self) -> Mapping[str, Any]:
        """The newer row, or the last there was."""
        return self.after or self.before or {}

    @property
    def changes(self) -> tuple[Change, ...]:
        return changes(self.before, self.after) if self.before and self.after else ()


def in_force() -> Edition | None:
    return db.session.scalar(IN_FORCE)


def get(number: str) -> Edition:
    """Raises NotFound."""
    read = _NUMBER.fullmatch(number)
    found = read and db.session.scalar(select(Edition).filter_by(year=int(read[1]), ordinal=int(read[2])))
    if not found:
        raise NotFound(f"no edition {number[:40]!r}")
    return found


def listing(*, offset: int = 0, limit: int = 1_000) -> tuple[list[Edition], int]:
    """Newest first, and how many there are."""
    total = db.session.scalar(select(func.count(Edition.id))) or 0
    return list(db.session.scalars(select(Edition).order_by(Edition.id.desc()).offset(offset).limit(limit))), total


def around(edition: Edition) -> tuple[Edition | None, Edition | None]:
    """The edition before, and the one after."""
    before = select(Edition).where(Edition.id < edition.id).order_by(Edition.id.desc()).limit(1)
    after = select(Edition).where(Edition.id > edition.id).order_by(Edition.id).limit(1)
    return db.session.scalar(before), db.session.scalar(after)


def fields(edition: Edition) -> list[Field]:
    """The service fields in an edition, named as they were, with how many rows each has."""
    counted = (
        select(SealedEntry.field, func.count().label("rows"), func.min(SealedEntry.position).label("first"))
        .where(SealedEntry.edition_id == edition.id)
        .group_by(SealedEntry.field)
        .subquery()
    )
    query = (
        select(counted.c.field, SealedEntry.entry_id, SealedEntry.content, counted.c.rows)
        .join(SealedEntry, (SealedEntry.edition_id == edition.id) & (SealedEntry.position == counted.c.first))
        .order_by(counted.c.first)
    )
    return [
        Field(code, _content(entry_id, text)["category"]["field"]["name"], number)
        for code, entry_id, text, number in db.session.execute(query)
    ]


def rows(edition: Edition, *, text: str = "", field: str = "", page: int = 1) -> tuple[list[SealedRow], int]:
    """One page of an edition's rows, of those with `text` in the name of organisation or service; and how many."""
    query = select(SealedEntry).where(SealedEntry.edition_id == edition.id)
    if text:
        named = (name.contains(text, autoescape=True) for name in (SealedEntry.organisation, SealedEntry.service))
        query = query.where(or_(*named))
    if field:
        query = query.where(SealedEntry.field == field)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page_of = query.order_by(SealedEntry.position).offset((page - 1) * PAGE).limit(PAGE)
    return list(_read(page_of)), total


def all_rows(edition: Edition) -> Iterator[SealedRow]:
    """Every row in order, read as they are asked for."""
    query = select(SealedEntry).where(SealedEntry.edition_id == edition.id).order_by(SealedEntry.position)
    return _read(query, yield_per=500)


def row(edition: Edition, entry_id: int) -> SealedRow:
    """Raises NotFound."""
    query = select(SealedEntry).where(SealedEntry.edition_id == edition.id, SealedEntry.entry_id == entry_id)
    found = next(_read(query), None)
    if found is None:
        raise NotFound(f"no entry {entry_id} in edition {edition.number}")
    return found


def holding(entry_id: int) -> list[tuple[Edition, str]]:
    """The editions an entry is in, oldest first, each with the digest of its row."""
    query = select(Edition, SealedEntry.digest).join(SealedEntry.edition).where(SealedEntry.entry_id == entry_id)
    return [(edition, digest) for edition, digest in db.session.execute(query.order_by(Edition.id))]


def digests(edition: Edition) -> dict[int, str]:
    """The row digest of each entry, in the order of the rows."""
    query = (
        select(SealedEntry.entry_id, SealedEntry.digest)
        .where(SealedEntry.edition_id == edition.id)
        .order_by(SealedEntry.position)
    )
    return dict(db.session.execute(query).all())


def between(older: Edition, newer: Edition) -> Difference:
    return difference(
        digests(older),
        digests(newer),
        suspended_before=asof.ids_at(older.sealed_at, EntryState.SUSPENDED),
        suspended_after=asof.ids_at(newer.sealed_at, EntryState.SUSPENDED),
    )


def told(
    found: Difference, before: Callable[[list[int]], Rows], after: Callable[[list[int]], Rows], *, page: int = 1
) -> list[Differing]:
    """One page of what differs; `before` and `after` give the rows of the entries they are asked for."""
    items = [(kind, entry_id) for kind, ids in found.parts().items() for entry_id in ids]
    items = items[(page - 1) * PAGE : page * PAGE]
    ids = [entry_id for _, entry_id in items]
    old, new = before(ids), after(ids)
    return [
        Differing(kind, entry_id, None if kind in CAME else old[entry_id], None if kind in WENT else new[entry_id])
        for kind, entry_id in items
    ]


def every(found: Difference, older: Edition, newer: Edition) -> Iterator[Differing]:
    """All that differs between two sealed editions, read page by page."""
    for page in range(1, -(-len(found) // PAGE) + 1):
        yield from told(found, partial(rows_of, older), partial(rows_of, newer), page=page)


def found_by(content: dict[str, Any]) -> dict[str, str]:
    """What is said of a row beside its content, so that it is found."""
    return {
        "field": content["category"]["field"]["code"],
        "organisation": content["organisation"]["name"],
        "service": content["service"]["name"],
    }


def rows_of(edition: Edition, entry_ids: Iterable[int]) -> Rows:
    query = select(SealedEntry).where(SealedEntry.edition_id == edition.id, SealedEntry.entry_id.in_(entry_ids))
    return {found.entry_id: found.content for found in _read(query)}


def _read(query: Select[SealedEntry], *, yield_per: int | None = None) -> Iterator[SealedRow]:
    """Columns, no objects: an edition may have tens of thousands of rows."""
    columns = query.with_only_columns(
        SealedEntry.position, SealedEntry.entry_id, SealedEntry.content, SealedEntry.digest, maintain_column_froms=True
    )
    options = {"yield_per": yield_per} if yield_per else {}
    for position, entry_id, text, digest in db.session.execute(columns, execution_options=options):
        yield SealedRow(position, entry_id, text, digest)


def _content(entry_id: int, text: str) -> dict[str, Any]:
    """Whether it is what was sealed is for verification; here it need only be something that can be shown."""
    try:
        content: dict[str, Any] = json.loads(text)
        found_by(content)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise Unreadable(entry_id) from error
    return content
