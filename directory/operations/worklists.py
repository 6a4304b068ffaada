"""What waits in the evaluation centre, and the lists behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from directory.db import db
from directory.errors import Invalid
from directory.models.application import Appeal, Application
from directory.models.assessment import Assessment, ScoreSheet
from directory.models.organisation import Organisation
from directory.models.service import Service, ServiceVersion
from directory.operations import paging
from directory.operations.assessors import AT_WORK, under_way
from directory.policy import Actor, Permission, require
from directory.rules.lifecycle import ApplicationState, AssessmentState, SheetState

SHOWN = 20
LONGEST_QUERY = 60
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    shown: Sequence[T]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return paging.pages(self.total, SHOWN)


@dataclass(frozen=True, slots=True)
class Counts:
    """For a lead: what waits for a step of theirs, and since when the oldest does."""

    to_assign: int
    oldest: datetime | None
    to_hear: int
    short: int
    scoring: int
    closed: int


def counts(*, by: Actor) -> Counts:
    require(by, Permission.READ_ASSESSMENT)
    to_assign, oldest = db.session.execute(
        select(func.count(), func.min(Application.since)).where(Application.state == ApplicationState.SCREENED)
    ).one()
    to_hear = db.session.scalar(select(func.count()).select_from(_to_hear().subquery()))
    running = select(func.count()).select_from(Assessment).join(Assessment.application).where(under_way())
    return Counts(
        to_assign,
        oldest,
        to_hear or 0,
        db.session.scalar(running.where(_short())) or 0,
        db.session.scalar(running.where(Assessment.state != AssessmentState.CLOSED)) or 0,
        db.session.scalar(select(func.count()).where(Assessment.state == AssessmentState.CLOSED)) or 0,
    )


def to_assign(*, page: int, by: Actor) -> Page[Application]:
    """Applications that passed the formal check, those that wait longest first."""
    require(by, Permission.READ_ASSESSMENT)
    screened = _applications().where(Application.state == ApplicationState.SCREENED)
    return _page(screened.order_by(Application.since, Application.id), page)


def to_hear(*, by: Actor) -> list[Appeal]:
    """Appeals without assessors; there are never many, for a notice runs but days."""
    require(by, Permission.READ_ASSESSMENT)
    applied = joinedload(Appeal.application)
    wanted = _to_hear().options(applied.joinedload(Application.organisation), applied.joinedload(Application.version))
    return list(db.session.scalars(wanted.order_by(Appeal.created_at).limit(SHOWN)))


STATES = ("waiting", "short", "third", "appeal", "closed", "all")


def listed(*, state: str = "waiting", query: str = "", page: int = 1, by: Actor) -> Page[Assessment]:
    """Assessments: under way (oldest first) or closed (latest first), of organisations or services named so."""
    require(by, Permission.READ_ASSESSMENT)
    return _page(_listed(state, query).options(selectinload(Assessment.sheets).joinedload(ScoreSheet.assessor)), page)


def every(*, state: str, query: str, by: Actor) -> Sequence[Assessment]:
    """All of them, for a file."""
    require(by, Permission.READ_ASSESSMENT)
    return db.session.scalars(_listed(state, query).options(selectinload(Assessment.sheets))).all()


def sheets_of(*, done: bool = False, page: int = 1, by: Actor) -> Page[ScoreSheet]:
    """One's own sheets: those to work on, the oldest first, or those done with, the latest first."""
    require(by, Permission.WRITE_SHEET)
    scored = contains_eager(ScoreSheet.assessment)
    applied = scored.contains_eager(Assessment.application)
    waits = and_(ScoreSheet.state.in_(AT_WORK), under_way())
    mine = (
        select(ScoreSheet)
        .join(ScoreSheet.assessment)
        .join(Assessment.application)
        .where(ScoreSheet.assessor_id == by.id, ~waits if done else waits)
        .options(
            scored.joinedload(Assessment.rubric),
            applied.joinedload(Application.organisation),
            applied.joinedload(Application.version),
            applied.joinedload(Application.service).joinedload(Service.category),
        )
    )
    return _page(mine.order_by(ScoreSheet.id.desc() if done else ScoreSheet.id), page)


def _applications() -> Select[Application]:
    return select(Application).options(
        joinedload(Application.organisation),
        joinedload(Application.version),
        joinedload(Application.service).joinedload(Service.category),
    )


def _to_hear() -> Select[Appeal]:
    heard = select(Assessment.id).where(Assessment.appeal_id == Appeal.id).exists()
    return (
        select(Appeal)
        .join(Appeal.application)
        .where(Appeal.outcome == "", Application.state == ApplicationState.PUBLICITY, ~heard)
    )


def _short() -> Any:
    """Whether an assessment under way lacks an assessor: one left, or a third is called and not found yet."""
    live = (
        select(func.count())
        .where(ScoreSheet.assessment_id == Assessment.id, ScoreSheet.state != SheetState.RECUSED)
        .correlate(Assessment)
        .scalar_subquery()
    )
    return or_(
        and_(Assessment.state == AssessmentState.SCORING, live < 2),
        and_(Assessment.state == AssessmentState.THIRD, live < 3),
    )


def _listed(state: str, query: str) -> Select[Assessment]:
    if state not in STATES:
        raise Invalid("state", state, "unknown", f"one of {', '.join(STATES)}")
    if len(query) > LONGEST_QUERY:
        raise Invalid("q", len(query), "too_long", f"at most {LONGEST_QUERY} characters")
    applied = contains_eager(Assessment.application)
    wanted = (
        select(Assessment)
        .join(Assessment.application)
        .join(Application.organisation)
        .join(Application.version)
        .options(
            applied.contains_eager(Application.organisation),
            applied.contains_eager(Application.version),
            joinedload(Assessment.rubric),
        )
    )
    if state not in {"closed", "all"}:
        wanted = wanted.where(under_way(), Assessment.state != AssessmentState.CLOSED)
    match state:
        case "short":
            wanted = wanted.where(_short())
        case "third":
            wanted = wanted.where(Assessment.state == AssessmentState.THIRD)
        case "appeal":
            wanted = wanted.where(Assessment.appeal_id.is_not(None))
        case "closed":
            wanted = wanted.where(Assessment.state == AssessmentState.CLOSED)
    if query.strip():
        said = query.strip()
        wanted = wanted.where(
            or_(Organisation.name.contains(said, autoescape=True), ServiceVersion.name.contains(said, autoescape=True))
        )
    latest = state in {"closed", "all"}
    return wanted.order_by(Assessment.id.desc() if latest else Assessment.id)


def _page(wanted: Select[T], page: int) -> Page[T]:
    counted = wanted.options().order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    total = db.session.scalar(counted) or 0
    shown = db.session.scalars(wanted.limit(SHOWN).offset((page - 1) * SHOWN)).unique().all()
    return Page(shown, total, page)
