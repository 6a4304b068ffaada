"""Objections to what was announced: read by officers, answered by the district."""

from datetime import UTC, datetime

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.government import AnswerForm
from directory.forms.search import page_from
from directory.models.application import Objection
from directory.operations import applications, deeds, objections, queues, sending
from directory.policy import Permission, require
from directory.rules.calendar import day_of
from directory.rules.lifecycle import ObjectionState
from directory.views.government.blueprint import bp
from search.text import mask


@bp.get("/objections")
def objections_() -> ResponseReturnValue:
    given = request.args.get("state", ObjectionState.OPEN.value)
    if given and given not in set(ObjectionState):
        raise Invalid("state", given[:40], "unknown", "no such state")
    state = ObjectionState(given) if given else None
    shown = objections.listed(state, page=page_from(request.args), by=g.actor)
    return render_template("government/objections.html", shown=shown, state_asked=given, day_of=day_of)


@bp.get("/objections/<int:objection_id>")
def objection(objection_id: int) -> ResponseReturnValue:
    return _page("objection", objections.get(objection_id, by=g.actor), AnswerForm(formdata=None))


@bp.post("/objections/<int:objection_id>")
def answer_objection(objection_id: int) -> ResponseReturnValue:
    """Show what would be answered; do it, once it was confirmed."""
    shown, form, now = objections.get(objection_id, by=g.actor), AnswerForm(request.form), datetime.now(UTC)
    require(g.actor, Permission.ANSWER_OBJECTION, shown)
    if not form.validate():
        return _page("objection", shown, form), 422
    if "confirmed" not in request.form:
        return _page("objection" if "edit" in request.form else "objection_check", shown, form)
    act = objections.uphold if form.outcome.data == "uphold" else objections.dismiss
    with transaction():
        found = objections.get(objection_id, by=g.actor)
        sending.once(form.once.data or "", now=now)
        act(found, answer=form.answer.data or "", by=g.actor, now=now)
    flash(gettext("已答复。提出人凭回执号可以看到。"))
    return redirect(url_for(".objection", objection_id=objection_id), 303)


def _page(name: str, shown: Objection, form: AnswerForm) -> str:
    application = queues.application(shown.application_id, by=g.actor)
    return render_template(
        f"government/{name}.html",
        objection=shown,
        application=application,
        result=applications.result(application),
        form=form,
        history=deeds.of(f"Objection:{shown.id}"),
        mask=mask,
        day_of=day_of,
    )
