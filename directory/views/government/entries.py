"""The entries of the catalogue, and what becomes of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import wording
from directory.db import transaction
from directory.errors import Invalid, NotFound
from directory.forms.government import EntryForm, RemoveForm, SuspendForm
from directory.forms.queues import address_of, entries_from
from directory.models.service import Entry
from directory.operations import catalogue, deeds, entries, lapsing, listings, parameters, sending
from directory.policy import Permission, require
from directory.rules.calendar import day_of
from directory.rules.lifecycle import ENTRIES
from directory.views.exporting import as_file, checked
from directory.views.government.blueprint import bp

STEPS = {"suspend": SuspendForm, "restore": EntryForm, "exit": RemoveForm}
COLUMNS = ("条目", "服务", "机构", "统一社会信用代码", "街道", "类目", "状态", "原因", "自", "整改期限", "评估得分")


@bp.get("/entries")
def entries_() -> ResponseReturnValue:
    today = day_of(datetime.now(UTC))
    asked, fault = listings.Asked(), None
    try:
        asked = entries_from(request.args)
    except Invalid as found:
        fault = found
    lapses = lapsing.soon(by=g.actor, on=today)
    page = render_template(
        "government/entries.html",
        asked=asked,
        fault=fault,
        shown=listings.entries(asked, lapses, by=g.actor),
        lapses={lapse.organisation_id: lapse for lapse in lapses},
        reasons=listings.reasons(by=g.actor),
        areas={area.code: area for area in catalogue.areas()},
        address_of=address_of,
        day_of=day_of,
    )
    return page, 422 if fault else 200


@bp.get("/entries.<string:table_kind>")
def export_entries(table_kind: str) -> ResponseReturnValue:
    """The same entries as a file for a spreadsheet, all pages of them."""
    kind = checked(table_kind)
    asked, today = entries_from(request.args), day_of(datetime.now(UTC))
    lapses = lapsing.soon(by=g.actor, on=today) if asked.lapsing else ()
    rows = _rows(listings.every(asked, lapses, by=g.actor))
    return as_file(kind, "entries", COLUMNS, rows, on=today)


def _rows(shown: list[Entry]) -> Iterator[tuple[object, ...]]:
    areas = {area.code: area.name for area in catalogue.areas()}
    for entry in shown:
        organisation = entry.service.organisation
        yield (
            entry.id,
            entry.version.name,
            organisation.name,
            organisation.uscc or "",
            areas.get(organisation.area_code, organisation.area_code),
            entry.service.category.name,
            wording.label(wording.STATES, entry.state.value),
            wording.label(wording.STATE_REASONS, entry.reason),
            day_of(entry.since).isoformat(),
            entry.cure_until.isoformat() if entry.cure_until else "",
            "" if entry.assessed is None else str(entry.assessed),
        )


@bp.get("/entries/<int:entry_id>")
def entry(entry_id: int) -> ResponseReturnValue:
    shown, today = listings.entry(entry_id, by=g.actor), day_of(datetime.now(UTC))
    return render_template(
        "government/entry.html",
        entry=shown,
        steps=ENTRIES.open_to(shown.state),
        gates=entries.gates(shown, on=today),
        history=listings.steps(shown),
        deeds=deeds.of(f"Entry:{shown.id}"),
        areas={area.code: area.name for area in catalogue.areas()},
        day_of=day_of,
    )


@bp.get("/entries/<int:entry_id>/<string:entry_step>")
def step_form(entry_id: int, entry_step: str) -> ResponseReturnValue:
    step, shown = entry_step, _open(entry_id, entry_step)
    given = {"seen": sending.mark(shown.since)}
    if step == "suspend":
        days = parameters.in_force().periods.cure_days
        cure = day_of(datetime.now(UTC)) + timedelta(days=days)
        return _page(shown, step, SuspendForm(formdata=None, cure_until=cure, **given))
    return _page(shown, step, STEPS[step](formdata=None, **given))


@bp.post("/entries/<int:entry_id>/<string:entry_step>")
def take_step(entry_id: int, entry_step: str) -> ResponseReturnValue:
    """Show what would be done; do it, once it was confirmed."""
    step, shown = entry_step, _open(entry_id, entry_step)
    form = STEPS[step](request.form)
    if not form.validate():
        return _page(shown, step, form), 422
    if "confirmed" not in request.form:
        return _page(shown, step, form, checked="edit" not in request.form)
    try:
        with transaction():
            _act(entry_id, step, form)
    except Invalid as fault:
        if not form.blame(fault, instead="note"):
            raise
        return _page(listings.entry(entry_id, by=g.actor), step, form), 422
    flash(gettext("已办，机构会收到通知。"))
    return redirect(url_for(".entry", entry_id=entry_id), 303)


def _act(entry_id: int, step: str, form: EntryForm) -> None:
    now, note = datetime.now(UTC), (form.note.data or "").strip()
    found = entries.get(entry_id)
    sending.once(form.once.data or "", now=now)
    ENTRIES.after(step, found.state)
    sending.unmoved(found.since, form.seen.data or "")
    if isinstance(form, SuspendForm):
        reason, cure = form.reason.data, form.cure_until.data
        entries.suspend(found, reason=reason, note=note, cure_until=cure, by=g.actor, now=now)
    elif isinstance(form, RemoveForm):
        entries.remove(found, reason=form.reason.data, note=note, by=g.actor, now=now)
    else:
        entries.restore(found, note=note, by=g.actor, now=now)


def _open(entry_id: int, step: str) -> Entry:
    if step not in STEPS:
        raise NotFound(f"no step {step[:40]!r}")
    shown = listings.entry(entry_id, by=g.actor)
    require(g.actor, Permission.CHANGE_ENTRY, shown)
    if "confirmed" not in request.form:
        ENTRIES.after(step, shown.state)
    return shown


def _page(shown: Entry, step: str, form: EntryForm, *, checked: bool = False) -> str:
    return render_template(
        "government/entry_check.html" if checked else "government/entry_step.html",
        entry=shown,
        step=step,
        form=form,
        gates=entries.gates(shown, on=day_of(datetime.now(UTC))),
        day_of=day_of,
    )
