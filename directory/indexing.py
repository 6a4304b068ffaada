"""Keeps the search index in step with the database.

A flush that touches what an entry shows also writes an outbox row, in the same transaction. drain()
empties the outbox into the index: after each commit, and from `directory index sync` for what a
crash left behind. The index answers ids; facts come from the database.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CompoundSelect, Select, delete, event, func, insert, select, union, update
from sqlalchemy.orm import Session

from directory.db import db, transaction
from directory.models.organisation import Fact, Organisation
from directory.models.outbox import Outbox, Subject
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Area, Category, LexiconWord, Saying, Stamp
from directory.rules import eligibility
from directory.rules.calendar import day_of
from directory.rules.eligibility import FactKind
from search.documents import ServiceDocument
from search.index.generations import Generations
from search.index.port import BrokenIndex

BATCH = 500
TAXONOMY = "taxonomy"
_ANY_CHANGE = select(Outbox.id).limit(1)


def documents(where: Select[int] | Iterable[int], *, on: date) -> Iterator[ServiceDocument]:
    """The current documents of these entries, in batches of one query each; `on` decides which grades are valid."""
    ids = list(db.session.scalars(where)) if isinstance(where, Select) else sorted(set(where))
    areas = _larger_areas()
    for batch in _batches(ids):
        rows = db.session.execute(
            select(Entry, Service, ServiceVersion, Category, Organisation)
            .join(Service, Entry.service_id == Service.id)
            .join(ServiceVersion, Entry.version_id == ServiceVersion.id)
            .join(Category, Service.category_id == Category.id)
            .join(Organisation, Service.organisation_id == Organisation.id)
            .where(Entry.id.in_(batch))
            .order_by(Entry.id)
        ).all()
        grades = _grades({organisation.id for *_, organisation in rows}, on)
        parents = {c.id: c.code for c in db.session.scalars(select(Category).where(Category.level == 1))}
        for entry, service, version, category, organisation in rows:
            yield ServiceDocument(
                entry_id=entry.id,
                name=version.name,
                text=f"{organisation.name} {category.name} {version.description}"[:600],
                organisation=service.organisation_id,
                category=category.code,
                field=parents.get(category.parent_id or 0, category.code),
                areas=frozenset(code for area in version.areas for code in areas.get(area, (area,))),
                grade=grades.get(organisation.id, ""),
                routes=frozenset(category.route),
                state=entry.state.value,
                price=version.price_low,
                quality=float(entry.assessed or 0) / 100,
            )


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _larger_areas() -> dict[str, tuple[str, ...]]:
    """Area code → every code a service there can be found under: itself, and all within it."""
    rows = db.session.execute(select(Area.id, Area.parent_id, Area.code)).all()
    inside: dict[str, list[str]] = {row.code: [row.code] for row in rows}
    by_id = {row.id: row for row in rows}
    for row in rows:
        parent = by_id.get(row.parent_id)
        while parent is not None:
            inside[parent.code].append(row.code)
            parent = by_id.get(parent.parent_id)
    return {code: tuple(codes) for code, codes in inside.items()}


def _grades(organisation_ids: Iterable[int], on: date) -> dict[int, str]:
    grades: dict[int, list[eligibility.DatedFact]] = {}
    query = select(Fact).where(
        Fact.organisation_id.in_(organisation_ids), Fact.kind == FactKind.GRADE, Fact.superseded_by_id.is_(None)
    )
    for fact in db.session.scalars(query):
        grades.setdefault(fact.organisation_id, []).append(fact.dated())
    return {organisation_id: eligibility.grade_on(facts, on) for organisation_id, facts in grades.items()}


@event.listens_for(db.session, "after_flush")
def note_changes(session: Session, _context: object) -> None:
    """Write an outbox row for each thing that entries show, and stamp the taxonomy when it changed."""
    new = session.new  # made anew each time it is asked for
    touched = (*new, *session.dirty, *session.deleted)
    changed = {subject for obj in touched if (subject := _subject(obj)) and not (obj in new and _bare(obj))}
    connection = session.connection()
    if changed:
        connection.execute(insert(Outbox), [{"subject": s, "subject_id": i} for s, i in sorted(changed)])
    if any(isinstance(obj, Category | LexiconWord | Saying) for obj in touched):
        stamped = update(Stamp).where(Stamp.name == TAXONOMY).values(value=Stamp.value + 1)
        if connection.execute(stamped).rowcount == 0:
            connection.execute(insert(Stamp).values(name=TAXONOMY, value=1))


def _subject(obj: object) -> tuple[Subject, int] | None:
    match obj:
        case Entry():
            return Subject.ENTRY, obj.id
        case Service():
            return Subject.SERVICE, obj.id
        case Organisation():
            return Subject.ORGANISATION, obj.id
        case Fact():
            return Subject.ORGANISATION, obj.organisation_id
        case Category():
            return Subject.CATEGORY, obj.id
    return None


def _bare(obj: object) -> bool:
    """A new thing of this kind has no entries yet."""
    return isinstance(obj, Category | Organisation | Service)


def drain(index: Generations, *, now: datetime) -> int:
    """Bring the index up to the outbox; returns how many entries that took. Raises BrokenIndex.

    Deletes only the rows it read: a change noted meanwhile keeps its own row.
    """
    if not behind():
        return 0
    with index.writing():
        done = 0
        while rows := db.session.execute(select(Outbox.id, Outbox.subject, Outbox.subject_id).limit(5000)).all():
            changed = set(db.session.scalars(_entries_of({(row.subject, row.subject_id) for row in rows})))
            gone = {row.subject_id for row in rows if row.subject is Subject.ENTRY} - changed
            index.put(documents(changed, on=day_of(now)))
            if gone:
                index.drop(gone)
            with transaction(announce=False):
                for batch in _batches([row.id for row in rows]):
                    db.session.execute(delete(Outbox).where(Outbox.id.in_(batch)))
            done += len(changed) + len(gone)
    return done


def _entries_of(changed: set[tuple[Subject, int]]) -> CompoundSelect[int]:
    """A query for each kind of subject, since one with OR would read all entries."""
    by: dict[Subject, list[int]] = {}
    for subject, subject_id in changed:
        by.setdefault(subject, []).append(subject_id)
    columns = {
        Subject.ENTRY: Entry.id,
        Subject.SERVICE: Service.id,
        Subject.ORGANISATION: Service.organisation_id,
        Subject.CATEGORY: Service.category_id,
    }
    entries = select(Entry.id).join(Service, Entry.service_id == Service.id)
    return union(*(entries.where(columns[subject].in_(ids)) for subject, ids in by.items()))


def behind() -> bool:
    """Whether the database knows changes that the index has yet to see."""
    return db.session.scalar(_ANY_CHANGE) is not None


def rebuild(index: Generations, *, now: datetime, progress: Callable[[int], None]) -> int:
    """Build a fresh index from the database and swap it in; changes made meanwhile follow by the outbox."""
    with index.writing():
        seen = db.session.scalar(select(func.max(Outbox.id))) or 0
        number = index.rebuild(documents(select(Entry.id).order_by(Entry.id), on=day_of(now)), progress=progress)
        with transaction(announce=False):
            db.session.execute(delete(Outbox).where(Outbox.id <= seen))
    drain(index, now=now)
    return number


def mend(index: Generations, *, now: datetime) -> int:
    """Put in what an index lacks and take out what it has too much, for changes no outbox row told of."""
    difference = check(index)
    if difference.missing or difference.surplus:
        with index.writing():
            index.put(documents(difference.missing, on=day_of(now)))
            index.drop(difference.surplus)
    return len(difference.missing) + len(difference.surplus)


@dataclass(frozen=True, slots=True)
class Difference:
    """What `directory index check` found: entry ids only in the database, only in the index; `broken` says why."""

    missing: frozenset[int]
    surplus: frozenset[int]
    waiting: bool
    broken: str = ""

    @property
    def none(self) -> bool:
        return not (self.missing or self.surplus or self.waiting or self.broken)


def check(index: Generations) -> Difference:
    known = frozenset(db.session.scalars(select(Entry.id)))
    try:
        held = index.entry_ids()
    except BrokenIndex as error:
        return Difference(known, frozenset(), behind(), str(error))
    return Difference(known - held, held - known, behind())
