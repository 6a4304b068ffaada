"""The report on who is shown how often, against what the evaluation says of them. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, true
from sqlalchemy.orm import InstrumentedAttribute

from directory.db import db
from directory.models.invitation import Invitation
from directory.models.organisation import Organisation
from directory.models.reputation import Reputation
from directory.models.service import Entry, Service
from directory.models.supply import Exposure
from directory.operations import catalogue, exposures
from directory.operations.exposures import COUNTS
from directory.operations.paging import PAGE, Shown, pages
from directory.operations.queues import in_area
from directory.policy import Actor, Permission, require
from directory.rules.calendar import months_later, start_of
from directory.rules.exposure import Spread, spread
from directory.rules.lifecycle import EntryState
from directory.rules.work import InvitationState

USUAL_MONTHS = 3


class Order(StrEnum):
    SHOWN = "shown"
    NEVER = "never"
    FIRST = "first"
    RANK = "rank"
    EXCLUDED = "excluded"
    CHOSEN = "chosen"
    ASSESSED = "assessed"


@dataclass(frozen=True, slots=True)
class Asked:
    """The months are their first days; `category` is the code of a field or of a service, `street` that of a seat."""

    since: date
    until: date
    category: str = ""
    street: str = ""
    order: Order = Order.SHOWN
    page: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One organisation. `points` is the sum of what `scored` of its listed services were given; `finished` is ever."""

    organisation_id: int
    shown: int = 0
    ranks: int = 0
    first: int = 0
    top: int = 0
    excluded: int = 0
    invited: int = 0
    declined: int = 0
    chosen: int = 0
    listed: int = 0
    points: Decimal | None = None
    scored: int = 0
    finished: int = 0

    @property
    def rank(self) -> float | None:
        """The mean of its ranks."""
        return self.ranks / self.shown if self.shown else None

    @property
    def assessed(self) -> Decimal | None:
        """The mean of what its services were given."""
        return self.points / self.scored if self.points is not None and self.scored else None

    @property
    def new(self) -> bool:
        return self.finished == 0


@dataclass(frozen=True, slots=True)
class Report:
    rows: Shown[Row]
    organisations: dict[int, Organisation]
    spread: Spread
    never: int
    until: datetime | None


def usual(today: date) -> Asked:
    """The last months, the running one included."""
    first = today.replace(day=1)
    return Asked(since=months_later(first, 1 - USUAL_MONTHS), until=first)


def report(asked: Asked, *, by: Actor) -> Report:
    """A page of it, and the sums over all pages."""
    rows = every(asked, by=by)
    page = min(asked.page, pages(len(rows)))
    shown = rows[(page - 1) * PAGE : page * PAGE]
    return Report(
        rows=Shown(shown, len(rows), page),
        organisations=named(shown),
        spread=spread([(row.shown, row.first, row.new) for row in rows]),
        never=sum(not row.shown for row in rows),
        until=exposures.counted_until(),
    )


def every(asked: Asked, *, by: Actor) -> list[Row]:
    """Every organisation that was in an answer, or could have been: it has something listed."""
    require(by, Permission.READ_EXPOSURE)
    return sorted(_gathered(asked, _invited(asked), _finished()), key=_ORDERS[asked.order])


def named(rows: Iterable[Row]) -> dict[int, Organisation]:
    ids = {row.organisation_id for row in rows}
    return {o.id: o for o in db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}


def in_short(today: date) -> tuple[Spread, datetime | None]:
    """The sums of the last months over all organisations, for everybody: it names nobody."""
    rows = _gathered(usual(today), _finished())
    return spread([(row.shown, row.first, row.new) for row in rows]), exposures.counted_until()


_ORDERS = {
    Order.SHOWN: lambda row: (-row.shown, row.organisation_id),
    Order.NEVER: lambda row: (row.shown, row.organisation_id),
    Order.FIRST: lambda row: (-row.first, -row.shown, row.organisation_id),
    Order.RANK: lambda row: (row.rank or float("inf"), row.organisation_id),
    Order.EXCLUDED: lambda row: (-row.excluded, row.organisation_id),
    Order.CHOSEN: lambda row: (-row.chosen, -row.invited, row.organisation_id),
    Order.ASSESSED: lambda row: (-(row.assessed or 0), row.organisation_id),
}


def _gathered(asked: Asked, *beside: Select[*tuple[Any, ...]]) -> list[Row]:
    """A row for each organisation that was shown or has something listed, with what is said `beside` of it."""
    found: dict[int, dict[str, Any]] = {}
    for query in (_shown(asked), _listed(asked)):
        for organisation_id, said in _read(query):
            found.setdefault(organisation_id, {}).update(said)
    for query in beside:
        for organisation_id, said in _read(query):
            if organisation_id in found:
                found[organisation_id].update(said)
    return [Row(organisation_id, **said) for organisation_id, said in found.items()]


def _read(query: Select[*tuple[Any, ...]]) -> Iterable[tuple[int, dict[str, Any]]]:
    """The first column is whose it is, the others are named as in Row."""
    for row in db.session.execute(query):
        said = dict(row._mapping)
        yield said.pop("organisation_id"), said


def _shown(asked: Asked) -> Select[*tuple[Any, ...]]:
    query = (
        select(Exposure.organisation_id, *(func.sum(getattr(Exposure, name)).label(name) for name in COUNTS))
        .where(Exposure.month.between(asked.since, asked.until), _of_category(Exposure.category_id, asked))
        .group_by(Exposure.organisation_id)
    )
    return query.where(Exposure.organisation_id.in_(_seated(asked))) if asked.street else query


def _listed(asked: Asked) -> Select[*tuple[Any, ...]]:
    query = (
        select(
            Service.organisation_id,
            func.count().label("listed"),
            func.sum(Entry.assessed).label("points"),
            func.count(Entry.assessed).label("scored"),
        )
        .join(Entry, Entry.service_id == Service.id)
        .where(Entry.state == EntryState.LISTED, _of_category(Service.category_id, asked))
        .group_by(Service.organisation_id)
    )
    return query.where(Service.organisation_id.in_(_seated(asked))) if asked.street else query


def _invited(asked: Asked) -> Select[*tuple[Any, ...]]:
    """Those asked in the period, and what became of it."""
    month_after = months_later(asked.until, 1)
    start, end = (start_of(day) for day in (asked.since, month_after))
    query = (
        select(
            Invitation.organisation_id,
            _number(~Invitation.direct).label("invited"),
            _number(Invitation.state == InvitationState.DECLINED).label("declined"),
            _number(Invitation.state == InvitationState.AWARDED).label("chosen"),
        )
        .where(Invitation.created_at >= start, Invitation.created_at < end)
        .group_by(Invitation.organisation_id)
    )
    if asked.category:
        of = select(Entry.id).join(Service, Entry.service_id == Service.id)
        query = query.where(Invitation.entry_id.in_(of.where(_of_category(Service.category_id, asked))))
    return query


def _finished() -> Select[*tuple[Any, ...]]:
    """In any category: who finished work is no newcomer."""
    number = func.sum(Reputation.finished).label("finished")
    query = select(Reputation.organisation_id, number).where(Reputation.finished > 0)
    return query.group_by(Reputation.organisation_id)


def _of_category(column: InstrumentedAttribute[int], asked: Asked) -> ColumnElement[bool]:
    return column.in_(catalogue.within(asked.category)) if asked.category else true()


def _seated(asked: Asked) -> Select[int]:
    return select(Organisation.id).where(in_area(asked.street))


def _number(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))
