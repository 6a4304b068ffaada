"""A need is taken back, given up, tried again."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.postings import WithdrawNeedForm
from directory.operations import endings, needs, reopenings
from directory.policy import Permission, require
from directory.rules.work import NEEDS
from directory.views.clock import now
from directory.views.needs.blueprint import bp, engine


@bp.get("/needs/<int:need_id>/withdraw")
def withdrawal(need_id: int) -> str:
    return _withdrawal_page(need_id, WithdrawNeedForm(formdata=None))


@bp.post("/needs/<int:need_id>/withdraw")
def withdraw(need_id: int) -> ResponseReturnValue:
    form = WithdrawNeedForm(request.form)
    try:
        with transaction():
            need = needs.get(need_id, by=g.actor)
            said = {"reason": form.reason.data or "", "note": form.note.data or ""}
            endings.withdraw(need, by=g.actor, now=now(), **said)
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _withdrawal_page(need_id, form), 422
    flash(gettext("需求已撤回。加入的居民区和已邀请的机构会收到通知。"))
    return redirect(url_for(".need", need_id=need_id), 303)


@bp.post("/needs/<int:need_id>/reopen")
def reopen(need_id: int) -> ResponseReturnValue:
    need = needs.get(need_id, by=g.actor)
    require(g.actor, Permission.WRITE_NEED, need)
    NEEDS.after("reopen", need.state)
    drafted = reopenings.draft(need, by=g.actor, now=now(), engine=engine())
    with transaction():
        endings.reopen(needs.get(need_id, by=g.actor), drafted=drafted, by=g.actor, now=now())
    flash(gettext("需求重新发布了。"))
    return redirect(url_for(".need", need_id=need_id), 303)


def _withdrawal_page(need_id: int, form: WithdrawNeedForm) -> str:
    return render_template("needs/withdraw.html", need=needs.get(need_id, by=g.actor), form=form)
