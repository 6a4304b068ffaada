"""Pages of government: where needs go unmet, who could meet them, and the calls for applications."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import wording
from directory.db import transaction
from directory.errors import Invalid
from directory.forms.search import page_from
from directory.forms.supply import CallForm, address_of, map_from, unmet_from
from directory.models.need import Need
from directory.models.taxonomy import Category
from directory.operations import board, calls, catalogue, sending, supply, unmet
from directory.operations.supply import Line
from directory.policy import Permission, require
from directory.rules.calendar import day_of
from directory.rules.needs import UNMET
from directory.views.clock import today
from directory.views.entrance import let_in
from directory.views.exporting import as_file, checked
from directory.wording import supply as words
from search.text import mask

bp = Blueprint("supply", __name__, url_prefix="/government/supply")

MOST_GAPS = 30
MAP = (
    *("领域", "类目编号", "类目", "街道", "在列服务", "还能接", "未说明能接多少", "在找的需求"),
    *("近一年没解决的需求", "缺口"),
)
LEDGER = ("日期", "需求", "领域", "类目", "街道", "原因", "说明", "人数", "一起的其他小区")


@bp.before_request
def let_in_only_who_may() -> ResponseReturnValue | None:
    return let_in(Permission.WATCH_SUPPLY)


@bp.context_processor
def names() -> dict[str, Any]:
    return {"words": words, "day_of": day_of, "address_of": address_of}


@bp.get("")
def overview() -> ResponseReturnValue:
    """The map: the fields at a glance, or the services of one."""
    watched = supply.streets(by=g.actor)
    fields = [c for c in catalogue.categories() if c.level == 1 and c.retired_at is None]
    fault, asked = None, {"field": "", "street": ""}
    try:
        asked = map_from(request.args, fields={c.code for c in fields}, streets=_streets())
    except Invalid as found:
        fault = found
    shown = supply.map_(by=g.actor, on=today(), **asked)
    page = render_template(
        "supply/map.html",
        shown=shown,
        gaps=shown.gaps(),
        most=MOST_GAPS,
        asked=asked,
        fields=fields,
        watched=watched,
        fault=fault,
        short=_short,
    )
    return page, 422 if fault else 200


@bp.get("/map.<string:table_kind>")
def export_map(table_kind: str) -> ResponseReturnValue:
    """A row for each service and street."""
    checked(table_kind)
    fields = {c.code for c in catalogue.categories() if c.level == 1}
    shown = supply.map_(by=g.actor, on=today(), **map_from(request.args, fields=fields, streets=_streets()))
    return as_file(table_kind, "supply", MAP, _map_rows(shown), on=today())


@bp.get("/unmet")
def ledger() -> ResponseReturnValue:
    categories = _categories()
    fault, asked = None, unmet.Asked()
    try:
        asked = unmet_from(request.args, categories=categories, streets=_streets())
    except Invalid as found:
        fault = found
    shown = unmet.ledger(asked, by=g.actor)
    page = render_template(
        "supply/unmet.html",
        asked=asked,
        fault=fault,
        shown=shown,
        people=board.people(shown.rows),
        reason=unmet.reason,
        reasons=UNMET,
        categories=categories,
        watched=supply.streets(by=g.actor),
        street_of=_street_names(),
        mask=mask,
    )
    return page, 422 if fault else 200


@bp.get("/unmet.<string:table_kind>")
def export_ledger(table_kind: str) -> ResponseReturnValue:
    checked(table_kind)
    asked = unmet_from(request.args, categories=_categories(), streets=_streets())
    rows = _ledger_rows(unmet.every(asked, by=g.actor))
    return as_file(table_kind, "unmet", LEDGER, rows, on=today())


@bp.get("/calls")
def issued() -> ResponseReturnValue:
    return render_template("supply/calls.html", shown=calls.listed(page_from(request.args)), today=today())


@bp.get("/calls/new")
def new_call() -> ResponseReturnValue:
    """The form, for the categories that were picked on the map."""
    require(g.actor, Permission.CALL)
    picked = request.args.getlist("category")
    if not picked:
        flash(gettext("请先在供需地图的“缺口”里勾选要征集的服务。"))
        return redirect(url_for(".overview", _anchor="gaps"), 303)
    form = CallForm(formdata=None, categories=picked, opens_on=today())
    return _form(form, calls.wanted(picked, by=g.actor, on=today()))


@bp.post("/calls/new")
def issue() -> ResponseReturnValue:
    """Show the call as everybody will read it; publish it, once it was confirmed."""
    require(g.actor, Permission.CALL)
    form, now = CallForm(request.form), datetime.now(UTC)
    try:
        lines = calls.wanted(form.categories.data or (), by=g.actor, on=day_of(now))
    except Invalid as fault:
        form.validate()
        form.categories.errors = [words.fault(fault)]
        return _form(form, []), 422
    if not form.validate():
        return _form(form, lines), 422
    try:
        calls.check(form.draft(), on=day_of(now))
        if "edit" in request.form:
            return _form(form, lines)
        if "confirmed" not in request.form:
            people = len(calls.to_tell([line.category for line in lines]))
            return render_template("supply/check_call.html", form=form, draft=form.draft(), lines=lines, people=people)
        with transaction():
            sending.once(form.once.data or "", now=now)
            made = calls.publish(form.draft(), by=g.actor, now=now)
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _form(form, lines), 422
    flash(gettext("征集已经发布，能做的机构会收到通知。"))
    return redirect(url_for("calls.call", call_id=made.id), 303)


def _form(form: CallForm, lines: list[Line]) -> str:
    return render_template("supply/new_call.html", form=form, lines=lines)


def _categories() -> dict[str, Category]:
    """By code; those that were retired may stand in the ledger still."""
    return {c.code: c for c in catalogue.categories()}


def _streets() -> set[str]:
    return {area.code for area in catalogue.areas() if area.level == 1}


def _street_names() -> dict[str, str]:
    """What street each area is, or lies in."""
    areas = {area.id: area for area in catalogue.areas()}
    return {a.code: (areas[a.parent_id].name if a.level == 2 and a.parent_id else a.name) for a in areas.values()}


def _short(name: str) -> str:
    """A street as the head of a column."""
    return name.removesuffix("街道")


def _map_rows(shown: supply.Map) -> Iterator[tuple[object, ...]]:
    fields = {field.id: field.name for field in shown.fields}
    for line in shown.lines:
        for street in shown.streets:
            cell = line.cells[street.code]
            yield (
                *(fields[line.category.parent_id or 0], line.category.code, _name(line.category), street.name),
                *(cell.listed, cell.free, cell.unsaid, cell.open, cell.unmet),
                wording.label(words.GAPS, cell.gap) if cell.gap else "",
            )


def _name(category: Category) -> str:
    return category.name if category.retired_at is None else f"{category.name}（已停用）"


def _ledger_rows(rows: list[Need]) -> Iterator[tuple[object, ...]]:
    streets = _street_names()
    people = board.people(rows)
    for need in rows:
        category = need.category
        yield (
            day_of(need.since).isoformat(),
            mask(need.text),
            category.parent.name if category and category.parent else "",
            category.name if category else "",
            streets.get(need.area_code, need.area_code),
            wording.label(words.UNMET, unmet.reason(need)),
            mask(need.note),
            people.get(need.id, ""),
            need.joined,
        )
