"""Where the district seals an edition: how things stand, what would be sealed, a last look, and the sealing.

Auditors read. Only the preview reads every listed entry, and takes the longer the more there are.
"""

from datetime import UTC, datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import auth, wording
from directory.db import transaction
from directory.errors import Conflict, Forbidden, Invalid
from directory.forms.editions import SealForm
from directory.forms.search import page_from
from directory.operations import editions, paging, sealing, sending
from directory.policy import Permission, can, require
from directory.rules.roles import Role

bp = Blueprint("sealing", __name__, url_prefix="/government/editions")


@bp.before_request
def let_in_only_who_may() -> ResponseReturnValue | None:
    if g.account is None:
        return auth.ask_to_sign_in()
    if g.actor.role not in {Role.DISTRICT, Role.AUDITOR}:
        raise Forbidden(f"{g.actor.role} has no business with sealing")
    return None


@bp.get("")
def start() -> ResponseReturnValue:
    standing = sealing.standing(by=g.actor, now=datetime.now(UTC))
    return render_template("sealing/start.html", standing=standing, may_seal=can(g.actor, Permission.SEAL))


@bp.get("/preview")
def preview() -> ResponseReturnValue:
    return _show(SealForm(formdata=None))


@bp.get("/check")
def check() -> ResponseReturnValue:
    """The last look: the title as it will stand for good, and what is sealed under it."""
    require(g.actor, Permission.SEAL)
    form = SealForm(request.args, meta={"csrf": False})
    now = datetime.now(UTC)
    found = sealing.preview(by=g.actor, now=now)
    try:
        title = sealing.checked(form.title.data or "")
    except Invalid as fault:
        form.title.errors = [_fault(fault)]
        return _show(form), 422
    if found.unchanged and not form.unchanged.data:
        form.unchanged.errors = [gettext("列入的服务和现行版次一样。确实要再封存一版，请勾选这一项。")]
        return _show(form), 422
    sent = SealForm(formdata=None, title=title, unchanged=form.unchanged.data, seen=found.seen)
    return render_template("sealing/check.html", preview=found, form=sent, title=title, now=now)


@bp.post("")
def seal() -> ResponseReturnValue:
    require(g.actor, Permission.SEAL)
    form, now = SealForm(request.form), datetime.now(UTC)
    try:
        with transaction():
            sending.once(form.once.data or "", now=now)
            edition = sealing.seal(
                form.title.data or "",
                seen=form.seen.data or "",
                unchanged=bool(form.unchanged.data),
                by=g.actor,
                now=now,
            )
            number = edition.number
    except Invalid as fault:
        form.title.errors = [_fault(fault)]
        return _show(form), 422
    except Conflict as conflict:
        return _show(form, conflict=_conflict(conflict)), 409
    flash(gettext("%(number)s 版已经封存，从现在起是现行版次。", number=number))
    return redirect(url_for(".start"), 303)


def _show(form: SealForm, *, conflict: str = "") -> str:
    page = page_from(request.args)
    found = sealing.preview(by=g.actor, now=datetime.now(UTC))
    return render_template(
        "sealing/preview.html",
        form=form,
        conflict=conflict,
        preview=found,
        items=sealing.told(found, page=page),
        may_seal=can(g.actor, Permission.SEAL),
        page=page,
        pages=paging.pages(len(found.difference), editions.PAGE),
    )


def _fault(fault: Invalid) -> str:
    if fault.rule == "empty":
        return str(gettext("请给这一版起个名称，比如“2026年秋季版”。"))
    if fault.rule == "too_long":
        most = sealing.LONGEST_TITLE
        return str(gettext("名称最多 %(most)d 个字，现在有 %(n)s 个。", most=most, n=fault.value))
    return wording.fault(fault)


def _conflict(conflict: Conflict) -> str:
    match conflict:
        case sending.SentBefore():
            return str(gettext("这张表单已经提交过一次，没有重复封存。下面是现在的情况。"))
        case sealing.Moved():
            return str(gettext("您看过以后，目录或版次又有了变动，所以没有封存。请看过下面的最新情况再决定。"))
        case sealing.Unchanged():
            return str(gettext("列入的服务和现行版次一样，没有封存。"))
        case _:
            return str(gettext("这时另一版正在封存，或者系统的时间不对，所以没有封存。请过一会儿再看。"))
