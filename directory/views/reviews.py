"""Public pages about reviews: how they are checked, what was removed, reporting one."""

from collections.abc import Iterator
from datetime import UTC, datetime

from flask import Blueprint, Response, flash, g, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import wording
from directory.db import transaction
from directory.errors import Invalid
from directory.exchange.editions import table_chunks
from directory.forms.reviews import ReportForm
from directory.forms.search import page_from
from directory.models.review import Review
from directory.operations import catalogue, parameters, ratings, reports, sending
from directory.operations.reports import NoReport
from directory.rules.calendar import day_of
from directory.rules.engagements import Side
from directory.views.clock import today
from directory.web import count_try
from directory.wording import reviews as words
from directory.wording.refusals import refusal

REPORTS_RATE = "10 per minute"  # for one address; an office may share one
COLUMNS = ("移除日期", "机构", "服务类目", "评价", "原因")

bp = Blueprint("reviews", __name__, url_prefix="/reviews")


@bp.get("")
def rules() -> ResponseReturnValue:
    """How reviews are checked and become a rating, by the numbers in force."""
    in_force = parameters.in_force()
    return render_template(
        "reviews/rules.html", rules=in_force, example=ratings.example(in_force.reputation, on=today()), words=words
    )


@bp.get("/removed")
def removed() -> ResponseReturnValue:
    shown = reports.removed(page=page_from(request.args))
    return render_template("reviews/removed.html", shown=shown, words=words, day_of=day_of)


@bp.get("/removed.csv")
def removed_csv() -> ResponseReturnValue:
    response = Response(
        stream_with_context(table_chunks(COLUMNS, _rows())),
        content_type="text/csv; charset=utf-8",
    )
    response.headers["Content-Disposition"] = f"attachment; filename=reviews-removed-{today()}.csv"
    return response


def _rows() -> Iterator[tuple[str, ...]]:
    for each in reports.all_removed():
        review, why = each.review, wording.label(words.REASONS, each.reason)
        yield day_of(each.at).isoformat(), review.organisation.name, review.category.name, words.removed(each), why


@bp.get("/<int:review_id>/report")
def report(review_id: int) -> ResponseReturnValue:
    return _page(reports.readable(review_id, by=g.actor), ReportForm(formdata=None))


@bp.post("/<int:review_id>/report")
def file_report(review_id: int) -> ResponseReturnValue:
    count_try("review-report", rate=REPORTS_RATE)
    form, now = ReportForm(request.form), datetime.now(UTC)
    review = reports.readable(review_id, by=g.actor)
    if not form.validate():
        return _page(review, form), 422
    try:
        with transaction():
            sending.once(form.once.data or "", now=now)
            said = {"reason": form.reason.data, "text": form.text.data or "", "of_reply": form.about.data == "reply"}
            reports.file(review_id, **said, by=g.actor, now=now)
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _page(reports.readable(review_id, by=g.actor), form), 422
    except NoReport as told:
        return _page(reports.readable(review_id, by=g.actor), form, told=refusal(told)), 409
    flash(gettext("举报已收到，由区民政局核实。决定移除的，会写进公开的移除记录。"))
    return redirect(url_for(".rules", _anchor="removed"), 303)


def _page(review: Review, form: ReportForm, *, told: str = "") -> str:
    areas = {area.code: area.name for area in catalogue.areas()}
    public = review.side is Side.NEIGHBOURHOOD
    return render_template("reviews/report.html", review=review, form=form, told=told, areas=areas, public=public)
