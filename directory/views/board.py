"""The public board of needs, and joining one."""

import re
from datetime import UTC, datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.boards import address_of, board_from
from directory.forms.postings import JoinForm, StepForm
from directory.operations import board, catalogue, deeds, endings, joinings, needs, postings, sending
from directory.policy import Permission
from directory.rules.calendar import day_of
from directory.views.entrance import let_in

bp = Blueprint("board", __name__, url_prefix="/needs")


@bp.get("")
def listing() -> ResponseReturnValue:
    asked, fault = board.Asked(), None
    try:
        asked = board_from(request.args)
    except Invalid as found:
        fault = found
    shown, areas = board.needs(asked), catalogue.areas()
    page = render_template(
        "board/list.html",
        asked=asked,
        fault=fault,
        shown=shown,
        people=board.people(shown.rows),
        streets={area.code: area.name for area in areas if area.level == 1},
        street_of=_street_of,
        categories=catalogue.categories(),
        address_of=address_of,
        day_of=day_of,
    )
    return page, 422 if fault else 200


@bp.get("/<int:need_id>")
def need(need_id: int) -> ResponseReturnValue:
    found = board.need(need_id, by=g.actor)
    joining = joinings.of(found, by=g.actor)
    streets = {area.code: area.name for area in catalogue.areas() if area.level < 2}
    return render_template(
        "board/need.html",
        need=found,
        people=board.people([found]).get(found.id),
        street=streets.get(_street_of(found.area_code), ""),
        joining=joining,
        deeds=deeds.of(f"Need:{found.id}") if joining else [],
        own=found.area_code == g.actor.area,
        joinable=found.state in joinings.JOINABLE,
        repeatable=found.state in postings.REPEATED_IN,
        step=StepForm(formdata=None),
        day_of=day_of,
    )


@bp.get("/<int:need_id>/join")
def joining(need_id: int) -> ResponseReturnValue:
    if stopped := let_in(Permission.JOIN_NEED):
        return stopped
    return _join_page(need_id, JoinForm(formdata=None, instead=request.args.get("instead", "")[:20]))


@bp.post("/<int:need_id>/join")
def join(need_id: int) -> ResponseReturnValue:
    if stopped := let_in(Permission.JOIN_NEED):
        return stopped
    form, now = JoinForm(request.form), datetime.now(UTC)
    if not form.validate():
        return _join_page(need_id, form), 422
    try:
        with transaction():
            sending.once(form.once.data or "", now=now)
            found = joinings.get(need_id, by=g.actor)
            joinings.join(found, people=form.people.data, note=form.note.data or "", by=g.actor, now=now)
            if draft := _number(form.instead.data or ""):
                endings.give_up_draft(needs.get(draft, by=g.actor), by=g.actor, now=now)
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _join_page(need_id, form), 422
    flash(gettext("已经加入。这条需求有进展，会通知你们。"))
    return redirect(url_for(".need", need_id=need_id), 303)


@bp.post("/<int:need_id>/leave")
def leave(need_id: int) -> ResponseReturnValue:
    if stopped := let_in(Permission.JOIN_NEED):
        return stopped
    with transaction():
        joinings.leave(joinings.get(need_id, by=g.actor), by=g.actor, now=datetime.now(UTC))
    flash(gettext("已经退出这条需求。"))
    return redirect(url_for(".listing"), 303)


def _join_page(need_id: int, form: JoinForm) -> str:
    return render_template("board/join.html", need=joinings.get(need_id, by=g.actor), form=form)


def _number(given: str) -> int:
    return int(given) if re.fullmatch("[0-9]{1,15}", given) else 0


def _street_of(code: str) -> str:
    """The street a neighbourhood is in: who writes a need is not told more closely."""
    return "-".join(code.split("-")[:2])
