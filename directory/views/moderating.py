"""Pages of government where reported reviews are decided."""

from datetime import UTC, datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import db, transaction
from directory.errors import Conflict, Invalid
from directory.forms.reviews import DecideReportForm
from directory.forms.search import page_from
from directory.models.review import ReviewReport
from directory.operations import agreed_work, catalogue, deeds, reports, sending
from directory.policy import Permission
from directory.rules.calendar import day_of
from directory.rules.work import ReportState
from directory.views.entrance import let_in
from directory.wording import reviews as words
from directory.wording.refusals import refusal

bp = Blueprint("moderating", __name__, url_prefix="/government/reviews")


@bp.before_request
def let_in_only_who_may() -> ResponseReturnValue | None:
    return let_in(Permission.MODERATE)


@bp.errorhandler(Conflict)
def say_what_happened(error: Conflict) -> ResponseReturnValue:
    """What was decided meanwhile, and by which office."""
    db.session.rollback()
    number = (request.view_args or {}).get("report_id")
    done = deeds.of(f"ReviewReport:{number}") if number else []
    last = done[-1] if done else None
    return render_template("government/conflict.html", said=refusal(error), last=last, endpoint=".report"), error.status


@bp.get("")
def listing() -> ResponseReturnValue:
    given = request.args.get("state", ReportState.OPEN.value)
    if given and given not in set(ReportState):
        raise Invalid("state", given[:40], "unknown", "no such state")
    shown = reports.listed(ReportState(given) if given else None, page=page_from(request.args), by=g.actor)
    return render_template("moderating/list.html", shown=shown, state_asked=given, words=words, day_of=day_of)


@bp.get("/<int:report_id>")
def report(report_id: int) -> ResponseReturnValue:
    return _page("report", reports.get(report_id, by=g.actor), DecideReportForm(formdata=None))


@bp.post("/<int:report_id>")
def decide(report_id: int) -> ResponseReturnValue:
    """Show what would be decided; do it, once it was confirmed."""
    found, form, now = reports.get(report_id, by=g.actor), DecideReportForm(request.form), datetime.now(UTC)
    if not form.validate():
        return _page("report", found, form), 422
    if "confirmed" not in request.form:
        return _page("report" if "edit" in request.form else "check", found, form)
    answer = form.answer.data or ""
    try:
        with transaction():
            sending.once(form.once.data or "", now=now)
            found = reports.get(report_id, by=g.actor)
            if form.outcome.data == "hide":
                reports.hide(found, reason=form.reason.data, answer=answer, by=g.actor, now=now)
            else:
                reports.keep(found, answer=answer, by=g.actor, now=now)
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _page("report", reports.get(report_id, by=g.actor), form), 422
    flash(gettext("已决定。举报人如有账号，会收到通知。"))
    return redirect(url_for(".report", report_id=report_id), 303)


def _page(name: str, found: ReviewReport, form: DecideReportForm) -> str:
    return render_template(
        f"moderating/{name}.html",
        report=found,
        review=found.review,
        work_title=agreed_work.told(found.review.engagement.title, found.review.engagement, by=g.actor),
        earlier=reports.earlier(found),
        form=form,
        areas={area.code: area.name for area in catalogue.areas()},
        history=deeds.of(f"ReviewReport:{found.id}"),
        words=words,
        day_of=day_of,
    )
