"""Asking providers for proposals: whom, until when; more time, and calling a round off."""

from datetime import timedelta

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.choosing import DeadlineForm, InviteForm, ReasonForm, invite_form
from directory.models.need import Need
from directory.operations import invitations, parameters, sending, shortlists
from directory.rules import inviting as rule
from directory.rules.lifecycle import NotAllowed
from directory.rules.work import NEEDS, NeedState
from directory.views.choosing.blueprint import bp, own
from directory.views.clock import now
from directory.wording.refusals import refusal


@bp.get("/<int:need_id>/invite")
def invitation_form(need_id: int) -> ResponseReturnValue:
    need = own(need_id)
    NEEDS.after("invite", need.state)
    form, kept = _form(need)
    return _invite_page(need, form, kept)


@bp.post("/<int:need_id>/invite")
def invite(need_id: int) -> ResponseReturnValue:
    need = own(need_id)
    NEEDS.after("invite", need.state)
    form, kept = _form(need, sent=True)
    if not form.validate():
        return _invite_page(need, form, kept), 422
    try:
        with transaction():
            sending.once(form.once.data or "", now=now())
            need = own(need_id)
            until = form.until() if need.state is NeedState.OPEN else None
            made = invitations.invite(need, form.asked(), deadline=until, by=g.actor, now=now())
            number = len(made)
    except Invalid as fault:
        need = own(need_id)
        if not form.blame(fault):
            raise
        return _invite_page(need, form, shortlists.of(need, by=g.actor)), 422
    except (shortlists.NotListed, invitations.TooMany) as late:
        need = own(need_id)
        form.entries.errors = [refusal(late)]
        return _invite_page(need, form, shortlists.of(need, by=g.actor)), late.status
    flash(gettext("已邀请 %(n)d 家，他们会收到通知。截止以前方案封着，谁也看不到。", n=number))
    return redirect(url_for(".proposals", need_id=need_id), 303)


@bp.get("/<int:need_id>/deadline")
def deadline_form(need_id: int) -> ResponseReturnValue:
    need = _extendable(own(need_id))
    form = DeadlineForm(formdata=None)
    if need.deadline is not None:
        form.fill(need.deadline)
    return render_template("choosing/extend.html", need=need, form=form)


@bp.post("/<int:need_id>/deadline")
def extend(need_id: int) -> ResponseReturnValue:
    form = DeadlineForm(request.form)
    if not form.validate():
        return render_template("choosing/extend.html", need=_extendable(own(need_id)), form=form), 422
    try:
        with transaction():
            sending.once(form.once.data or "", now=now())
            invitations.extend(own(need_id), form.until(), by=g.actor, now=now())
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return render_template("choosing/extend.html", need=_extendable(own(need_id)), form=form), 422
    flash(gettext("截止时间已延后，受邀机构都会收到通知。"))
    return redirect(url_for(".proposals", need_id=need_id), 303)


@bp.get("/<int:need_id>/recall")
def recall_form(need_id: int) -> ResponseReturnValue:
    need = own(need_id)
    if need.state is not NeedState.SHORTLISTED:
        raise NotAllowed("reopen", need.state, {NeedState.SHORTLISTED})
    return render_template("choosing/recall.html", need=need, form=ReasonForm(formdata=None))


@bp.post("/<int:need_id>/recall")
def recall(need_id: int) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    if not form.validate():
        return render_template("choosing/recall.html", need=own(need_id), form=form), 422
    try:
        with transaction():
            sending.once(form.once.data or "", now=now())
            invitations.reopen(own(need_id), reason=form.reason.data or "", by=g.actor, now=now())
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return render_template("choosing/recall.html", need=own(need_id), form=form), 422
    flash(gettext("这一轮已经结束，受邀机构会收到通知。可以重新挑选、再邀请。"))
    return redirect(url_for(".choose", need_id=need_id), 303)


def _extendable(need: Need) -> Need:
    if need.state is not NeedState.SHORTLISTED:
        raise NotAllowed("extend", need.state, {NeedState.SHORTLISTED})
    if invitations.opened(need, invitations.in_round(need), now=now()):
        raise invitations.Opened
    return need


def _form(need: Need, *, sent: bool = False) -> tuple[InviteForm, list[shortlists.Kept]]:
    """For what is on the shortlist and not asked in this round yet."""
    kept = shortlists.of(need, by=g.actor)
    running = need.state is NeedState.SHORTLISTED
    asked = {each.organisation_id for each in invitations.in_round(need)} if running else set()
    left = [each.offer for each in kept if each.offer.organisation.id not in asked]
    outside = [each.offer.entry.id for each in kept if each.line is None]
    names = {offer.entry.id: offer.organisation.name for offer in left}
    form = invite_form(names, outside, running=running, formdata=request.form if sent else None)
    if not sent and not running:
        form.fill(rule.usual_deadline(now(), parameters.in_force().periods.answer_days))
    return form, kept


def _invite_page(need: Need, form: InviteForm, kept: list[shortlists.Kept]) -> str:
    running = need.state is NeedState.SHORTLISTED
    there = invitations.in_round(need) if running else []
    if running and invitations.opened(need, there, now=now()):
        raise invitations.Opened
    return render_template(
        "choosing/invite.html",
        need=need,
        form=form,
        offers={each.offer.entry.id: each for each in kept},
        there=there,
        most=parameters.in_force().contracting.most_invited,
        soonest_hours=rule.SHORTEST // timedelta(hours=1),
        latest_days=rule.LONGEST.days,
    )
