"""What a scoring found, as those may see it whom it concerns: points by criterion and why, never by whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from directory.db import db
from directory.errors import NotFound
from directory.models.application import Appeal, Application
from directory.models.assessment import Assessment, Mark, ScoreSheet
from directory.models.rubric import Rubric
from directory.models.service import Service
from directory.operations import appeals, rubrics
from directory.policy import Actor, Permission, can, require
from directory.rules import scoring
from directory.rules.lifecycle import AssessmentState, SheetState
from directory.rules.outlines import Placed


class Reason(NamedTuple):
    note: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion: the mean of the two sheets used, and what both said, in an order that tells nobody apart."""

    place: Placed
    name: str
    most: Decimal
    points: Decimal
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class SheetTotal:
    """For those who watch over the scoring: `who` is "" where the reader may not know it."""

    total: Decimal
    used: bool
    third: bool
    who: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The application with its result, if there is one; `earlier` is the one an appeal replaced.

    A result brought in from elsewhere has no sheets, and so no lines.
    """

    application: Application
    assessment: Assessment | None
    lines: Sequence[Line]
    sheets: Sequence[SheetTotal]
    appeal: Appeal | None
    earlier: Assessment | None


def application(application_id: int, *, by: Actor) -> Application:
    """For reading. Raises NotFound, Forbidden."""
    wanted = select(Application).where(Application.id == application_id)
    found = db.session.scalar(
        wanted.options(
            joinedload(Application.organisation),
            joinedload(Application.version),
            joinedload(Application.service).joinedload(Service.category),
        )
    )
    if found is None:
        raise NotFound(f"no application {application_id}")
    require(by, Permission.READ_RESULT, found)
    return found


def of(application_id: int, *, by: Actor) -> Outcome:
    """What stands for an application. Raises NotFound, Forbidden."""
    applied = application(application_id, by=by)
    closed = list(
        db.session.scalars(
            select(Assessment)
            .where(Assessment.application_id == applied.id, Assessment.state == AssessmentState.CLOSED)
            .order_by(Assessment.id.desc())
            .options(
                joinedload(Assessment.rubric).selectinload(Rubric.criteria),
                selectinload(Assessment.sheets).joinedload(ScoreSheet.assessor),
                selectinload(Assessment.sheets).selectinload(ScoreSheet.marks),
            )
        )
    )
    appeal = appeals.of(applied)
    if not closed:
        return Outcome(applied, None, (), (), appeal, None)
    assessment = closed[0]
    submitted = {sheet.id: sheet for sheet in assessment.sheets if sheet.state is SheetState.SUBMITTED}
    totals = {sheet.id: sheet.total for sheet in submitted.values() if sheet.total is not None}
    used: Sequence[int] = scoring.used(totals) if len(totals) > 1 else ()
    return Outcome(
        applied,
        assessment,
        _lines(assessment.rubric, [submitted[sheet_id] for sheet_id in used]) if used else (),
        _totals(submitted.values(), used, by=by),
        appeal,
        closed[1] if len(closed) > 1 else None,
    )


def _lines(rubric: Rubric, sheets: Sequence[ScoreSheet]) -> list[Line]:
    marks: dict[int, list[Mark]] = {}
    for sheet in sheets:
        for mark in sheet.marks:
            marks.setdefault(mark.criterion_id, []).append(mark)
    placed = rubrics.placed(rubric)
    points: dict[int, Decimal] = {}
    for place, _ in reversed(placed):
        given = [mark.points for mark in marks.get(place.id, ()) if mark.points is not None]
        if place.leaf:
            points[place.id] = sum(given, Decimal(0)) / len(sheets)
        else:
            points[place.id] = sum((points[p.id] for p, _ in placed if p.parent == place.id), Decimal(0))
    return [
        Line(place, criterion.name, criterion.points, points[place.id], _reasons(marks.get(place.id, ())))
        for place, criterion in placed
    ]


def _reasons(marks: Sequence[Mark]) -> list[Reason]:
    """By their text, not by sheet, and what both said once: nobody can follow one hand through the page."""
    return sorted({Reason(mark.note, mark.evidence) for mark in marks})


def _totals(sheets: Iterable[ScoreSheet], used: Sequence[int], *, by: Actor) -> list[SheetTotal]:
    if not can(by, Permission.READ_ASSESSMENT):
        return []
    named = can(by, Permission.READ_ASSESSORS)
    found = [
        SheetTotal(sheet.total, sheet.id in used, sheet.third, sheet.assessor.name if named else "")
        for sheet in sheets
        if sheet.total is not None
    ]
    return sorted(found, key=lambda sheet: (sheet.third, -sheet.total))
