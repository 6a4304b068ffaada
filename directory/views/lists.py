"""Pages on which government sends in a list of organisations or facts, looks at what it would do, and takes it."""

import io
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from directory.db import transaction
from directory.errors import NotFound
from directory.exchange import lists, tables, waiting
from directory.exchange.tables import WrongTable
from directory.forms.lists import KINDS, LARGEST, ListForm, TakeForm
from directory.operations import fact_lists, sending
from directory.operations import lists as organisation_lists
from directory.operations.imports import Change
from directory.operations.lists import Refused, Report
from directory.policy import Permission
from directory.views.entrance import let_in
from directory.wording import lists as words

bp = Blueprint("lists", __name__, url_prefix="/government/lists")

SHOWN = 50
ENDINGS: dict[str, tuple[Callable[[str], bytes], str]] = {
    "xlsx": (lists.template_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (lists.template_csv, "text/csv"),
}


class _Undone(Exception):
    """Leaves the transaction, so that it is undone."""


@bp.url_value_preprocessor
def allow_larger_files(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Before anything looks at the form, the check of its token included."""
    request.max_content_length = LARGEST + 64 * 1024


@bp.before_request
def let_in_only_who_may() -> ResponseReturnValue | None:
    return let_in(Permission.IMPORT_LISTS)


@bp.get("")
def start() -> ResponseReturnValue:
    return render_template("lists/start.html", form=ListForm(formdata=None), kinds=KINDS)


@bp.get("/template")
def template() -> ResponseReturnValue:
    kind, ending = request.args.get("kind", ""), request.args.get("format", "xlsx")
    if kind not in KINDS or ending not in ENDINGS:
        raise NotFound(f"no template {kind[:40]!r} as {ending[:40]!r}")
    write, mimetype = ENDINGS[ending]
    return _download(write(kind), f"{kind}.{ending}", mimetype)


@bp.post("")
def send() -> ResponseReturnValue:
    """Read the file once, so that what is no such list is told at once; then look at what it would do."""
    form = ListForm()
    valid = form.validate()
    upload = form.file.data
    data = upload.read(LARGEST + 1) if upload and upload.filename else b""
    if not data:
        form.file.errors = [gettext("请选一个文件；选中的文件是空的也不行。")]
    elif len(data) > LARGEST:
        form.file.errors = [gettext("文件超过 %(most)d MB。请拆成几份，或者去掉没用的工作表。", most=LARGEST // 2**20)]
    elif valid:
        try:
            _read(form.kind.data, data)
            name = waiting.keep(_folder(), data, kind=form.kind.data, owner=g.account.id)
        except WrongTable as fault:
            form.file.errors = [words.wrong_table(fault, form.kind.data)]
    if form.errors:
        return render_template("lists/start.html", form=form, kinds=KINDS), 422
    return redirect(url_for(".look", list_id=name), 303)


@bp.get("/<list_id>")
def look(list_id: str) -> ResponseReturnValue:
    kind, data = waiting.get(_folder(), list_id, owner=g.account.id)
    form = TakeForm(formdata=None)
    return _preview(list_id, kind, _dry_run(kind, data), form)


@bp.get("/<list_id>/refused")
def refused(list_id: str) -> ResponseReturnValue:
    """All rows that would be refused, as a table."""
    kind, data = waiting.get(_folder(), list_id, owner=g.account.id)
    file = io.StringIO()
    heads = [gettext("行"), gettext("列"), gettext("内容"), gettext("怎么改")]
    rows = [(f.origin.line, words.column(f.field, kind), f.value, f.message) for f in _dry_run(kind, data).faults]
    tables.write_rows(file, heads, rows)
    return _download(file.getvalue().encode("utf-8-sig"), f"{kind}-refused.csv", "text/csv")


@bp.post("/<list_id>")
def take(list_id: str) -> ResponseReturnValue:
    kind, data = waiting.get(_folder(), list_id, owner=g.account.id)
    form, now = TakeForm(), datetime.now(UTC)
    try:
        with transaction():
            sending.once(form.once.data or "", now=now)
            report = _take(kind, data, strict=form.strict.data, now=now)
    except Refused as error:
        form = TakeForm(formdata=None, strict=True)
        form.strict.errors = [
            gettext("有 %(n)d 行有问题，所以一行也没收。改好再来，或者去掉这个勾。", n=error.report.refused)
        ]
        return _preview(list_id, kind, error.report, form), 422
    waiting.drop(_folder(), list_id, owner=g.account.id)
    new, changed = report.counts[Change.NEW], report.counts[Change.CHANGED]
    done = gettext("已经收下：新增 %(new)d 行，更改 %(changed)d 行。", new=new, changed=changed)
    left = ngettext("有 %(num)d 行没有收。", "有 %(num)d 行没有收。", report.refused) if report.refused else ""
    flash(f"{done}{left}")
    return redirect(url_for(".start"), 303)


def _preview(list_id: str, kind: str, report: Report, form: TakeForm) -> str:
    return render_template(
        "lists/look.html",
        list_id=list_id,
        kind=kind,
        name=KINDS[kind],
        report=report,
        counts={change.value: report.counts[change] for change in Change},
        form=form,
        shown=SHOWN,
        words=words,
    )


def _dry_run(kind: str, data: bytes) -> Report:
    done: list[Report] = []
    with suppress(_Undone), transaction(announce=False):
        done.append(_take(kind, data, strict=False, now=datetime.now(UTC)))
        raise _Undone
    return done[0]


def _read(kind: str, data: bytes) -> object:
    return (lists.organisations if kind == "organisations" else lists.facts)(data, kind)


def _take(kind: str, data: bytes, *, strict: bool, now: datetime) -> Report:
    if kind == "organisations":
        rows, faults = lists.organisations(data, kind)
        return organisation_lists.take_organisations(rows, faults, strict=strict, by=g.actor, now=now)
    found, faults = lists.facts(data, kind)
    return fact_lists.take_facts(found, faults, strict=strict, by=g.actor, now=now)


def _folder() -> Path:
    folder: Path = current_app.config["WAITING_LISTS"]
    return folder


def _download(data: bytes, name: str, mimetype: str) -> Response:
    response = Response(data, mimetype=mimetype)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
