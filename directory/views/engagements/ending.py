"""The steps of the whole work: confirm and start, deliver, give back, sign off, end it. Each on a page of its own."""

from collections.abc import Callable

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import wording
from directory.db import transaction
from directory.errors import Invalid
from directory.forms.engagements import DeliverForm, ReturnForm, StepForm, TerminateForm
from directory.models.engagement import Engagement
from directory.operations import agreed_work, engagements, sending, signing_off, terminations, terms
from directory.policy import Permission, require
from directory.rules.roles import Role
from directory.rules.work import ENGAGEMENTS
from directory.views.clock import now
from directory.views.engagements.blueprint import bp

Form = StepForm | DeliverForm | ReturnForm
WHOSE = {
    "start": Permission.DO_WORK,
    "deliver": Permission.DO_WORK,
    "return": Permission.ACCEPT_WORK,
    "sign_off": Permission.ACCEPT_WORK,
    "terminate": Permission.CHANGE_TERMS,
}


@bp.get("/<int:engagement_id>/start")
def confirmation(engagement_id: int) -> ResponseReturnValue:
    found = _may(engagement_id, "start")
    return _page(found, "start", StepForm(formdata=None, seen=terms.seen(found)))


@bp.post("/<int:engagement_id>/start")
def start(engagement_id: int) -> ResponseReturnValue:
    def act(found: Engagement, form: StepForm) -> None:
        if form.seen.data != terms.seen(found):
            raise sending.Overtaken
        engagements.start(found, by=g.actor, now=now())

    form = StepForm(request.form)
    return _take(engagement_id, "start", form, act, gettext("已确认，服务开始。居民区会收到通知。"))


@bp.get("/<int:engagement_id>/deliver")
def delivery(engagement_id: int) -> ResponseReturnValue:
    found = _may(engagement_id, "deliver")
    return _page(found, "deliver", DeliverForm(formdata=None, seen=sending.mark(found.since)))


@bp.post("/<int:engagement_id>/deliver")
def deliver(engagement_id: int) -> ResponseReturnValue:
    def act(found: Engagement, form: StepForm) -> None:
        _unmoved(found, form)
        signing_off.deliver(found, note=form["note"].data or "", by=g.actor, now=now())

    form = DeliverForm(request.form)
    return _take(engagement_id, "deliver", form, act, gettext("已交付。居民区会收到通知，请等验收和签收。"))


@bp.get("/<int:engagement_id>/return")
def returning(engagement_id: int) -> ResponseReturnValue:
    found = _may(engagement_id, "return")
    return _page(found, "return", ReturnForm(formdata=None, seen=sending.mark(found.since)))


@bp.post("/<int:engagement_id>/return")
def give_back(engagement_id: int) -> ResponseReturnValue:
    def act(found: Engagement, form: StepForm) -> None:
        _unmoved(found, form)
        signing_off.give_back(found, reason=form["reason"].data or "", by=g.actor, now=now())

    form = ReturnForm(request.form)
    return _take(engagement_id, "return", form, act, gettext("已退回。机构会收到通知，改好后再交付。"))


@bp.get("/<int:engagement_id>/sign-off")
def signing(engagement_id: int) -> ResponseReturnValue:
    found = _may(engagement_id, "sign_off")
    return _page(found, "sign_off", StepForm(formdata=None, seen=sending.mark(found.since)))


@bp.post("/<int:engagement_id>/sign-off")
def sign_off(engagement_id: int) -> ResponseReturnValue:
    def act(found: Engagement, form: StepForm) -> None:
        _unmoved(found, form)
        signing_off.sign_off(found, by=g.actor, now=now())

    form = StepForm(request.form)
    return _take(engagement_id, "sign_off", form, act, gettext("已签收。请评价这次服务，双方都会收到通知。"))


@bp.get("/<int:engagement_id>/terminate")
def termination(engagement_id: int) -> ResponseReturnValue:
    found = _may(engagement_id, "terminate")
    terminations.require_unfinished(found)
    return _termination_page(found, _offered(TerminateForm(formdata=None, seen=sending.mark(found.since)), found))


@bp.post("/<int:engagement_id>/terminate")
def terminate(engagement_id: int) -> ResponseReturnValue:
    """Show what would be done; do it, once it was confirmed."""
    found = _may(engagement_id, "terminate")
    terminations.require_unfinished(found)
    form = _offered(TerminateForm(request.form), found)
    said = {
        "reason": form.reason.data or "",
        "note": form.note.data or "",
        "unmet": form.unmet.data or "" if "unmet" in form else "",
    }
    if not form.validate():
        return _termination_page(found, form), 422
    try:
        terminations.check(found, by=g.actor, **said)
        if "confirmed" not in request.form:
            return _termination_page(found, form, checked="edit" not in request.form)
        engine = current_app.extensions["engine"]
        drafted = terminations.draft(found, unmet=said["unmet"], by=g.actor, now=now(), engine=engine)
        with transaction():
            found = engagements.get(engagement_id, by=g.actor)
            _unmoved(found, form)
            terminations.terminate(found, drafted=drafted, by=g.actor, now=now(), **said)
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _termination_page(agreed_work.one(engagement_id, by=g.actor), form), 422
    flash(gettext("合约已终止，对方会收到通知。"))
    return redirect(url_for(".work", engagement_id=engagement_id), 303)


def _may(engagement_id: int, step: str) -> Engagement:
    """The work, for a page that leads to a step. Raises NotFound, Forbidden, NotAllowed."""
    found = agreed_work.one(engagement_id, by=g.actor)
    require(g.actor, WHOSE[step], found)
    ENGAGEMENTS.after(step, found.state)
    return found


def _take(
    engagement_id: int, step: str, form: Form, act: Callable[[Engagement, Form], None], said: str
) -> ResponseReturnValue:
    if not form.validate():
        return _page(_may(engagement_id, step), step, form), 422
    try:
        with transaction():
            found = engagements.get(engagement_id, by=g.actor)
            require(g.actor, WHOSE[step], found)
            act(found, form)
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _page(agreed_work.one(engagement_id, by=g.actor), step, form), 422
    flash(said)
    return redirect(url_for(".work", engagement_id=engagement_id), 303)


def _unmoved(found: Engagement, form: StepForm) -> None:
    sending.unmoved(found.since, form.seen.data or "")


def _offered(form: TerminateForm, found: Engagement) -> TerminateForm:
    asked = found.need_id is not None and g.actor.role is Role.NEIGHBOURHOOD
    return form.offer(terminations.reasons_open(found), with_need=asked)


def _page(found: Engagement, step: str, form: Form) -> str:
    return render_template("engagements/step.html", work=found, step=step, form=form)


def _termination_page(found: Engagement, form: TerminateForm, *, checked: bool = False) -> str:
    words = wording.engagements
    return render_template("engagements/terminate.html", work=found, form=form, checked=checked, words=words)
