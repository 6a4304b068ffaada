"""Public notice of admissions: anyone may read it, object, and ask after the answer."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.db import transaction
from directory.errors import Invalid, NotFound
from directory.forms.publicity import ObjectionForm
from directory.forms.search import page_from
from directory.models.application import Application
from directory.operations import applications, catalogue, decisions, objections, queues, sending
from directory.policy import VISITOR
from directory.rules.calendar import day_of
from directory.web import count_try
from search.text import mask

OBJECTIONS_RATE = "10 per minute"  # for one address; an office may share one

bp = Blueprint("publicity", __name__, url_prefix="/publicity")


@bp.get("")
def notices() -> ResponseReturnValue:
    today = day_of(datetime.now(UTC))
    shown = objections.announced(page=page_from(request.args), on=today)
    return render_template(
        "publicity/notices.html",
        shown=shown,
        results=queues.results(shown.rows),
        today=today,
        kept=objections.KEPT_DAYS,
        open_to_objections=objections.open_to_objections,
    )


@bp.get("/receipts")
def receipts() -> ResponseReturnValue:
    """Where a receipt is typed in; with one, on to its page."""
    given = request.args.get("receipt", "").strip()
    if not given:
        return render_template("publicity/receipts.html", wrong="")
    try:
        found = objections.by_receipt(given)
    except NotFound:
        return render_template("publicity/receipts.html", wrong=given[:40]), 404
    return redirect(url_for(".receipt", receipt=found.receipt), 303)


@bp.get("/receipts/<receipt>")
def receipt(receipt: str) -> ResponseReturnValue:
    found = objections.by_receipt(receipt)
    return render_template("publicity/receipt.html", objection=found, mask=mask, day_of=day_of)


@bp.get("/<int:application_id>")
def notice(application_id: int) -> ResponseReturnValue:
    return _page(objections.notice(application_id), ObjectionForm(formdata=None))


@bp.post("/<int:application_id>")
def file_objection(application_id: int) -> ResponseReturnValue:
    """Who is signed in plays no part: an objection is nobody's but its writer's."""
    count_try("objection", rate=OBJECTIONS_RATE)
    form, now = ObjectionForm(request.form), datetime.now(UTC)
    announced = objections.notice(application_id)
    if objections.open_to_objections(announced, on=day_of(now)) and not form.validate():
        return _page(announced, form), 422
    try:
        with transaction():
            sending.once(form.once.data or "", now=now)
            filed = objections.file(
                objections.notice(application_id),
                text=form.text.data or "",
                name=form.name.data or "",
                contact=form.contact.data or "",
                by=VISITOR,
                now=now,
            )
            number = filed.receipt
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _page(objections.notice(application_id), form), 422
    return redirect(url_for(".receipt", receipt=number, new=1), 303)


def _page(announced: Application, form: ObjectionForm) -> str:
    today, result = day_of(datetime.now(UTC)), applications.result(announced)
    return render_template(
        "publicity/notice.html",
        application=announced,
        form=form,
        result=result,
        differs=result is not None and announced.admitted and decisions.differs(result, admit=True),
        open=objections.open_to_objections(announced, on=today),
        areas={area.code: area.name for area in catalogue.areas()},
        mask=mask,
        today=today,
    )
