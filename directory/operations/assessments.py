"""Having an application scored: by two assessors, by a third where they differ, by others where it is appealed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from directory import audit
from directory.db import db
from directory.errors import Conflict, Forbidden, Invalid, NotFound
from directory.models.account import Account
from directory.models.application import Appeal, Application
from directory.models.assessment import Assessment, ScoreSheet
from directory.models.rubric import Rubric
from directory.models.service import Service
from directory.operations import appeals, applications, assessors, notices, rubrics
from directory.policy import Actor, Permission, require
from directory.rules import reasons, scoring
from directory.rules.lifecycle import (
    ASSESSMENTS,
    SHEETS,
    ApplicationState,
    AssessmentState,
    NotAllowed,
    RubricState,
    SheetState,
)
from directory.rules.roles import Role
from search.text import mask

SHEETS_NEEDED = {AssessmentState.SCORING: 2, AssessmentState.THIRD: 3, AssessmentState.CLOSED: 0}


def get(assessment_id: int, *, by: Actor) -> Assessment:
    """The assessment with its sheets, for whoever watches over it. Raises NotFound, Forbidden."""
    require(by, Permission.READ_ASSESSMENT)
    wanted = (
        select(Assessment)
        .where(Assessment.id == assessment_id)
        .join(Assessment.application)
        .options(
            contains_eager(Assessment.application).options(
                joinedload(Application.organisation),
                joinedload(Application.version),
                joinedload(Application.service).joinedload(Service.category),
            ),
            joinedload(Assessment.rubric),
            joinedload(Assessment.appeal),
            selectinload(Assessment.sheets).joinedload(ScoreSheet.assessor),
        )
    )
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound(f"no assessment {assessment_id}")
    return found


def locked(assessment_id: int) -> Assessment:
    """The assessment, locked for a change: of two sheets submitted at once, one is the second."""
    found = db.session.get(Assessment, assessment_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"no assessment {assessment_id}")
    return found


def assign(
    application: Application, *, rubric_id: int | None, assessor_ids: Sequence[int], by: Actor, now: datetime
) -> Assessment:
    """Have two assessors score an application, or hear its appeal, which keeps the rubric of the first time."""
    require(by, Permission.ASSIGN, application)
    appeal = to_hear(application)
    if len(assessor_ids) != 2 or len(set(assessor_ids)) != 2:
        raise Invalid("assessors", len(set(assessor_ids)), "two", "two assessors score an application")
    chosen = assessors.chosen(application, assessor_ids, by=by)
    if appeal is None:
        rubric = _in_use(rubric_id, by=by, now=now)
        applications.assess(application, by=by, now=now)
    else:
        rubric = _last_rubric(application)
    made = Assessment(application=application, rubric=rubric, appeal=appeal, created_at=now)
    db.session.add(made)
    for account in chosen:
        _ask(made, account, third=False, by=by, now=now)
    return made


def to_hear(application: Application) -> Appeal | None:
    """The appeal that waits for assessors."""
    if application.state is not ApplicationState.PUBLICITY:
        return None
    waiting = select(Appeal).where(
        Appeal.application_id == application.id,
        Appeal.outcome == "",
        ~select(Assessment.id).where(Assessment.appeal_id == Appeal.id).exists(),
    )
    return db.session.scalar(waiting)


def add(assessment: Assessment, assessor_id: int, *, by: Actor, now: datetime) -> ScoreSheet:
    """One more assessor, where somebody left or a third is called. Raises Conflict where none is missing."""
    require(by, Permission.ASSIGN, assessment.application)
    check_running(assessment)
    if takes_part(assessment, by=by):
        raise Forbidden("whoever scores an application does not choose who else does")
    if missing(assessment) < 1:
        raise Conflict(f"assessment {assessment.id} has all its assessors")
    account = assessors.chosen(assessment.application, [assessor_id], by=by)[0]
    return _ask(assessment, account, third=assessment.state is AssessmentState.THIRD, by=by, now=now)


def release(assessment: Assessment, sheet_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """Take a sheet back from somebody who does not get to it, so that another can be asked."""
    require(by, Permission.ASSIGN, assessment.application)
    check_running(assessment)
    if takes_part(assessment, by=by):
        raise Forbidden("whoever scores an application does not choose who else does")
    sheet = next((sheet for sheet in assessment.sheets if sheet.id == sheet_id), None)
    if sheet is None:
        raise NotFound(f"no sheet {sheet_id} in assessment {assessment.id}")
    reason = reasons.given(reason)
    sheet.state = SHEETS.after("recuse", sheet.state)
    sheet.declared_at, sheet.conflict, sheet.conflict_note = (
        sheet.declared_at or now,
        assessors.RELEASED,
        mask(reason).strip(),
    )
    audit.record("sheet:release", by=by, thing=f"ScoreSheet:{sheet.id}", now=now, reason=sheet.conflict_note)


def missing(assessment: Assessment) -> int:
    """How many assessors are still to be found."""
    return SHEETS_NEEDED[assessment.state] - len(_live(assessment))


def takes_part(assessment: Assessment, *, by: Actor) -> bool:
    """Whether somebody scores this and it is not closed: then they learn nothing of the others."""
    scores = any(sheet.assessor_id == by.id for sheet in _live(assessment))
    return scores and assessment.state is not AssessmentState.CLOSED


def running(assessment: Assessment) -> bool:
    """Whether the application still waits for this."""
    awaited = ApplicationState.ASSESSING if assessment.appeal_id is None else ApplicationState.PUBLICITY
    return assessment.application.state is awaited


def check_running(assessment: Assessment) -> None:
    if not running(assessment):
        awaited = ApplicationState.ASSESSING if assessment.appeal_id is None else ApplicationState.PUBLICITY
        raise NotAllowed("score", assessment.application.state, [awaited])


def proceed(assessment: Assessment, *, by: Actor, now: datetime) -> None:
    """What follows when one more sheet is in: nothing yet, a third assessor, or the result."""
    totals = {sheet.id: sheet.total for sheet in _live(assessment) if sheet.total is not None}
    if len(totals) < SHEETS_NEEDED[assessment.state]:
        return
    if scoring.needs_third(list(totals.values()), assessment.rubric.gap):
        assessment.state = ASSESSMENTS.after("call_third", assessment.state)
        _record(assessment, "call_third", by=by, now=now)
        tell_leads(assessment, "third_called", now=now)
        return
    _close(assessment, by=by, now=now)


def tell_leads(assessment: Assessment, kind: str, *, now: datetime) -> None:
    """News of what waits for a lead: no name of an assessor, no mark."""
    scoring_it = {sheet.assessor_id for sheet in _live(assessment)}
    notices.tell(
        set(notices.with_role(Role.LEAD)) - scoring_it,
        kind,
        link=f"/evaluation/assessments/{assessment.id}",
        now=now,
        service=assessment.application.version.name,
    )


def _close(assessment: Assessment, *, by: Actor, now: datetime) -> None:
    before = applications.result(assessment.application)
    state = ASSESSMENTS.after("close", assessment.state)
    totals = {sheet.id: sheet.total for sheet in _live(assessment) if sheet.total is not None}
    assessment.total = scoring.result(totals)
    assessment.grade = scoring.grade(assessment.total, rubrics.thresholds(assessment.rubric))
    assessment.state, assessment.closed_at = state, now
    _record(assessment, "close", by=by, now=now)
    application = assessment.application
    told = [*notices.keepers(application.organisation_id), *notices.with_role(Role.DISTRICT, Role.LEAD)]
    if assessment.appeal is not None and before is not None:
        changed = (assessment.total, assessment.grade) != (before.total, before.grade)
        appeals.close(assessment.appeal, changed=changed, told=told, by=by, now=now)
        return
    link, service = f"/applications/{application.id}/result", application.version.name
    notices.tell(told, "result_ready", link=link, now=now, service=service)


def _live(assessment: Assessment) -> list[ScoreSheet]:
    return [sheet for sheet in assessment.sheets if sheet.state is not SheetState.RECUSED]


def _ask(assessment: Assessment, account: Account, *, third: bool, by: Actor, now: datetime) -> ScoreSheet:
    sheet = ScoreSheet(assessor=account, third=third, assigned_at=now)
    assessment.sheets.append(sheet)
    db.session.flush()
    audit.record("sheet:assign", by=by, thing=f"ScoreSheet:{sheet.id}", now=now)
    version, organisation = assessment.application.version, assessment.application.organisation
    notices.tell(
        [account.id],
        "sheet_assigned",
        link=f"/evaluation/sheets/{sheet.id}",
        now=now,
        service=version.name,
        organisation=organisation.name,
    )
    return sheet


def _in_use(rubric_id: int | None, *, by: Actor, now: datetime) -> Rubric:
    """The rubric chosen; a draft is frozen by being used."""
    rubric = None
    if rubric_id is not None:
        rubric = db.session.get(Rubric, rubric_id, with_for_update=True, populate_existing=True)
    if rubric is None:
        raise Invalid("rubric", rubric_id or "", "unknown", "choose the rubric that scores this application")
    if rubric.state is RubricState.RETIRED:
        raise Invalid("rubric", rubric.name, "retired", f"{rubric.name} is retired")
    if rubric.state is RubricState.DRAFT:
        rubrics.freeze(rubric, by=by, now=now)
    return rubric


def _last_rubric(application: Application) -> Rubric:
    last = applications.result(application)
    if last is None:
        raise Conflict("there is no result to appeal against")
    return last.rubric


def _record(assessment: Assessment, deed: str, *, by: Actor, now: datetime) -> None:
    audit.record(f"assessment:{deed}", by=by, thing=f"Assessment:{assessment.id}", now=now)
