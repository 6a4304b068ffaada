"""The desk of the evaluation centre: what waits, who scores what, how far assessors agree."""

from datetime import UTC, date, datetime

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid, NotFound
from directory.forms.assessing import AddForm, AssignForm, ReleaseForm
from directory.forms.search import page_from
from directory.models.assessment import Assessment
from directory.operations import agreements, applications, assessments, assessors, results, rubrics, sending, worklists
from directory.policy import Permission, require
from directory.rules.agreement import LEAST_PAIRS, LEAST_SHEETS
from directory.rules.calendar import day_of
from directory.rules.lifecycle import ApplicationState, SheetState
from directory.views import scoring
from directory.wording import assessing as words
from directory.wording.states import ASSESSMENT_STATES

bp = Blueprint("assessing", __name__, url_prefix="/evaluation")
scoring.set_up(bp, Permission.READ_ASSESSMENT, Permission.WRITE_SHEET)


@bp.get("")
def home() -> ResponseReturnValue:
    return render_template(
        "assessing/home.html",
        counts=worklists.counts(by=g.actor) if scoring.may("READ_ASSESSMENT") else None,
        own=worklists.sheets_of(by=g.actor) if scoring.may("WRITE_SHEET") else None,
    )


@bp.get("/applications")
def to_assign() -> ResponseReturnValue:
    """What passed the formal check, and appeals that nobody hears yet."""
    found = worklists.to_assign(page=page_from(request.args), by=g.actor)
    return render_template("assessing/applications.html", found=found, appeals=worklists.to_hear(by=g.actor))


@bp.get("/applications/<int:application_id>")
def assigning(application_id: int) -> ResponseReturnValue:
    return _assign_page(application_id, AssignForm(formdata=None))


@bp.post("/applications/<int:application_id>")
def assign(application_id: int) -> ResponseReturnValue:
    require(g.actor, Permission.ASSIGN)
    form, now = AssignForm(request.form), datetime.now(UTC)
    try:
        with transaction():
            application = applications.get(application_id, by=g.actor)
            sending.once(form.once.data or "", now=now)
            made = assessments.assign(
                application,
                rubric_id=_whole(form.rubric.data),
                assessor_ids=[_whole(each) or 0 for each in form.assessors.data or []],
                by=g.actor,
                now=now,
            )
            assessment_id = made.id
    except Invalid as fault:
        if not form.blame(fault, instead="rubric"):
            raise
        return _assign_page(application_id, form), 422
    flash(gettext("已分派。两位评估员会收到通知，先申报回避，再评分。"))
    return redirect(url_for(".assessment", assessment_id=assessment_id), 303)


@bp.get("/assessments")
def every() -> ResponseReturnValue:
    state, query = request.args.get("state", "waiting"), request.args.get("q", "")
    found = worklists.listed(state=state, query=query, page=page_from(request.args), by=g.actor)
    return render_template("assessing/assessments.html", found=found, state=state, query=query)


@bp.get("/assessments.csv")
def every_as_table() -> Response:
    state, query = request.args.get("state", "waiting"), request.args.get("q", "")
    found = worklists.every(state=state, query=query, by=g.actor)
    columns = [str(name) for name in words.ASSESSMENT_COLUMNS]
    return scoring.table("assessments", columns, (_row(each) for each in found))


@bp.get("/assessments/<int:assessment_id>")
def assessment(assessment_id: int) -> ResponseReturnValue:
    return _assessment_page(assessment_id)


@bp.post("/assessments/<int:assessment_id>/assessors")
def add_assessor(assessment_id: int) -> ResponseReturnValue:
    """Another assessor, where one left or a third is called."""
    require(g.actor, Permission.ASSIGN)
    form, now = AddForm(request.form), datetime.now(UTC)
    try:
        with transaction():
            found = assessments.locked(assessment_id)
            sending.once(form.once.data or "", now=now)
            assessments.add(found, _whole(form.assessor.data) or 0, by=g.actor, now=now)
    except Invalid as fault:
        form.assessor.errors = [words.fault(fault)]
        return _assessment_page(assessment_id, add=form), 422
    flash(gettext("已分派，评估员会收到通知。"))
    return redirect(url_for(".assessment", assessment_id=assessment_id), 303)


@bp.post("/assessments/<int:assessment_id>/release")
def release(assessment_id: int) -> ResponseReturnValue:
    """Take a sheet back from somebody who does not get to it."""
    require(g.actor, Permission.ASSIGN)
    form, now = ReleaseForm(request.form), datetime.now(UTC)
    try:
        with transaction():
            found = assessments.locked(assessment_id)
            reason = form.reason.data or ""
            assessments.release(found, _whole(form.sheet.data) or 0, reason=reason, by=g.actor, now=now)
    except Invalid as fault:
        form.reason.errors = [words.fault(fault)]
        return _assessment_page(assessment_id, back=form), 422
    flash(gettext("已收回。请在下面另派一位评估员。"))
    return redirect(url_for(".assessment", assessment_id=assessment_id), 303)


@bp.get("/agreement")
def agreement() -> ResponseReturnValue:
    code, since, until = _period()
    return render_template(
        "assessing/agreement.html",
        report=agreements.report(code=code, since=since, until=until, by=g.actor),
        choices=agreements.choices(by=g.actor),
        chosen=(code, since, until),
        least_pairs=LEAST_PAIRS,
        least_sheets=LEAST_SHEETS,
    )


@bp.get("/agreement.csv")
def agreement_as_table() -> Response:
    code, since, until = _period()
    found = agreements.report(code=code, since=since, until=until, by=g.actor)
    columns = [str(name) for name in words.AGREEMENT_COLUMNS]
    of_rubrics = [
        [
            *(gettext("指标"), each.name or gettext("合计"), "", each.pairs),
            *(_round(each.difference), _round(each.correlation), each.thirds, ""),
        ]
        for each in found.rubrics
    ]
    of_assessors = [
        [gettext("评估员"), found.names.get(drift.assessor, ""), period, number, "", "", "", _round(above)]
        for drift in found.drifts
        for period, (number, above) in {"": (drift.sheets, drift.above), **drift.periods}.items()
    ]
    return scoring.table("agreement", columns, [*of_rubrics, *of_assessors])


def _assign_page(application_id: int, form: AssignForm) -> str:
    application = results.application(application_id, by=g.actor)
    require(g.actor, Permission.ASSIGN, application)
    appeal = assessments.to_hear(application)
    waits = appeal is not None or application.state is ApplicationState.SCREENED
    choice, proposed = rubrics.offered(application, by=g.actor) if waits and appeal is None else ([], None)
    if not form.rubric.data and proposed is not None:
        form.rubric.data = str(proposed.id)
    return render_template(
        "assessing/assign.html",
        application=application,
        appeal=appeal,
        waits=waits,
        form=form,
        choice=choice,
        proposed=proposed,
        candidates=assessors.candidates(application, by=g.actor) if waits else [],
        picked={str(each) for each in form.assessors.data or []},
    )


def _assessment_page(assessment_id: int, *, add: AddForm | None = None, back: ReleaseForm | None = None) -> str:
    found = assessments.get(assessment_id, by=g.actor)
    blind = assessments.takes_part(found, by=g.actor)
    running = assessments.running(found)
    acts = scoring.may("ASSIGN") and running and not blind
    missing = assessments.missing(found) if acts else 0
    closed = found.total is not None
    return render_template(
        "assessing/assessment.html",
        assessment=found,
        running=running,
        blind=blind,
        names_shown=(scoring.may("ASSIGN") and not blind) or (scoring.may("READ_ASSESSORS") and closed),
        missing=missing,
        candidates=assessors.candidates(found.application, by=g.actor) if missing else [],
        add=add or AddForm(formdata=None),
        back=back or ReleaseForm(formdata=None),
        out=[s for s in found.sheets if s.state in {SheetState.ASSIGNED, SheetState.OPEN}] if acts else [],
    )


def _row(each: Assessment) -> tuple[object, ...]:
    return (
        each.id,
        each.application.organisation.name,
        each.application.version.name,
        each.rubric.name,
        str(ASSESSMENT_STATES[each.state]),
        each.total if each.total is not None else "",
        each.grade,
        gettext("是") if each.appeal_id else "",
        day_of(each.created_at).isoformat(),
        day_of(each.closed_at).isoformat() if each.closed_at else "",
    )


def _period() -> tuple[str, date | None, date | None]:
    """The rubric and the days in an address. Raises Invalid."""
    return request.args.get("rubric", "")[:40], _day("since"), _day("until")


def _day(name: str) -> date | None:
    given = request.args.get(name, "").strip()
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise Invalid("quarter", given[:40], "unknown", f"{given[:40]!r} is no date") from error


def _round(number: float | None) -> object:
    return "" if number is None else round(number, 3)


def _whole(given: object) -> int | None:
    """An id that a form sent; None for nothing. Raises NotFound."""
    text = str(given or "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise NotFound(f"no {text[:40]!r}")
    return int(text)
