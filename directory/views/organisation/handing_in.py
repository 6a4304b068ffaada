"""The last page before an application is handed in, and the one before it is withdrawn."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.organisation import SubmitForm, WithdrawForm
from directory.models.application import Application
from directory.operations import applications, catalogue, offers
from directory.operations.changes import Stale
from directory.policy import Permission, require
from directory.rules.lifecycle import APPLICATIONS
from directory.views.clock import now
from directory.views.organisation.applications import gate_words
from directory.views.organisation.blueprint import bp


@bp.get("/applications/<int:application_id>/submit")
def check_answers(application_id: int) -> ResponseReturnValue:
    found = applications.get(application_id, by=g.actor)
    require(g.actor, Permission.SUBMIT_APPLICATION, found)
    APPLICATIONS.after("submit", found.state)
    return _check_page(found)


@bp.post("/applications/<int:application_id>/submit")
def submit(application_id: int) -> ResponseReturnValue:
    form = SubmitForm(request.form)
    try:
        with transaction():
            found = applications.get(application_id, by=g.actor)
            applications.submit(found, shown=form.seen.data or "", by=g.actor, now=now())
    except Stale:
        return _check_page(applications.get(application_id, by=g.actor), late=True), 409
    except Invalid as fault:
        if fault.field != "gates":
            raise
        return _check_page(applications.get(application_id, by=g.actor)), 422
    flash(gettext("已提交。区民政局初审后会通知您；初审前可以撤回。"))
    return redirect(url_for(".application", application_id=application_id), 303)


@bp.get("/applications/<int:application_id>/withdraw")
def withdrawal(application_id: int) -> ResponseReturnValue:
    found = applications.get(application_id, by=g.actor)
    require(g.actor, Permission.SUBMIT_APPLICATION, found)
    APPLICATIONS.after("withdraw", found.state)
    return render_template("organisation/withdraw.html", application=found, form=WithdrawForm(formdata=None))


@bp.post("/applications/<int:application_id>/withdraw")
def withdraw(application_id: int) -> ResponseReturnValue:
    form = WithdrawForm(request.form)
    if not form.validate():
        found = applications.get(application_id, by=g.actor)
        require(g.actor, Permission.SUBMIT_APPLICATION, found)
        return render_template("organisation/withdraw.html", application=found, form=form), 422
    with transaction():
        found = applications.get(application_id, by=g.actor)
        applications.withdraw(found, reason=form.reason.data or "", by=g.actor, now=now())
    flash(gettext("申请已撤回。修改以后可以重新申请。"))
    return redirect(url_for(".application", application_id=application_id), 303)


def _check_page(found: Application, *, late: bool = False) -> str:
    kept = offers.one(found.service_id, by=g.actor)
    return render_template(
        "organisation/submit.html",
        application=found,
        form=SubmitForm(formdata=None, seen=applications.seen(found)),
        kept=kept,
        version=kept.open or kept.shown,
        areas={area.code: area.name for area in catalogue.areas()},
        late=late,
        **gate_words(found.organisation_id),
    )
