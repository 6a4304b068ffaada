"""One assessor's sheet: conflicts declared before anything is shown, marks saved as they come, submitted once."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from directory import audit
from directory.db import db
from directory.errors import Forbidden, Invalid, NotFound
from directory.models.application import Application
from directory.models.assessment import Assessment, Mark, ScoreSheet
from directory.models.rubric import Criterion, Rubric
from directory.models.service import Service
from directory.operations import assessments, rubrics
from directory.policy import Actor, Permission, require
from directory.rules import conflicts, scoring
from directory.rules.lifecycle import SHEETS, NotAllowed, SheetState
from directory.rules.outlines import Placed
from search.text import mask

LONGEST_NOTE = 500
LONGEST_EVIDENCE = 200


class Given(NamedTuple):
    """What an assessor wrote for one criterion so far."""

    points: Decimal | None
    note: str = ""
    evidence: str = ""


def get(sheet_id: int, *, by: Actor) -> ScoreSheet:
    """Somebody's own sheet with all it rests on. Raises NotFound, Forbidden."""
    wanted = select(ScoreSheet).where(ScoreSheet.id == sheet_id)
    scored = joinedload(ScoreSheet.assessment)
    applied = scored.joinedload(Assessment.application)
    found = db.session.scalar(
        wanted.options(
            applied.joinedload(Application.organisation),
            applied.joinedload(Application.version),
            applied.joinedload(Application.service).joinedload(Service.category),
            scored.joinedload(Assessment.rubric).selectinload(Rubric.criteria),
            selectinload(ScoreSheet.marks),
        )
    )
    if found is None:
        raise NotFound(f"no sheet {sheet_id}")
    require(by, Permission.WRITE_SHEET, found)
    return found


def to_change(sheet_id: int, *, by: Actor) -> ScoreSheet:
    """The sheet, with its assessment locked. Raises NotFound, Forbidden, NotAllowed where nothing waits for it."""
    found = db.session.get(ScoreSheet, sheet_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"no sheet {sheet_id}")
    require(by, Permission.WRITE_SHEET, found)
    assessments.check_running(assessments.locked(found.assessment_id))
    return found


def check_declared(sheet: ScoreSheet) -> None:
    """Raises Forbidden: who has not said that nothing stands against it sees nothing of the application."""
    if sheet.state in {SheetState.ASSIGNED, SheetState.RECUSED}:
        raise Forbidden("conflicts of interest are declared before anything is shown")


def declare(sheet: ScoreSheet, *, conflict: str, note: str = "", by: Actor, now: datetime) -> None:
    """Say what stands against scoring this, "none" for nothing; also later, when something comes to light."""
    require(by, Permission.WRITE_SHEET, sheet)
    kind = conflicts.declared(conflict, note)
    if kind is None:
        sheet.state = SHEETS.after("declare", sheet.state)
        sheet.declared_at = now
        _record(sheet, "declare", by=by, now=now)
        return
    sheet.state = SHEETS.after("recuse", sheet.state)
    sheet.declared_at, sheet.conflict, sheet.conflict_note = sheet.declared_at or now, kind, mask(note).strip()
    _record(sheet, "recuse", by=by, now=now, reason=kind)
    assessments.tell_leads(sheet.assessment, "sheet_recused", now=now)


def marked(sheet: ScoreSheet) -> list[tuple[Placed, Criterion, Mark | None]]:
    """Every criterion in the order it is read, with what it got so far."""
    got = {mark.criterion_id: mark for mark in sheet.marks}
    return [(place, criterion, got.get(place.id)) for place, criterion in rubrics.placed(sheet.assessment.rubric)]


def save(sheet: ScoreSheet, given: Mapping[int, Given], *, by: Actor, now: datetime) -> None:
    """Keep what was written for some criteria, finished or not; none of it if one mark is wrong. Raises Invalid."""
    require(by, Permission.WRITE_SHEET, sheet)
    if sheet.state is not SheetState.OPEN:
        raise NotAllowed("save", sheet.state, [SheetState.OPEN])
    known = {place.id: (place, criterion, mark) for place, criterion, mark in marked(sheet) if place.leaf}
    for criterion_id, said in given.items():
        if criterion_id not in known:
            raise NotFound(f"criterion {criterion_id} is not marked in this rubric")
        place, criterion, mark = known[criterion_id]
        kept = _checked(named(place, criterion), said, criterion.points)
        if mark is None:
            if kept == Given(None):
                continue
            mark = Mark(criterion_id=criterion_id)
            sheet.marks.append(mark)
        mark.points, mark.note, mark.evidence, mark.saved_at = *kept, now
    _record(sheet, "save", by=by, now=now)


def gaps(sheet: ScoreSheet) -> list[tuple[Placed, Criterion, str]]:
    """What a sheet lacks before it can be submitted: "points", or the "note" that says why."""
    lacking = []
    for place, criterion, mark in marked(sheet):
        if place.leaf and (mark is None or mark.points is None):
            lacking.append((place, criterion, "points"))
        elif place.leaf and mark is not None and not mark.note:
            lacking.append((place, criterion, "note"))
    return lacking


def submit(sheet: ScoreSheet, *, by: Actor, now: datetime) -> None:
    """Hand in, for good. Raises Invalid, naming the criterion, while a mark or its note is missing."""
    require(by, Permission.WRITE_SHEET, sheet)
    state = SHEETS.after("submit", sheet.state)
    leaves = {named(place, criterion): (criterion, mark) for place, criterion, mark in marked(sheet) if place.leaf}
    total = scoring.total(
        {name: mark.points if mark else None for name, (_, mark) in leaves.items()},
        {name: criterion.points for name, (criterion, _) in leaves.items()},
    )
    for name, (_, mark) in leaves.items():
        if mark is None or not mark.note:
            raise Invalid(name, "", "note", f"{name} has no note that says why")
    sheet.state, sheet.total, sheet.submitted_at = state, total, now
    _record(sheet, "submit", by=by, now=now)
    assessments.proceed(sheet.assessment, by=by, now=now)


def named(place: Placed, criterion: Criterion) -> str:
    """How errors name a criterion."""
    return f"{place.number} {criterion.name}"


def _checked(name: str, said: Given, most: Decimal) -> Given:
    if said.points is not None:
        scoring.check_points(name, said.points, most)
    note, evidence = mask(said.note).strip(), mask(said.evidence).strip()
    for text, limit, rule in ((note, LONGEST_NOTE, "note_too_long"), (evidence, LONGEST_EVIDENCE, "evidence_too_long")):
        if len(text) > limit:
            raise Invalid(name, len(text), rule, f"{name}: at most {limit} characters")
    return Given(said.points, note, evidence)


def _record(sheet: ScoreSheet, deed: str, *, by: Actor, now: datetime, reason: str = "") -> None:
    audit.record(f"sheet:{deed}", by=by, thing=f"ScoreSheet:{sheet.id}", now=now, reason=reason)
