"""What was done on which day: the list of it, one more, one struck, all for a file."""

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import CombinedMultiDict

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.engagements import AnswerForm, RecordForm
from directory.forms.search import page_from
from directory.models.engagement import Engagement, ServiceRecord
from directory.models.evidence import Evidence
from directory.operations import agreed_work, engagements, evidence, sending, service_records
from directory.policy import Permission, require
from directory.rules import files
from directory.rules.calendar import day_of
from directory.rules.work import EngagementState
from directory.views.clock import now, today
from directory.views.engagements.blueprint import bp, told
from directory.views.exporting import as_file

COLUMNS = ("编号", "日期", "次数", "人数", "说明", "附件", "记录时间", "划去原因")


@bp.get("/<int:engagement_id>/records")
def records(engagement_id: int) -> ResponseReturnValue:
    found = agreed_work.one(engagement_id, by=g.actor)
    return render_template(
        "engagements/records.html",
        work=found,
        totals=service_records.totals(found),
        shown=service_records.page(found, page_from(request.args)),
    )


@bp.get("/<int:engagement_id>/records.<string:table_kind>")
def export_records(engagement_id: int, table_kind: str) -> ResponseReturnValue:
    found = agreed_work.one(engagement_id, by=g.actor)
    rows = (
        (
            record.id,
            record.on.isoformat(),
            record.cases,
            record.people,
            told(record.note, found),
            gettext("有") if record.evidence_id else "",
            day_of(record.created_at).isoformat(),
            told(record.struck_reason, found),
        )
        for record in service_records.every(found)
    )
    return as_file(table_kind, f"records-{found.id}", COLUMNS, rows, on=today())


@bp.get("/<int:engagement_id>/records/new")
def record_form(engagement_id: int) -> ResponseReturnValue:
    return _form_page(_may(engagement_id), RecordForm(formdata=None, on=today()))


@bp.post("/<int:engagement_id>/records/new")
def add_record(engagement_id: int) -> ResponseReturnValue:
    found = _may(engagement_id)
    form = RecordForm(CombinedMultiDict((request.files, request.form)))
    if not form.validate():
        return _form_page(found, form), 422
    try:
        with transaction():
            sending.once(form.once.data or "", now=now())
            found = engagements.get(engagement_id, by=g.actor)
            done = form.done()
            service_records.check(found, done, by=g.actor, now=now())  # before the file is looked at
            service_records.add(found, done, evidence=_kept(form, found), by=g.actor, now=now())
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _form_page(agreed_work.one(engagement_id, by=g.actor), form), 422
    flash(gettext("记好了。还有就接着记。"))
    again = "again" in request.form
    return redirect(url_for(".record_form" if again else ".records", engagement_id=engagement_id), 303)


@bp.get("/records/<int:service_record_id>/strike")
def striking(service_record_id: int) -> ResponseReturnValue:
    return _strike_page(_own(service_record_id), AnswerForm(formdata=None))


@bp.post("/records/<int:service_record_id>/strike")
def strike(service_record_id: int) -> ResponseReturnValue:
    found, form = _own(service_record_id), AnswerForm(request.form)
    if not form.validate():
        return _strike_page(found, form), 422
    with transaction():
        found = service_records.get(service_record_id, by=g.actor)
        service_records.strike(found, reason=form.reason.data or "", by=g.actor, now=now())
        engagement_id = found.engagement_id
    flash(gettext("已划去，不再计入合计。"))
    return redirect(url_for(".records", engagement_id=engagement_id), 303)


def _may(engagement_id: int) -> Engagement:
    """The work, for who says what was done of it. Raises NotFound, Forbidden, NotAllowed."""
    found = agreed_work.one(engagement_id, by=g.actor)
    require(g.actor, Permission.DO_WORK, found)
    engagements.require_state(found, "record", EngagementState.RUNNING)
    return found


def _own(service_record_id: int) -> ServiceRecord:
    """The record, for who may strike it. Raises NotFound, Forbidden."""
    found = service_records.get(service_record_id, by=g.actor)
    require(g.actor, Permission.DO_WORK, found.engagement)
    return found


def _kept(form: RecordForm, found: Engagement) -> Evidence | None:
    """The file that came with a record, stored. Raises Invalid."""
    given = form.file.data
    if not given or not given.filename:
        return None
    content = given.stream.read(files.LARGEST + 1)
    folder = current_app.extensions["evidence_folder"]
    return evidence.keep(content, given.filename, found.organisation, folder=folder, by=g.actor, now=now())


def _form_page(found: Engagement, form: RecordForm) -> str:
    return render_template(
        "engagements/record_form.html",
        work=found,
        form=form,
        totals=service_records.totals(found),
        most=files.LARGEST // 2**20,
        today=today(),
    )


def _strike_page(found: ServiceRecord, form: AnswerForm) -> str:
    work = agreed_work.one(found.engagement_id, by=g.actor)
    return render_template("engagements/strike.html", work=work, record=found, form=form)
