"""What the catalogue shows: fields, categories, organisations, services. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload, selectinload

from directory.db import db
from directory.errors import NotFound
from directory.models.organisation import Fact, Organisation
from directory.models.service import Entry, EntryStep, Service, ServiceVersion
from directory.models.taxonomy import Area, Category
from directory.operations import parameters
from directory.rules import eligibility
from directory.rules.eligibility import GateAnswer
from directory.rules.freshness import Freshness, freshness
from directory.rules.lifecycle import EntryState


@dataclass(frozen=True, slots=True)
class Counted:
    """A category and how many listed services it holds, its children's included."""

    category: Category
    listed: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A service field with how many listed services it holds, and the purchasable services in it."""

    category: Category
    listed: int
    services: list[Counted]


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as shown: its entry, the approved version, and whose it is."""

    entry: Entry
    version: ServiceVersion
    service: Service
    category: Category
    organisation: Organisation


@dataclass(frozen=True, slots=True)
class Standing:
    """An organisation with all its facts, what the gates say of it on a day, what it offers, and how fresh that is."""

    organisation: Organisation
    facts: list[Fact]
    gates: tuple[GateAnswer, ...]
    offers: list[Offer]
    held: Freshness


@dataclass(frozen=True, slots=True)
class Turn:
    """A step of an entry, the state it led to, and what the entry is now."""

    step: str
    state: EntryState
    reason: str
    at: datetime
    offer: Offer


@dataclass(frozen=True, slots=True)
class Totals:
    organisations: int
    services: int
    categories: int


def fields() -> list[Counted]:
    """The service fields in their order."""
    parent = aliased(Category)
    counts = dict(
        db.session.execute(
            select(parent.id, func.count(Entry.id))
            .join(Category, Category.parent_id == parent.id)
            .join(Service, Service.category_id == Category.id)
            .join(Entry, Entry.service_id == Service.id)
            .where(Entry.state == EntryState.LISTED)
            .group_by(parent.id)
        ).all()
    )
    standing = select(Category).where(Category.level == 1, Category.retired_at.is_(None))
    roots = db.session.scalars(standing.order_by(Category.position, Category.code))
    return [Counted(category, counts.get(category.id, 0)) for category in roots]


def children(field: Category) -> list[Counted]:
    """The purchasable services of a field in their order."""
    return _counted(Category.parent_id == field.id)


def tree() -> list[Branch]:
    """Every field with its purchasable services, all in their order."""
    services: dict[int | None, list[Counted]] = defaultdict(list)
    for counted in _counted(Category.level == 2):
        services[counted.category.parent_id].append(counted)
    return [Branch(field.category, field.listed, services[field.category.id]) for field in fields()]


def category(code: str) -> Category:
    found = db.session.scalar(select(Category).where(Category.code == code).options(joinedload(Category.parent)))
    if found is None:
        raise NotFound(f"no category {code}")
    return found


def categories() -> list[Category]:
    """Every category, fields first, each with its parent; also the retired, which old things still name."""
    query = select(Category).options(joinedload(Category.parent)).order_by(Category.level, Category.position)
    return list(db.session.scalars(query))


def named(codes: Iterable[str]) -> dict[str, Category]:
    return {c.code: c for c in db.session.scalars(select(Category).where(Category.code.in_(set(codes))))}


def within(code: str) -> Select[int]:
    """The ids of a category and, of a field, of the services in it."""
    field = select(Category.id).where(Category.code == code).scalar_subquery()
    return select(Category.id).where(or_(Category.code == code, Category.parent_id == field))


def areas() -> list[Area]:
    """Every area; a street or town is followed by its neighbourhoods."""
    return list(db.session.scalars(select(Area).order_by(Area.code)))


def area_name(code: str) -> str:
    """What an area is called; one that is unknown stands for itself."""
    return db.session.scalar(select(Area.name).where(Area.code == code)) or code


def totals() -> Totals:
    listed = (
        select(Service.organisation_id, Service.category_id)
        .join(Entry, Entry.service_id == Service.id)
        .where(Entry.state == EntryState.LISTED)
        .subquery()
    )
    services, organisations, used = db.session.execute(
        select(
            func.count(),
            func.count(func.distinct(listed.c.organisation_id)),
            func.count(func.distinct(listed.c.category_id)),
        ).select_from(listed)
    ).one()
    return Totals(organisations, services, used)


def offers(entry_ids: Iterable[int]) -> list[Offer]:
    """These entries in the order given; one that is gone drops out."""
    ids = list(entry_ids)
    found = {offer.entry.id: offer for offer in _offers(Entry.id.in_(ids))}
    return [found[entry_id] for entry_id in ids if entry_id in found]


def latest_changes(most: int = 6) -> list[Turn]:
    """The entries last admitted, restored, suspended or taken out, newest first; at one moment, losses first."""
    latest = [
        select(EntryStep.id)
        .where(EntryStep.state == state, EntryStep.step != "change")
        .order_by(EntryStep.at.desc(), EntryStep.id.desc())
        .limit(most)
        .subquery()
        for state in EntryState
    ]
    ids = union_all(*(select(part.c.id) for part in latest))
    steps = db.session.scalars(select(EntryStep).where(EntryStep.id.in_(ids))).all()
    chosen = sorted(steps, key=lambda step: (step.at, step.state != EntryState.LISTED, step.id), reverse=True)[:most]
    known = {offer.entry.id: offer for offer in offers({step.entry_id for step in chosen})}
    return [
        Turn(step.step, step.state, step.reason, step.at, known[step.entry_id])
        for step in chosen
        if step.entry_id in known
    ]


def service(service_id: int) -> Offer:
    """One service as it stands in the catalogue, with all its approved versions loaded."""
    found = _offers(Service.id == service_id, with_versions=True)
    if not found:
        raise NotFound(f"no service {service_id}")
    return found[0]


def organisation(organisation_id: int, *, on: date) -> Standing:
    found = db.session.scalar(
        select(Organisation).where(Organisation.id == organisation_id).options(selectinload(Organisation.facts))
    )
    if found is None:
        raise NotFound(f"no organisation {organisation_id}")
    current = [fact.dated() for fact in found.facts if fact.superseded_by_id is None]
    rules = parameters.in_force()
    gates = eligibility.answers(current, on, rules.gates)
    held = freshness(found.confirmed_on, on=on, months=rules.periods.confirm_months)
    return Standing(found, list(found.facts), gates, _offers(Service.organisation_id == organisation_id), held)


def organisations(*, offset: int, limit: int) -> tuple[list[Organisation], int]:
    """One page of organisations by name, and how many there are."""
    total = db.session.scalar(select(func.count(Organisation.id))) or 0
    page = select(Organisation).order_by(Organisation.name, Organisation.id).offset(offset).limit(limit)
    return list(db.session.scalars(page)), total


def grades(organisation_ids: Iterable[int], *, on: date) -> dict[int, str]:
    """The valid grade of each organisation on a day, "" for none."""
    held: dict[int, list[eligibility.DatedFact]] = {}
    query = select(Fact).where(
        Fact.organisation_id.in_(set(organisation_ids)),
        Fact.kind == eligibility.FactKind.GRADE,
        Fact.superseded_by_id.is_(None),
    )
    for fact in db.session.scalars(query):
        held.setdefault(fact.organisation_id, []).append(fact.dated())
    return {organisation_id: eligibility.grade_on(facts, on) for organisation_id, facts in held.items()}


def _counted(condition: ColumnElement[bool]) -> list[Counted]:
    rows = db.session.execute(
        select(Category, func.count(Entry.id))
        .outerjoin(Service, Service.category_id == Category.id)
        .outerjoin(Entry, (Entry.service_id == Service.id) & (Entry.state == EntryState.LISTED))
        .where(condition, Category.retired_at.is_(None))
        .group_by(Category.id)
        .order_by(Category.position, Category.code)
    )
    return [Counted(category, number) for category, number in rows]


def _offers(condition: object, *, with_versions: bool = False) -> list[Offer]:
    query = (
        select(Entry, ServiceVersion, Service, Category, Organisation)
        .join(Service, Entry.service_id == Service.id)
        .join(ServiceVersion, Entry.version_id == ServiceVersion.id)
        .join(Category, Service.category_id == Category.id)
        .join(Organisation, Service.organisation_id == Organisation.id)
        .where(condition)  # type: ignore[arg-type]  # one column expression
        .options(joinedload(Category.parent))
        .order_by(Category.position, Entry.id)
    )
    if with_versions:
        query = query.options(selectinload(Service.approved))
    return [Offer(*row) for row in db.session.execute(query)]
