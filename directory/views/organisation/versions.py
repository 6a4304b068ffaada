"""Writing a service: a new one, a change of one, and sending a change for approval."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Conflict, Invalid
from directory.forms.organisation import ConfirmForm, ServiceForm
from directory.models.service import ServiceVersion
from directory.operations import catalogue, offers, profiles, sending
from directory.operations.changes import Change, Stale
from directory.operations.offers import Kept
from directory.rules.lifecycle import VERSIONS, VersionState
from directory.views.clock import now
from directory.views.organisation.blueprint import bp, difference


@bp.get("/services/new")
def new_service() -> ResponseReturnValue:
    form = ServiceForm(formdata=None)
    return _form_page(form.offer(catalogue.categories(), catalogue.areas()))


@bp.post("/services/new")
def begin_service() -> ResponseReturnValue:
    form = ServiceForm(request.form).offer(catalogue.categories(), catalogue.areas())
    if not form.validate():
        return _form_page(form), 422
    try:
        with transaction():
            sending.once(form.once.data or "", now=now())
            organisation = profiles.own(by=g.actor)
            version = offers.begin(organisation, form.category.data or "", form.said(), by=g.actor, now=now())
            service_id = version.service_id
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _form_page(form), 422
    flash(gettext("草稿已保存，现在只有你们自己看得到。下一步可以申请入录。"))
    return redirect(url_for(".service", service_id=service_id), 303)


@bp.get("/services/<int:service_id>/edit")
def edit_service(service_id: int) -> ResponseReturnValue:
    kept = offers.one(service_id, by=g.actor)
    _require_editable(kept)
    form = ServiceForm(formdata=None, seen=offers.seen(_base(kept)))
    form = _offered(form, kept).fill(_base(kept))
    if "category" in form:
        form.category.data = kept.category.code
    return _form_page(form, kept)


@bp.post("/services/<int:service_id>/edit")
def save_service(service_id: int) -> ResponseReturnValue:
    kept = offers.one(service_id, by=g.actor)
    form = _offered(ServiceForm(request.form), kept)
    if not form.validate():
        return _form_page(form, kept), 422
    category = form.category.data if "category" in form else None
    try:
        with transaction():
            service = offers.get(service_id, by=g.actor)
            seen = form.seen.data or ""
            changed = offers.edit(service, form.said(), category_code=category, seen=seen, by=g.actor, now=now())
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _form_page(form, offers.one(service_id, by=g.actor)), 422
    except Stale as late:
        kept = offers.one(service_id, by=g.actor)
        form.seen.data = offers.seen(_base(kept))
        return _form_page(form, kept, late=late.changes), 409
    flash(gettext("草稿已保存。") if changed else gettext("内容没有变，不用保存。"))
    return redirect(url_for(".service", service_id=service_id), 303)


@bp.get("/services/<int:service_id>/send")
def sending_service(service_id: int) -> ResponseReturnValue:
    """The difference, before it goes."""
    kept = offers.one(service_id, by=g.actor)
    if kept.open is None or not kept.listed or kept.application is not None:
        raise Conflict("there is nothing to send here")
    VERSIONS.after("send", kept.open.state)
    areas = {area.code: area.name for area in catalogue.areas()}
    return render_template(
        "organisation/send.html", kept=kept, form=ConfirmForm(formdata=None), changes=difference(kept.changes, areas)
    )


@bp.post("/services/<int:service_id>/send")
def send_service(service_id: int) -> ResponseReturnValue:
    with transaction():
        offers.send(offers.get(service_id, by=g.actor), by=g.actor, now=now())
    flash(gettext("已送审。批准以前，公开的还是现行版本。"))
    return redirect(url_for(".service", service_id=service_id), 303)


@bp.post("/services/<int:service_id>/recall")
def recall_service(service_id: int) -> ResponseReturnValue:
    with transaction():
        offers.recall(offers.get(service_id, by=g.actor), by=g.actor, now=now())
    flash(gettext("已撤回送审，可以继续修改。"))
    return redirect(url_for(".service", service_id=service_id), 303)


def _base(kept: Kept) -> ServiceVersion:
    return kept.open or kept.shown


def _require_editable(kept: Kept) -> None:
    if kept.open is not None and kept.open.state is VersionState.WAITING:
        VERSIONS.after("send", kept.open.state)


def _offered(form: ServiceForm, kept: Kept) -> ServiceForm:
    """The category is asked only while it may still change."""
    free = kept.approved is None and kept.application is None
    return form.offer(catalogue.categories() if free else [], catalogue.areas(), _base(kept))


def _form_page(form: ServiceForm, kept: Kept | None = None, late: tuple[Change, ...] = ()) -> str:
    areas = {area.code: area.name for area in catalogue.areas()}
    return render_template("organisation/service_form.html", form=form, kept=kept, late=difference(late, areas))
