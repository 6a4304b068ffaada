"""The decision on an application: asked, checked, then done."""

from datetime import UTC, datetime

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.forms.government import DecideForm
from directory.models.application import Application
from directory.operations import applications, decisions, dossiers, queues, sending
from directory.policy import Permission, require
from directory.rules.calendar import day_of
from directory.rules.lifecycle import APPLICATIONS, ApplicationState
from directory.views.government.blueprint import bp


@bp.get("/applications/<int:application_id>/decide")
def decision(application_id: int) -> ResponseReturnValue:
    shown = _open(application_id)
    return _page("decide", shown, DecideForm(formdata=None, seen=sending.mark(shown.since)))


@bp.post("/applications/<int:application_id>/decide")
def decide(application_id: int) -> ResponseReturnValue:
    """Show what would be done; do it, once it was confirmed."""
    shown, form = _open(application_id), DecideForm(request.form)
    if not form.validate():
        return _page("decide", shown, form), 422
    if "confirmed" not in request.form:
        return _page("decide" if "edit" in request.form else "decide_check", shown, form)
    now = datetime.now(UTC)
    with transaction():
        application = applications.get(application_id, by=g.actor)
        sending.once(form.once.data or "", now=now)
        decisions.decide(
            application, admit=form.admit, reason=form.reason.data or "", seen=form.seen.data or "", by=g.actor, now=now
        )
    flash(gettext("已决定列入，公示从今天开始。") if form.admit else gettext("已决定不列入，机构会收到您写的理由。"))
    return redirect(url_for(".application", application_id=application_id), 303)


def _open(application_id: int) -> Application:
    require(g.actor, Permission.DECIDE)
    shown = queues.application(application_id, by=g.actor)
    # A form sent twice is told so, with what came of it; a page opened too late likewise.
    if "confirmed" not in request.form:
        APPLICATIONS.after("reject", shown.state)
    return shown


def _page(name: str, shown: Application, form: DecideForm) -> str:
    result = applications.result(shown)
    return render_template(
        f"government/{name}.html",
        application=shown,
        form=form,
        result=result,
        ready=shown.state is ApplicationState.ASSESSING and result is not None,
        suggested=decisions.suggested(result),
        differs=decisions.differs(result, admit=form.admit),
        gates=dossiers.standing(shown.organisation_id, on=day_of(datetime.now(UTC))).gates,
    )
