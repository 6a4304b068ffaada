"""What waits for government, counted and listed. A street office sees what is seated in its street, and no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.orm import joinedload

from directory.db import db
from directory.errors import NotFound
from directory.models.account import Claim
from directory.models.application import Application, Objection
from directory.models.assessment import Assessment
from directory.models.claimed import ClaimedFact
from directory.models.organisation import Organisation
from directory.models.review import ReviewReport
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Category
from directory.operations.paging import Shown, paged
from directory.operations.standings import BATCH
from directory.policy import Actor, Permission, can, require
from directory.rules.lifecycle import (
    ENDED,
    ApplicationState,
    AssessmentState,
    ClaimedState,
    EntryState,
    ObjectionState,
    VersionState,
)
from directory.rules.work import ReportState

_NOWHERE = object()  # a thing of no street: who may watch this may watch everything


def seated(by: Actor) -> ColumnElement[bool]:
    """Which organisations an officer's queues are about."""
    require(by, Permission.WATCH_CATALOGUE)
    return true() if can(by, Permission.WATCH_CATALOGUE, _NOWHERE) else in_area(by.area)


def in_area(code: str) -> ColumnElement[bool]:
    """Organisations seated in an area or in one within it."""
    return or_(Organisation.area_code == code, Organisation.area_code.startswith(f"{code}-", autoescape=True))


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits in each queue; the days are those on which the first notice, the first cure period, ends."""

    to_screen: int
    to_decide: int
    objections: int
    versions: int
    facts: int
    claims: int
    notices: int
    notice_ends: date | None
    suspended: int
    cure_ends: date | None
    reports: int


def counts(*, by: Actor) -> Counts:
    """From one statement."""
    here = seated(by)
    waiting = ClaimedFact.state == ClaimedState.WAITING
    row: Sequence[Any] = db.session.execute(
        select(
            _number(Application, here, Application.state == ApplicationState.SUBMITTED),
            _number(Application, here, to_decide()),
            _number(Objection, here, Objection.state == ObjectionState.OPEN, through=Objection.application),
            _number(ServiceVersion, here, edits_waiting(), through=ServiceVersion.service),
            _number(ClaimedFact, here, waiting),
            _number(Claim, here, Claim.outcome == ""),
            _number(Application, here, _RUNNING),
            _number(Application, here, _RUNNING, what=func.min(Application.publicity_until)),
            _number(Entry, here, _SUSPENDED, through=Entry.service),
            _number(Entry, here, _SUSPENDED, through=Entry.service, what=func.min(Entry.cure_until)),
            _number(ReviewReport, here, ReviewReport.state == ReportState.OPEN, through=ReviewReport.review),
        )
    ).one()
    return Counts(*row)


_RUNNING = Application.state == ApplicationState.PUBLICITY
_SUSPENDED = Entry.state == EntryState.SUSPENDED


def _number(thing: Any, *conditions: ColumnElement[bool], through: Any = None, what: Any = None) -> Any:
    """A count, or another sum, over things of organisations; `through` leads to what has the organisation."""
    query = select(func.count(thing.id) if what is None else what).select_from(thing)
    if through is not None:
        query = query.join(through)
    return query.join(Organisation, _owner(thing, through) == Organisation.id).where(*conditions).scalar_subquery()


def _owner(thing: Any, through: Any) -> Any:
    return (thing if through is None else through.property.mapper.class_).organisation_id


def to_decide() -> ColumnElement[bool]:
    """Applications that were scored and await government's decision."""
    closed = exists().where(Assessment.application_id == Application.id, Assessment.state == AssessmentState.CLOSED)
    return (Application.state == ApplicationState.ASSESSING) & closed


def edits_waiting() -> ColumnElement[bool]:
    """Versions that wait by themselves; those sent with an application are decided with it."""
    applied = exists().where(
        Application.service_id == ServiceVersion.service_id,  # which has an index
        Application.version_id == ServiceVersion.id,
        Application.state.not_in(ENDED),
    )
    return (ServiceVersion.state == VersionState.WAITING) & ~applied


class Order(StrEnum):
    LONGEST = "longest"
    LATEST = "latest"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which applications are asked for: `ready` those scored and not decided, `waited` days at least in their state."""

    state: ApplicationState | None = None
    ready: bool = False
    field: str = ""
    street: str = ""
    waited: int = 0
    order: Order = Order.LONGEST
    page: int = 1


_ORDERS = {
    Order.LONGEST: (Application.since, Application.id),
    Order.LATEST: (Application.since.desc(), Application.id.desc()),
    Order.ORGANISATION: (Organisation.name, Application.id),
}
_HANDED_IN = tuple(state for state in ApplicationState if state is not ApplicationState.DRAFT)


def chosen(asked: Asked, *, by: Actor, now: datetime) -> Select[Application]:
    """The applications handed in that fit; drafts are nobody's business but their organisation's."""
    query = (
        select(Application)
        .join(Application.organisation)
        .where(seated(by), Application.state.in_((asked.state,) if asked.state else _HANDED_IN))
        .order_by(*_ORDERS[asked.order])
    )
    if asked.ready:
        query = query.where(to_decide())
    if asked.street:
        query = query.where(in_area(asked.street))
    if asked.waited:
        query = query.where(Application.since <= now - timedelta(days=asked.waited))
    if asked.field:
        fields = select(Category.id).where(Category.code == asked.field)
        services = select(Category.id).where(or_(Category.id.in_(fields), Category.parent_id.in_(fields)))
        query = query.join(Application.service).where(Service.category_id.in_(services))
    return query.options(
        joinedload(Application.organisation),
        joinedload(Application.version),
        joinedload(Application.service).joinedload(Service.category),
    )


def applications(asked: Asked, *, by: Actor, now: datetime) -> Shown[Application]:
    return paged(chosen(asked, by=by, now=now), asked.page)


def every(asked: Asked, *, by: Actor, now: datetime) -> list[Application]:
    """All of them, for a file."""
    return list(db.session.scalars(chosen(asked, by=by, now=now)))


def results(shown: Sequence[Application]) -> dict[int, Assessment]:
    """The scoring that counts of each application that has one, from one query for every BATCH of them."""
    closed = select(Assessment).where(Assessment.state == AssessmentState.CLOSED).options(joinedload(Assessment.rubric))
    ids = [each.id for each in shown]
    return {
        each.application_id: each
        for start in range(0, len(ids), BATCH)
        for each in db.session.scalars(
            closed.where(Assessment.application_id.in_(ids[start : start + BATCH])).order_by(Assessment.id)
        )
    }


def application(application_id: int, *, by: Actor) -> Application:
    """One of them, to read. Raises NotFound, for a draft too, and Forbidden."""
    found = db.session.scalar(
        select(Application)
        .where(Application.id == application_id)
        .options(
            joinedload(Application.organisation),
            joinedload(Application.version),
            joinedload(Application.service).joinedload(Service.category).joinedload(Category.parent),
        )
    )
    if found is None:
        raise NotFound(f"no application {application_id}")
    require(by, Permission.WATCH_CATALOGUE, found)
    if found.state is ApplicationState.DRAFT:
        raise NotFound(f"application {application_id} is not handed in")
    return found


def named(application_ids: Sequence[int], *, by: Actor) -> dict[int, Application]:
    """Those of some applications that an officer may see, from one query."""
    query = select(Application).join(Application.organisation).where(seated(by), Application.id.in_(application_ids))
    return {each.id: each for each in db.session.scalars(query.options(joinedload(Application.version)))}
