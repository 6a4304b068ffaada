"""The services of an organisation: the list, one of them, how many more it can take on."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.organisation import CapacityForm, ConfirmForm, capacity_of
from directory.operations import catalogue, offers, profiles
from directory.views.clock import now
from directory.views.organisation.blueprint import bp, difference


@bp.get("/services")
def services() -> ResponseReturnValue:
    organisation = profiles.own(by=g.actor)
    return render_template("organisation/services.html", offers=offers.kept(organisation, by=g.actor))


@bp.get("/services/<int:service_id>")
def service(service_id: int) -> ResponseReturnValue:
    kept = offers.one(service_id, by=g.actor)
    return _service_page(kept, capacity_of(kept.service))


@bp.post("/services/<int:service_id>/capacity")
def set_capacity(service_id: int) -> ResponseReturnValue:
    kept = offers.one(service_id, by=g.actor)
    form = CapacityForm(request.form)
    if not form.validate():
        return _service_page(kept, form), 422
    try:
        with transaction():
            offers.set_capacity(offers.get(service_id, by=g.actor), form.capacity.data, by=g.actor, now=now())
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _service_page(offers.one(service_id, by=g.actor), form), 422
    flash(gettext("可接项目数已更新，公开页面马上就是新的。"))
    return redirect(url_for(".service", service_id=service_id), 303)


def _service_page(kept: offers.Kept, form: CapacityForm) -> str:
    areas = {area.code: area.name for area in catalogue.areas()}
    return render_template(
        "organisation/service.html",
        kept=kept,
        form=form,
        step=ConfirmForm(formdata=None),
        areas=areas,
        changes=difference(kept.changes, areas),
    )
