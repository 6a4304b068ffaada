"""Calls for applications: for everybody to read, for the district to change and to withdraw."""

from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import wording
from directory.db import transaction
from directory.errors import Invalid
from directory.forms.search import page_from
from directory.forms.supply import ChangeCallForm, WithdrawCallForm
from directory.models.supply import Call
from directory.operations import calls, catalogue, sending
from directory.operations.changes import Change, Stale
from directory.policy import Permission
from directory.rules.calendar import day_of
from directory.views.entrance import let_in

bp = Blueprint("calls", __name__, url_prefix="/calls")


@bp.before_request
def let_in_only_who_may() -> ResponseReturnValue | None:
    """All may read."""
    return let_in(Permission.CALL) if request.endpoint not in {"calls.listing", "calls.call"} else None


@bp.app_context_processor
def names() -> dict[str, Any]:
    """The calls that are open, for the pages that name them."""
    return {"open_calls": lambda: calls.running(day_of(datetime.now(UTC)))}


@bp.get("")
def listing() -> ResponseReturnValue:
    today = day_of(datetime.now(UTC))
    return render_template("calls/list.html", shown=calls.listed(page_from(request.args)), today=today)


@bp.get("/<int:call_id>")
def call(call_id: int) -> ResponseReturnValue:
    found = calls.get(call_id)
    known = catalogue.named(line["code"] for line in found.wanted)
    today = day_of(datetime.now(UTC))
    return render_template("calls/call.html", call=found, known=known, today=today, day_of=day_of)


@bp.get("/<int:call_id>/change")
def change_form(call_id: int) -> ResponseReturnValue:
    found = _standing(call_id, "change")
    form = ChangeCallForm(formdata=None, seen=calls.seen(found), text=found.text, closes_on=found.closes_on)
    return _change_page(found, form)


@bp.post("/<int:call_id>/change")
def change(call_id: int) -> ResponseReturnValue:
    form, now = ChangeCallForm(request.form), datetime.now(UTC)
    if not form.validate():
        return _change_page(_standing(call_id, "change"), form), 422
    try:
        with transaction():
            sending.once(form.once.data or "", now=now)
            changed = calls.change(
                calls.get(call_id, locked=True),
                text=form.said(),
                closes_on=form.closes_on.data or date.min,
                seen=form.seen.data or "",
                by=g.actor,
                now=now,
            )
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _change_page(_standing(call_id, "change"), form), 422
    except Stale as late:
        found = _standing(call_id, "change")
        form.seen.data = calls.seen(found)
        return _change_page(found, form, late.changes), 409
    flash(gettext("征集已经改好，收到过通知的机构会知道。") if changed else gettext("没有改动。"))
    return redirect(url_for(".call", call_id=call_id), 303)


@bp.get("/<int:call_id>/withdraw")
def withdraw_form(call_id: int) -> ResponseReturnValue:
    found = _standing(call_id, "withdraw")
    return render_template("calls/withdraw.html", call=found, form=WithdrawCallForm(formdata=None))


@bp.post("/<int:call_id>/withdraw")
def withdraw(call_id: int) -> ResponseReturnValue:
    form, now = WithdrawCallForm(request.form), datetime.now(UTC)
    try:
        with transaction():
            sending.once(form.once.data or "", now=now)
            calls.withdraw(calls.get(call_id, locked=True), reason=form.reason.data or "", by=g.actor, now=now)
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return render_template("calls/withdraw.html", call=_standing(call_id, "withdraw"), form=form), 422
    flash(gettext("征集已经撤回，收到过通知的机构会知道。"))
    return redirect(url_for(".call", call_id=call_id), 303)


def _standing(call_id: int, step: str) -> Call:
    found = calls.get(call_id)
    calls.require_standing(found, step, by=g.actor, on=day_of(datetime.now(UTC)))
    return found


def _change_page(found: Call, form: ChangeCallForm, late: tuple[Change, ...] = ()) -> str:
    names = {"text": form.text.label.text, "closes_on": form.closes_on.label.text}
    shown = [(names[each.field], _worded(each.before), _worded(each.after)) for each in late]
    return render_template("calls/change.html", call=found, form=form, late=shown)


def _worded(value: Any) -> str:
    return wording.chinese(value) if isinstance(value, str) else wording.day(value)
