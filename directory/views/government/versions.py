"""Changes of services that wait for approval, shown against what is public."""

from datetime import UTC, datetime

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.forms.government import Act, ReturnForm
from directory.forms.search import page_from
from directory.models.service import ServiceVersion
from directory.operations import catalogue, deeds, dossiers, reviewing, sending, waiting
from directory.policy import Permission, require
from directory.rules.calendar import day_of
from directory.rules.lifecycle import VersionState
from directory.views.government.blueprint import bp


@bp.get("/versions")
def versions() -> ResponseReturnValue:
    shown = waiting.versions(page=page_from(request.args), by=g.actor)
    return render_template("government/versions.html", shown=shown, day_of=day_of)


@bp.get("/versions/<int:version_id>")
def version(version_id: int) -> ResponseReturnValue:
    shown = waiting.version(version_id, by=g.actor)
    return _page(shown, ReturnForm(formdata=None, seen=sending.mark(shown.changed_at)))


@bp.post("/versions/<int:version_id>/approve")
def approve_version(version_id: int) -> ResponseReturnValue:
    form, now = Act(request.form), datetime.now(UTC)
    with transaction():
        edited = reviewing.version(version_id, by=g.actor)
        sending.once(form.once.data or "", now=now)
        reviewing.approve(edited, seen=form.seen.data or "", by=g.actor, now=now)
    flash(gettext("已批准，目录里马上显示新的内容。"))
    return redirect(url_for(".versions"), 303)


@bp.post("/versions/<int:version_id>/return")
def return_version(version_id: int) -> ResponseReturnValue:
    form, now = ReturnForm(request.form), datetime.now(UTC)
    shown = waiting.version(version_id, by=g.actor)
    require(g.actor, Permission.APPROVE_SERVICE, shown.service)
    if not form.validate():
        return _page(shown, form), 422
    with transaction():
        edited = reviewing.version(version_id, by=g.actor)
        sending.once(form.once.data or "", now=now)
        reviewing.give_back(edited, reason=form.reason.data or "", seen=form.seen.data or "", by=g.actor, now=now)
    flash(gettext("已退回，目录里仍是原来的内容。"))
    return redirect(url_for(".versions"), 303)


def _page(shown: ServiceVersion, form: ReturnForm) -> str:
    applied = waiting.applied_with(shown)
    return render_template(
        "government/version.html",
        version=shown,
        form=form,
        listed=dossiers.entry_of(shown.service_id),
        applied=applied,
        open=shown.state is VersionState.WAITING and applied is None,
        areas={area.code: area.name for area in catalogue.areas()},
        history=deeds.of(f"ServiceVersion:{shown.id}"),
        day_of=day_of,
    )
