"""An organisation asks to keep its record; the district says whether it is them."""

from datetime import UTC, datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import letters, wording
from directory.db import transaction
from directory.errors import Invalid
from directory.forms.account import ClaimForm, ReasonForm
from directory.forms.search import page_from
from directory.operations import claims, paging, sending
from directory.policy import Permission
from directory.rules.calendar import day_of
from directory.views.entrance import let_in
from directory.web import count_try

bp = Blueprint("claims", __name__, url_prefix="/account")

OPEN = {"claims.form", "claims.file", "claims.filed"}


@bp.before_request
def only_for_the_district() -> ResponseReturnValue | None:
    if request.endpoint in OPEN:
        return None
    return let_in(Permission.DECIDE_CLAIM)


@bp.get("/claim")
def form() -> ResponseReturnValue:
    return render_template("account/claim.html", form=ClaimForm(formdata=None, uscc=request.args.get("uscc", "")[:40]))


@bp.post("/claim")
def file() -> ResponseReturnValue:
    count_try("claim")
    given, now = ClaimForm(request.form), datetime.now(UTC)
    if not given.validate():
        return render_template("account/claim.html", form=given), 422
    said = {name: given[name].data or "" for name in ("name", "email", "phone", "note")}
    try:
        with transaction():
            sending.once(given.once.data or "", now=now)
            claims.file(given.uscc.data or "", **said, by=g.actor, now=now)
    except Invalid as fault:
        if not given.blame(fault):
            raise
        return render_template("account/claim.html", form=given), 422
    return redirect(url_for(".filed"), 303)


@bp.get("/claim/sent")
def filed() -> ResponseReturnValue:
    return render_template("account/claim_sent.html")


@bp.get("/claims")
def waiting() -> ResponseReturnValue:
    page = page_from(request.args)
    shown, total = claims.waiting(page=page, by=g.actor)
    pages = paging.pages(total, claims.PAGE)
    return render_template("account/claims.html", claims=shown, total=total, page=page, pages=pages, day_of=day_of)


@bp.get("/claims/<int:claim_id>")
def claim(claim_id: int) -> ResponseReturnValue:
    found = claims.get(claim_id, by=g.actor)
    return render_template("account/claim_decide.html", day_of=day_of, claim=found, form=ReasonForm(formdata=None))


@bp.post("/claims/<int:claim_id>/confirm")
def confirm(claim_id: int) -> ResponseReturnValue:
    now = datetime.now(UTC)
    try:
        with transaction():
            found = claims.get(claim_id, by=g.actor)
            enrolment, token = claims.confirm(found, by=g.actor, now=now)
            letters.invitation(enrolment, token, now=now)
    except Invalid as fault:
        found = claims.get(claim_id, by=g.actor)
        given = ReasonForm(formdata=None)
        given.reason.errors = [wording.fault(fault)]
        return render_template("account/claim_decide.html", day_of=day_of, claim=found, form=given), 422
    flash(gettext("已经确认，开通账号的邀请发到了 %(email)s。", email=enrolment.email))
    return redirect(url_for(".waiting"), 303)


@bp.post("/claims/<int:claim_id>/refuse")
def refuse(claim_id: int) -> ResponseReturnValue:
    given, now = ReasonForm(request.form), datetime.now(UTC)
    try:
        with transaction():
            found = claims.get(claim_id, by=g.actor)
            claims.refuse(found, reason=given.reason.data or "", by=g.actor, now=now)
            letters.claim_refused(found, now=now)
    except Invalid as fault:
        given.reason.errors = [wording.fault(fault)]
        found = claims.get(claim_id, by=g.actor)
        return render_template("account/claim_decide.html", day_of=day_of, claim=found, form=given), 422
    flash(gettext("没有通过，原因已经发给申请人。"))
    return redirect(url_for(".waiting"), 303)
