"""Coming in and going out: password, code, a new password, an invitation."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import auth, letters, wording
from directory.db import transaction
from directory.errors import Invalid, NotFound
from directory.forms.account import (
    CodeForm,
    DropCodeForm,
    EnrolForm,
    NewPasswordForm,
    RecoverForm,
    SetUpCodeForm,
    SignInForm,
)
from directory.models.account import Account
from directory.operations import accounts, demo, enrolments
from directory.web import count_try, ours

bp = Blueprint("door", __name__, url_prefix="/account")

LETTERS_AN_HOUR = "5 per hour"
LONGEST_TOKEN = 400
_LOCKING = {"times": accounts.MOST_FAILURES, "minutes": accounts.LOCKED // timedelta(minutes=1)}


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    if g.account:
        return redirect(url_for("account.me"))
    return _sign_in_page(SignInForm(formdata=None, next=request.args.get("next", "")))


@bp.post("/sign-in")
def come_in() -> ResponseReturnValue:
    count_try("sign-in")
    form, now = SignInForm(request.form), datetime.now(UTC)
    if not form.validate():
        return _sign_in_page(form), 422
    with transaction():
        account = accounts.check(form.email.data or "", form.password.data or "", now=now)
        if account and account.tf_totp_secret is None:
            accounts.signed_in(account, now=now)
    if account is None:
        form.email.errors = [
            gettext(
                "邮箱或密码不对，或者这个账号已被锁定。连续输错 %(times)d 次会锁定 %(minutes)d 分钟；到时再试，"
                "或者用“忘记密码”重设，重设以后马上可以登录。",
                **_LOCKING,
            )
        ]
        return _sign_in_page(form), 422
    if account.tf_totp_secret:
        auth.wait_for_code(account, now=now)
        return redirect(url_for(".code", next=form.next.data or None), 303)
    auth.sign_in(account, now=now)
    return redirect(_onward(account, form.next.data), 303)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    if g.account:
        with transaction():
            auth.end_session(now=datetime.now(UTC))
    auth.sign_out()
    flash(gettext("已经退出。"))
    return redirect(url_for(".sign_in"), 303)


@bp.get("/code")
def code() -> ResponseReturnValue:
    if auth.waits_for_code(now=datetime.now(UTC)) is None:
        return redirect(url_for(".sign_in"))
    return render_template("account/code.html", form=CodeForm(formdata=None, next=request.args.get("next", "")))


@bp.post("/code")
def give_code() -> ResponseReturnValue:
    count_try("code")
    form, now = CodeForm(request.form), datetime.now(UTC)
    whose = auth.waits_for_code(now=now)
    if whose is None:
        flash(gettext("太久没有输入验证码，请重新登录。"))
        return redirect(url_for(".sign_in"), 303)
    if not form.validate():
        return render_template("account/code.html", form=form), 422
    with transaction():
        account = accounts.by_uniquifier(whose)
        if account is None or accounts.is_locked(account, now=now):
            right = False
        elif right := auth.codes().takes(account, form.code.data or "", secret=account.tf_totp_secret or ""):
            accounts.signed_in(account, now=now)
        else:
            accounts.fail(account, now=now)
    if not right or account is None:
        form.code.errors = [
            gettext(
                "验证码不对、已经用过，或者账号已被锁定。请等验证器换下一个数再试；"
                "连续输错 %(times)d 次会锁定 %(minutes)d 分钟。",
                **_LOCKING,
            )
        ]
        return render_template("account/code.html", form=form), 422
    auth.sign_in(account, now=now)
    return redirect(_onward(account, form.next.data), 303)


@bp.get("/code/set-up")
def set_up_code() -> ResponseReturnValue:
    if g.account is None:
        return auth.ask_to_sign_in()
    if g.account.tf_totp_secret is not None:
        return render_template("account/code_drop.html", form=DropCodeForm(formdata=None))
    session.setdefault("new_secret", auth.codes().generate_totp_secret())
    return _set_up_page(SetUpCodeForm(formdata=None))


@bp.post("/code/set-up")
def keep_code() -> ResponseReturnValue:
    """Asks code and password: neither an app set up wrongly nor a session left open locks its owner out."""
    count_try("code")
    secret, now = session.get("new_secret"), datetime.now(UTC)
    if g.account is None or secret is None or g.account.tf_totp_secret is not None:
        return redirect(url_for(".set_up_code"), 303)
    form = SetUpCodeForm(request.form)
    if not form.validate():
        return _set_up_page(form), 422
    with transaction():
        account = accounts.get(g.account.id)
        known = accounts.confirms(account, form.current.data or "", now=now)
        right = known and auth.codes().takes(account, form.code.data or "", secret=secret)
        if right:
            accounts.set_second_factor(account, secret, by=g.actor, now=now)
    if not right:
        field = form.code if known else form.current
        field.errors = [
            gettext("验证码不对。请看手机时间准不准，等验证器换下一个数再试。") if known else gettext("密码不对。")
        ]
        return _set_up_page(form), 422
    session.pop("new_secret")
    flash(gettext("两步验证已经开通。以后登录，除了密码还要输入验证器上的 6 位数字。"))
    return redirect(url_for("account.me"), 303)


@bp.post("/code/drop")
def drop_code() -> ResponseReturnValue:
    if g.account is None:
        return redirect(url_for(".sign_in"), 303)
    count_try("code")
    form, now = DropCodeForm(request.form), datetime.now(UTC)
    known = form.validate()
    if known:
        with transaction():
            account = accounts.get(g.account.id)
            known = accounts.confirms(account, form.current.data or "", now=now)
            if known:
                accounts.drop_second_factor(account, by=g.actor, now=now)
        if not known:
            form.current.errors = [gettext("密码不对。")]
    if not known:
        return render_template("account/code_drop.html", form=form), 422
    flash(gettext("两步验证已经关闭。"))
    return redirect(url_for("account.me"), 303)


@bp.get("/password")
def forgotten() -> ResponseReturnValue:
    return render_template("account/forgotten.html", form=RecoverForm(formdata=None), sent=False)


@bp.post("/password")
def recover() -> ResponseReturnValue:
    """The answer is the same whether the address has an account or not."""
    count_try("recover")
    form, now = RecoverForm(request.form), datetime.now(UTC)
    if not form.validate():
        return render_template("account/forgotten.html", form=form, sent=False), 422
    email = accounts.address(form.email.data or "")
    count_try("letters", enrolments.digest(email), rate=LETTERS_AN_HOUR)
    account = accounts.by_email(email)
    if account is not None and account.active:
        letters.new_password(account.email, auth.reset_token(account), now=now)
    return render_template("account/forgotten.html", form=form, sent=True)


@bp.get("/password/<token>")
def new_password(token: str) -> ResponseReturnValue:
    if _reset_account(token) is None:
        return render_template("account/spent.html", enrolling=False), 404
    return render_template("account/new_password.html", form=NewPasswordForm(formdata=None), token=token)


@bp.post("/password/<token>")
def set_password(token: str) -> ResponseReturnValue:
    count_try("token")
    form, now = NewPasswordForm(request.form), datetime.now(UTC)
    if form.validate():
        try:
            with transaction():
                account = _reset_account(token)
                if account is not None:
                    accounts.reset_password(account, form.password.data or "", now=now)
                    letters.password_changed(account.email, now=now)
        except Invalid as fault:
            form.password.errors = [wording.fault(fault)]
        else:
            if account is None:
                return render_template("account/spent.html", enrolling=False), 404
            auth.sign_out()
            flash(gettext("新密码已经设好，请用它登录。"))
            return redirect(url_for(".sign_in"), 303)
    return render_template("account/new_password.html", form=form, token=token), 422


@bp.get("/enrol/<token>")
def invited(token: str) -> ResponseReturnValue:
    return _enrol_page(token, EnrolForm(formdata=None))


@bp.post("/enrol/<token>")
def enrol(token: str) -> ResponseReturnValue:
    count_try("token")
    form, now = EnrolForm(request.form), datetime.now(UTC)
    if not form.validate():
        return _enrol_page(token, form, 422)
    try:
        with transaction():
            enrolments.enrol(token, name=form.name.data or "", password=form.password.data or "", now=now)
    except NotFound:
        return _enrol_page("", form)
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _enrol_page(token, form, 422)
    auth.sign_out()
    flash(gettext("账号已经开通，请用邮箱和刚设的密码登录。"))
    return redirect(url_for(".sign_in"), 303)


def _sign_in_page(form: SignInForm) -> str:
    return render_template(
        "account/sign_in.html", form=form, demos=demo.accounts(), password=demo.PASSWORD, hours=auth.LONGEST
    )


def _set_up_page(form: SetUpCodeForm) -> str:
    codes, secret = auth.codes(), session["new_secret"]
    return render_template(
        "account/code_set_up.html",
        form=form,
        image=codes.generate_qrcode(g.account.email, secret),
        key=codes.get_totp_pretty_key(secret),
        **auth.second_factor_asked(g.account),
    )


def _enrol_page(token: str, form: EnrolForm, status: int = 200) -> ResponseReturnValue:
    try:
        enrolment = enrolments.of(token[:LONGEST_TOKEN], now=datetime.now(UTC))
    except NotFound:
        return render_template("account/spent.html", enrolling=True), 404
    area = enrolments.area_name(enrolment.area_code)
    return render_template("account/enrol.html", form=form, enrolment=enrolment, area=area, token=token), status


def _reset_account(token: str) -> Account | None:
    return auth.reset_account(token) if len(token) <= LONGEST_TOKEN else None


def _onward(account: Account, asked: str | None) -> str:
    """Where whoever came in goes on: back to the page that asked, or to their work."""
    return ours(asked) if asked else auth.WORKSPACES.get(account.role) or url_for("account.me")
