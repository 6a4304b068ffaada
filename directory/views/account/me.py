"""My account: name, mails, password, second factor."""

from datetime import UTC, datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import auth, letters, wording
from directory.db import transaction
from directory.errors import Invalid
from directory.forms.account import ChangePasswordForm, MeForm
from directory.operations import accounts, enrolments
from directory.web import count_try

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.before_request
def only_for_accounts() -> ResponseReturnValue | None:
    return None if g.account else auth.ask_to_sign_in()


@bp.get("")
def me() -> ResponseReturnValue:
    return _page(MeForm(formdata=None, name=g.account.name, mails=g.account.mails))


@bp.post("")
def save() -> ResponseReturnValue:
    form, now = MeForm(request.form), datetime.now(UTC)
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            account = accounts.get(g.account.id)
            accounts.edit(account, name=form.name.data or "", mails=form.mails.data, by=g.actor, now=now)
    except Invalid as fault:
        form.name.errors = [wording.fault(fault)]
        return _page(form), 422
    flash(gettext("已经保存。"))
    return redirect(url_for(".me"), 303)


@bp.get("/change-password")
def password() -> ResponseReturnValue:
    return render_template("account/change_password.html", form=ChangePasswordForm(formdata=None))


@bp.post("/change-password")
def change_password() -> ResponseReturnValue:
    count_try("password")
    form, now = ChangePasswordForm(request.form), datetime.now(UTC)
    if form.validate():
        try:
            with transaction():
                account = accounts.get(g.account.id)
                known = accounts.confirms(account, form.current.data or "", now=now)
                if known:
                    accounts.change_password(account, form.password.data or "", by=g.actor, now=now)
                    letters.password_changed(account.email, now=now)
        except Invalid as fault:
            form.password.errors = [wording.fault(fault)]
        else:
            if known:
                auth.sign_in(account, now=now)
                flash(gettext("密码已经改好，其他地方的登录都已退出。"))
                return redirect(url_for(".me"), 303)
            form.current.errors = [gettext("现在的密码不对。")]
    return render_template("account/change_password.html", form=form), 422


def _page(form: MeForm) -> str:
    area = enrolments.area_name(g.account.area_code) if g.account.area_code else ""
    return render_template("account/me.html", form=form, area=area, **auth.second_factor_asked(g.account))
