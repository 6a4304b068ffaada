"""Who has an account, asking people in, closing an account."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import letters, wording
from directory.db import transaction
from directory.errors import Invalid
from directory.forms.account import InviteForm, ReasonForm
from directory.forms.search import page_from
from directory.models.account import Enrolment
from directory.operations import accounts, catalogue, enrolments, sending
from directory.policy import Permission, require
from directory.rules.calendar import day_of
from directory.rules.roles import MAY_INVITE, OF_AN_ORGANISATION, Role
from directory.views.entrance import let_in

bp = Blueprint("people", __name__, url_prefix="/account/people")

# Each step on somebody else's account asks for a reason on a page of its own.
STEPS: dict[str, Callable[..., None]] = {
    "close": accounts.close,
    "reopen": accounts.reopen,
    "drop-code": accounts.drop_second_factor,
}


@bp.before_request
def only_for_those_who_may_look() -> ResponseReturnValue | None:
    return let_in(Permission.READ_PEOPLE)


@bp.get("")
def people() -> ResponseReturnValue:
    role, text = request.args.get("role", ""), request.args.get("text", "").strip()[:60]
    found = enrolments.people(role=role, text=text, page=page_from(request.args), by=g.actor, now=datetime.now(UTC))
    return render_template(
        "account/people.html",
        found=found,
        role=role,
        text=text,
        roles=[each for each in Role if each in MAY_INVITE.get(g.actor.role, set(Role))],
        areas={area.code: area.name for area in catalogue.areas()},
        day_of=day_of,
    )


@bp.get("/invite")
def invitation() -> ResponseReturnValue:
    require(g.actor, Permission.INVITE)
    return render_template("account/invite.html", form=_offered(InviteForm(formdata=None)))


@bp.post("/invite")
def invite() -> ResponseReturnValue:
    require(g.actor, Permission.INVITE)
    form, now = _offered(InviteForm(request.form)), datetime.now(UTC)
    if not form.validate():
        return render_template("account/invite.html", form=form), 422
    try:
        with transaction():
            sending.once(form.once.data or "", now=now)
            enrolment, token = enrolments.invite(
                form.email.data or "",
                _role(form),
                organisation_id=g.actor.organisation,
                area_code=(form.area.data or "") if "area" in form else "",
                by=g.actor,
                now=now,
            )
            letters.invitation(enrolment, token, now=now)
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return render_template("account/invite.html", form=form), 422
    flash(gettext("邀请已经发到 %(email)s，%(day)s以前有效。", email=enrolment.email, day=_last_day(enrolment)))
    return redirect(url_for(".people"), 303)


@bp.post("/invitations/<int:enrolment_id>/withdraw")
def withdraw(enrolment_id: int) -> ResponseReturnValue:
    with transaction():
        enrolments.withdraw(enrolment_id, by=g.actor, now=datetime.now(UTC))
    flash(gettext("邀请已经收回，那个地址不能再用。"))
    return redirect(url_for(".people"), 303)


@bp.get("/<int:account_id>/<any('close', 'reopen', 'drop-code'):account_step>")
def ask_why(account_id: int, account_step: str) -> ResponseReturnValue:
    account = accounts.get(account_id)
    require(g.actor, Permission.CLOSE_ACCOUNT, account)
    return render_template("account/why.html", form=ReasonForm(formdata=None), person=account, step=account_step)


@bp.post("/<int:account_id>/<any('close', 'reopen', 'drop-code'):account_step>")
def do(account_id: int, account_step: str) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    try:
        with transaction():
            account = accounts.get(account_id)
            STEPS[account_step](account, reason=form.reason.data or "", by=g.actor, now=datetime.now(UTC))
    except Invalid as fault:
        form.reason.errors = [wording.fault(fault)]
        person = accounts.get(account_id)
        require(g.actor, Permission.CLOSE_ACCOUNT, person)
        return render_template("account/why.html", form=form, person=person, step=account_step), 422
    flash(gettext("已经办好，并记进操作记录。"))
    return redirect(url_for(".people"), 303)


def _last_day(enrolment: Enrolment) -> str:
    return wording.day(day_of(enrolment.expires_at))


def _offered(form: InviteForm) -> InviteForm:
    """Owners of an organisation are found by their claims, so government invites all others."""
    roles = MAY_INVITE[g.actor.role]
    if g.actor.role is not Role.OWNER:
        roles -= OF_AN_ORGANISATION
    return form.offer([role for role in Role if role in roles], catalogue.areas())


def _role(form: InviteForm) -> Role:
    known = {str(role): role for role in Role}
    if form.role.data not in known:
        raise Invalid("role", str(form.role.data)[:40], "unknown", "choose a role of the list")
    return known[form.role.data]
