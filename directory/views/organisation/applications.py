"""Applications of an organisation: the list, a new one, one of them and its way so far."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.organisation import ApplyForm
from directory.models.application import Application
from directory.operations import applications, deeds, offers, profiles, sending
from directory.operations.changes import Change, Stale
from directory.operations.offers import Kept
from directory.policy import Permission, can
from directory.rules.lifecycle import APPLICATIONS
from directory.views.clock import now, today
from directory.views.organisation.blueprint import bp, difference
from directory.wording.organisation import GATE_ADVICE
from directory.wording.states import APPLICATION_STEPS

# Which kind of fact a gate asks for, where an organisation can bring it.
PROVEN_BY = {"registered": "registration", "grade": "grade", "annual_check": "annual_check", "staff": "staff"}


@bp.get("/applications")
def applications_made() -> ResponseReturnValue:
    organisation = profiles.own(by=g.actor)
    made = applications.of(organisation, by=g.actor)
    return render_template("organisation/applications.html", applications=made)


@bp.get("/applications/new")
def choose_service() -> ResponseReturnValue:
    """Which service to apply with, and before anything is written what the gates say."""
    organisation = profiles.own(by=g.actor)
    return render_template(
        "organisation/choose.html",
        offers=offers.kept(organisation, by=g.actor),
        **gate_words(organisation.id),
    )


@bp.get("/services/<int:service_id>/apply")
def application_form(service_id: int) -> ResponseReturnValue:
    kept = offers.one(service_id, by=g.actor)
    if kept.application is not None:
        return redirect(url_for(".application", application_id=kept.application.id))
    return _apply_page(ApplyForm(formdata=None), kept)


@bp.post("/services/<int:service_id>/apply")
def apply(service_id: int) -> ResponseReturnValue:
    form = ApplyForm(request.form)
    kept = offers.one(service_id, by=g.actor)
    if not form.validate():
        return _apply_page(form, kept), 422
    try:
        with transaction():
            sending.once(form.once.data or "", now=now())
            service = offers.get(service_id, by=g.actor)
            made = applications.draft(service, statement=form.statement.data or "", by=g.actor, now=now())
            application_id = made.id
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _apply_page(form, offers.one(service_id, by=g.actor)), 422
    flash(gettext("申请草稿已保存。检查一遍，再由负责人提交。"))
    return redirect(url_for(".application", application_id=application_id), 303)


@bp.get("/applications/<int:application_id>")
def application(application_id: int) -> ResponseReturnValue:
    found = applications.get(application_id, by=g.actor)
    return render_template(
        "organisation/application.html",
        application=found,
        deeds=[
            deed for deed in deeds.of(f"Application:{found.id}") if deed.event.partition(":")[2] in APPLICATION_STEPS
        ],
        steps=APPLICATIONS.open_to(found.state),
        writable=found.state in applications.WRITABLE,
        may_submit=can(g.actor, Permission.SUBMIT_APPLICATION, found),
        result=applications.result(found),
        **gate_words(found.organisation_id),
    )


@bp.get("/applications/<int:application_id>/edit")
def edit_application(application_id: int) -> ResponseReturnValue:
    found = applications.get(application_id, by=g.actor)
    seen = applications.statement_seen(found)
    return _statement_page(ApplyForm(formdata=None, statement=found.statement, seen=seen), found)


@bp.post("/applications/<int:application_id>/edit")
def save_application(application_id: int) -> ResponseReturnValue:
    form = ApplyForm(request.form)
    if not form.validate():
        return _statement_page(form, applications.get(application_id, by=g.actor)), 422
    try:
        with transaction():
            found = applications.get(application_id, by=g.actor)
            statement, seen = form.statement.data or "", form.seen.data or ""
            applications.revise(found, statement, seen=seen, by=g.actor, now=now())
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _statement_page(form, applications.get(application_id, by=g.actor)), 422
    except Stale as late:
        found = applications.get(application_id, by=g.actor)
        form.seen.data = applications.statement_seen(found)
        return _statement_page(form, found, late=late.changes), 409
    flash(gettext("申请说明已保存。"))
    return redirect(url_for(".application", application_id=application_id), 303)


def gate_words(organisation_id: int) -> dict[str, object]:
    """What pages that show the gates need: the answers, and what to do about each."""
    return {
        "gates": applications.gates_of(organisation_id, on=today()),
        "advice": GATE_ADVICE,
        "proven_by": PROVEN_BY,
    }


def _apply_page(form: ApplyForm, kept: Kept) -> str:
    return render_template("organisation/apply.html", form=form, kept=kept, **gate_words(kept.service.organisation_id))


def _statement_page(form: ApplyForm, found: Application, late: tuple[Change, ...] = ()) -> str:
    return render_template("organisation/statement.html", form=form, application=found, late=difference(late, {}))
