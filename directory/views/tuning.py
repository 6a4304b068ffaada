"""Pages on which government sets the numbers of the rules: a change is looked at with its effect before it is saved."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import wording
from directory.db import transaction
from directory.errors import Conflict, Invalid
from directory.forms.tuning import TuningForm, form_for
from directory.operations import tuning
from directory.operations.tuning import Effect
from directory.policy import Permission
from directory.rules import tuning as rules
from directory.rules.calendar import day_of
from directory.views.entrance import let_in
from directory.wording import tuning as words

bp = Blueprint("tuning", __name__, url_prefix="/government/parameters")


@bp.before_request
def let_in_only_who_may() -> ResponseReturnValue | None:
    return let_in(Permission.EDIT_PARAMETERS)


@bp.get("")
def start() -> ResponseReturnValue:
    latest = tuning.latest(by=g.actor)
    return _page(form_for(tuning.whole(latest), formdata=None, version=str(latest.version)))


@bp.post("")
def change() -> ResponseReturnValue:
    """Show what a change would do, or save it."""
    latest = tuning.latest(by=g.actor)
    standing = tuning.whole(latest)
    form = form_for(standing)
    if form.version.data != str(latest.version):
        raise Conflict("somebody changed the parameters meanwhile")
    form.validate()
    now = datetime.now(UTC)
    try:
        values = rules.proposed(standing, form.given())
        if "save" not in request.form:
            engine = current_app.extensions["engine"]
            effect = tuning.effect(values, engine=engine, on=day_of(now), by=g.actor, now=now)
            return _page(form, effect=effect, changes=rules.differences(standing, values))
        with transaction():
            reason = form.reason.data or ""
            saved = tuning.save(values, version=latest.version, reason=reason, by=g.actor, now=now).version
    except Invalid as fault:
        return _page(_blamed(form, fault)), 422
    flash(gettext("已经保存为第 %(n)d 版，现在就按它来。", n=saved))
    return redirect(url_for(".versions"), 303)


@bp.get("/versions")
def versions() -> ResponseReturnValue:
    return render_template("tuning/versions.html", versions=tuning.versions(by=g.actor), words=words, day_of=day_of)


def _page(form: TuningForm, *, effect: Effect | None = None, changes: list[tuple[str, Any, Any]] | None = None) -> str:
    rows = None
    if changes is not None:
        rows = [(words.name(field), words.value(before), words.value(after)) for field, before, after in changes]
    return render_template(
        "tuning/start.html", form=form, sections=words.SECTIONS, effect=effect, rows=rows, shown=tuning.SHOWN
    )


def _blamed(form: TuningForm, fault: Invalid) -> TuningForm:
    """The form with what is wrong beside its field; what concerns no single one beside the reason."""
    name = {"weights": "weights-category"}.get(fault.field, fault.field)
    field = next((each for each in form if each.name == name), form.reason)
    field.errors = [words.fault(fault) if fault.field != "reason" else wording.fault(fault)]
    return form
