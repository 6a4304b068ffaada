"""Whether the sealed editions are what was sealed: every row, every edition, every link between them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import LargeBinary

from directory.db import db
from directory.models.audit import AuditEvent
from directory.models.edition import Edition, SealedEntry
from directory.operations import asof, drafting, editions, sealing
from directory.operations.editions import Unreadable
from directory.rules.calendar import day_of
from directory.rules.editions import BEGINNING, canonical, changes, digest_of, edition_digest
from directory.rules.lifecycle import EditionState, EntryState


class Line(NamedTuple):
    """A row as it stands now; `digest` is that of its content, `kept` the one kept with it.

    `key` is what rows are sorted by; None for one that was changed.
    """

    position: int
    entry_id: int
    digest: str
    kept: str
    key: tuple[str, str, int] | None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an edition; of a row, `entry` says which, and `fields` in which it differs from the records.

    The records may have moved on since: the fields are where to look first.
    """

    edition: str
    what: str
    entry: int | None = None
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = "" if self.entry is None else f", entry {self.entry}"
        fields = f" (differs from the records in {', '.join(self.fields)})" if self.fields else ""
        return f"edition {self.edition}{where}: {self.what}{fields}"


class octets(GenericFunction[bytes]):  # noqa: N801 - named as in SQL
    """The bytes of a text as they are kept, also where they are no text any more."""

    type = LargeBinary()
    inherit_cache = True


@compiles(octets)
def _convert(element: octets, compiler: SQLCompiler, **options: Any) -> str:
    return f"convert_to({compiler.process(element.clauses, **options)}, 'UTF8')"


@compiles(octets, "sqlite")
def _cast(element: octets, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS BLOB)"


def faults(number: str | None = None) -> Iterator[Fault]:
    """All that is wrong with one edition, or with each and the chain they form."""
    before: Edition | None = None
    for edition_id in db.session.scalars(select(Edition.id).order_by(Edition.id)).all():
        try:
            edition = db.session.get_one(Edition, edition_id, populate_existing=True)
            found = [] if number not in {None, edition.number} else list(_of(edition, before))
        except (LookupError, ValueError, TypeError, DBAPIError, Unreadable) as error:
            db.session.rollback()
            found, edition = [Fault(f"#{edition_id}", f"cannot be read: {str(error).splitlines()[0]}")], None
        yield from found
        before = edition
    if number is None and before is not None and before.state is not EditionState.SEALED:
        yield Fault(before.number, "is the last one and not in force")


def _of(edition: Edition, before: Edition | None) -> Iterator[Fault]:
    if edition.previous != (before.digest if before else BEGINNING):
        yield Fault(edition.number, "does not follow from the edition before it")
    if before is not None and before.state is not EditionState.SUPERSEDED:
        yield Fault(before.number, f"is said to be in force beside {edition.number}")
    lines: list[Line] = []
    faults_of_rows: list[Fault] = []
    for found in db.session.execute(_rows_of(edition), execution_options={"yield_per": 500}):
        lines.append(_line(found.position, found.entry_id, found.content, found.digest))
        faults_of_rows.extend(_of_row(edition, found, lines[-1]))
    for fault in faults_of_rows:
        known = fault.fields or fault.entry is None
        yield fault if known else replace(fault, fields=_suspects(edition, fault.entry or 0))
    yield from _order(edition, lines)
    header = sealing.header(edition)
    if edition.digest not in {edition_digest(header, [getattr(line, d) for line in lines]) for d in ("kept", "digest")}:
        yield from _whole(edition, lines)
    deed = _deed(edition)
    if deed is None or not deed.reason.endswith(edition.digest):
        yield Fault(edition.number, "the record of deeds does not say that this digest was sealed")


def _rows_of(edition: Edition) -> Select[*tuple[Any, ...]]:
    """As bytes, so that what is no text any more is told of, row by row."""
    beside = (SealedEntry.digest, SealedEntry.field, SealedEntry.organisation, SealedEntry.service)
    return (
        select(
            SealedEntry.position,
            SealedEntry.entry_id,
            octets(SealedEntry.content).label("content"),
            *(octets(column).label(column.key) for column in beside),
        )
        .where(SealedEntry.edition_id == edition.id)
        .order_by(SealedEntry.position)
    )


def _line(position: int, entry_id: int, content: bytes, kept: bytes) -> Line:
    digest, kept_digest = digest_of(content), kept.decode(errors="replace")
    said: Any = _parsed(content) if digest == kept_digest else None
    try:
        key = (str(said["category"]["field"]["code"]), str(said["category"]["code"]), entry_id)
    except (LookupError, TypeError):
        key = None
    return Line(position, entry_id, digest, kept_digest, key)


def _of_row(edition: Edition, found: Row[*tuple[Any, ...]], line: Line) -> Iterator[Fault]:
    if line.digest != line.kept:
        yield Fault(edition.number, "the row was changed after it was sealed", line.entry_id)
        return
    content = _parsed(found.content)
    if content["entry"] != line.entry_id:
        yield Fault(edition.number, "another row stands in its place", line.entry_id, ("entry",))
    beside = {name: getattr(found, name).decode(errors="replace") for name in ("field", "organisation", "service")}
    said = editions.found_by(content)
    if wrong := tuple(name for name in said if said[name] != beside[name]):
        yield Fault(edition.number, "it cannot be found by what stands in it", line.entry_id, wrong)


def _suspects(edition: Edition, entry_id: int) -> tuple[str, ...]:
    """Where a changed row differs from what the records of today say of the same version of the service."""
    query = select(octets(SealedEntry.content)).where(
        SealedEntry.edition_id == edition.id, SealedEntry.entry_id == entry_id
    )
    content = db.session.scalar(query) or b""
    said = _parsed(content)
    if not isinstance(said, dict):
        return ("it is not JSON any more",)
    service = said.get("service")
    number = service.get("version") if isinstance(service, dict) else None
    known = drafting.of_version(entry_id, number, on=day_of(edition.sealed_at)) if isinstance(number, int) else None
    found = tuple(change.field for change in changes(known, said)) if known else ("service.version",)
    return found or (("its spelling",) if canonical(said).encode() != content else ())


def _parsed(content: bytes) -> Any:
    """None for what is no JSON."""
    try:
        return json.loads(content)
    except ValueError:
        return None


def _order(edition: Edition, lines: list[Line]) -> Iterator[Fault]:
    """Rows are numbered from 1, as many as the edition says, and sorted by field, category and entry."""
    gap = next((place for place, line in enumerate(lines, 1) if line.position != place), None)
    if gap is not None:
        yield Fault(edition.number, f"there is no row {gap}")
    if len(lines) != edition.rows:
        yield Fault(edition.number, f"says it has {edition.rows} rows and has {len(lines)}")
    for before, after in pairwise(line for line in lines if line.key):
        if after.key and before.key and after.key < before.key:
            yield Fault(edition.number, "the row is not where it was sealed", after.entry_id)


def _whole(edition: Edition, lines: list[Line]) -> Iterator[Fault]:
    """The digest does not cover what stands there. What other records say of that moment tells where to look."""
    deed = _deed(edition)
    told = (
        ()
        if deed is None
        else (
            *(() if deed.reason.startswith(sealing.said_of(edition)) else ("number, title or rows",)),
            *(() if deed.at == edition.sealed_at else ("sealed_at",)),
        )
    )
    yield Fault(edition.number, "what stands there is not what was sealed", None, told)
    listed, there = asof.ids_at(edition.sealed_at, EntryState.LISTED), {line.entry_id for line in lines}
    for entry_id in sorted(listed - there):
        yield Fault(edition.number, "was listed when it was sealed, and has no row", entry_id)
    for entry_id in sorted(there - listed):
        yield Fault(edition.number, "was not listed when it was sealed, and has a row", entry_id)
    ids = sorted(there)
    for start in range(0, len(ids), drafting.BATCH):
        yield from _forged(edition, ids[start : start + drafting.BATCH])


def _forged(edition: Edition, entry_ids: list[int]) -> Iterator[Fault]:
    """Rows whose own digest fits, but which say of a version of a service what that version never said."""
    sealed = editions.rows_of(edition, entry_ids)
    for entry_id, known in drafting.contents_of(entry_ids, on=day_of(edition.sealed_at)).items():
        found = sealed[entry_id]
        if found["service"]["version"] != known["service"]["version"]:
            continue
        if wrong := tuple(f"service.{change.field}" for change in changes(known["service"], found["service"])):
            yield Fault(edition.number, "the row and its digest were changed after it was sealed", entry_id, wrong)


def _deed(edition: Edition) -> AuditEvent | None:
    """The sealing, as the chain of deeds has it."""
    thing = f"Edition:{edition.id}"
    return db.session.scalar(
        select(AuditEvent).where(AuditEvent.thing == thing, AuditEvent.event == "edition:seal").limit(1)
    )
