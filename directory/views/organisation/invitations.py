"""Invitations to an organisation: the list, one of them, and the answers to it."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.invitations import DeclineForm, ProposalForm, QuestionForm
from directory.forms.search import page_from
from directory.models.invitation import Invitation
from directory.operations import awards, catalogue, inquiries, invitations, joinings, profiles, proposals, sending
from directory.rules.areas import is_within
from directory.rules.work import INVITATIONS, InvitationState
from directory.views.clock import now
from directory.views.organisation.blueprint import bp
from directory.wording import choosing as said
from directory.wording.refusals import refusal


@bp.get("/invitations")
def invitations_received() -> ResponseReturnValue:
    organisation, state, page = profiles.own(by=g.actor), request.args.get("state", ""), 1
    fault = None
    try:
        page = page_from(request.args)
        if state and state not in set(InvitationState):
            raise Invalid("state", state[:40], "unknown", f"no state {state[:40]}")  # noqa: TRY301 - told like the page
    except Invalid as found:
        fault, state = found, ""
    chosen = InvitationState(state) if state else None
    shown = invitations.of(organisation, state=chosen, page=page, by=g.actor)
    html = render_template("organisation/invitations.html", shown=shown, state=state, fault=fault, said=said)
    return html, (422 if fault else 200)


@bp.get("/invitations/<int:invitation_id>")
def invitation(invitation_id: int) -> ResponseReturnValue:
    return _page(invitations.get(invitation_id, by=g.actor), QuestionForm(formdata=None))


@bp.post("/invitations/<int:invitation_id>/questions")
def ask(invitation_id: int) -> ResponseReturnValue:
    form = QuestionForm(request.form)
    try:
        with transaction():
            found = invitations.get(invitation_id, by=g.actor)
            sending.once(form.once.data or "", now=now())
            inquiries.ask(found, form.text.data or "", by=g.actor, now=now())
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _page(invitations.get(invitation_id, by=g.actor), form), 422
    flash(gettext("问题已提交。居民区答复以后，受邀的机构都看得到，不显示是谁问的。"))
    return redirect(url_for(".invitation", invitation_id=invitation_id, _anchor="questions"), 303)


@bp.get("/invitations/<int:invitation_id>/proposal")
def proposal_form(invitation_id: int) -> ResponseReturnValue:
    found = _running(invitations.get(invitation_id, by=g.actor), "propose")
    form = ProposalForm(formdata=None).fill(proposals.own(found, by=g.actor))
    return render_template("organisation/propose.html", invitation=found, form=form, said=said, late="")


@bp.post("/invitations/<int:invitation_id>/proposal")
def send_proposal(invitation_id: int) -> ResponseReturnValue:
    """The form, then what it comes to; only what was looked at once more is sent."""
    form, step = ProposalForm(request.form), request.form.get("step", "")
    found = invitations.get(invitation_id, by=g.actor)
    if not form.validate():
        return _proposal_page(found, form), 422
    if step == "edit":
        return _proposal_page(found, form)
    try:
        if step != "confirm":
            proposals.check(_running(found, "propose"), form.said(), by=g.actor, now=now())
            return render_template("organisation/propose_check.html", invitation=found, form=form, said=said)
        with transaction():
            sending.once(form.once.data or "", now=now())
            found = invitations.get(invitation_id, by=g.actor)
            proposals.propose(found, form.said(), by=g.actor, now=now())
    except Invalid as fault:
        found = invitations.get(invitation_id, by=g.actor)
        if not form.blame(fault):
            raise
        return _proposal_page(found, form), 422
    except proposals.AnswersOver as late:
        found = invitations.get(invitation_id, by=g.actor)
        return _proposal_page(found, form, refusal(late)), late.status
    flash(gettext("方案已提交。"))
    return redirect(url_for(".invitation", invitation_id=invitation_id), 303)


@bp.get("/invitations/<int:invitation_id>/decline")
def decline_form(invitation_id: int) -> ResponseReturnValue:
    found = _running(invitations.get(invitation_id, by=g.actor), "decline")
    return render_template("organisation/decline.html", invitation=found, form=DeclineForm(formdata=None), said=said)


@bp.post("/invitations/<int:invitation_id>/decline")
def decline(invitation_id: int) -> ResponseReturnValue:
    form = DeclineForm(request.form)
    try:
        with transaction():
            found = invitations.get(invitation_id, by=g.actor)
            sending.once(form.once.data or "", now=now())
            given = {"reason": form.reason.data or "", "note": form.note.data or ""}
            proposals.decline(found, **given, by=g.actor, now=now())
    except Invalid as fault:
        found = invitations.get(invitation_id, by=g.actor)
        if not form.blame(fault):
            raise
        return render_template("organisation/decline.html", invitation=found, form=form, said=said), 422
    flash(gettext("已说明不参加，居民区会收到通知。"))
    return redirect(url_for(".invitation", invitation_id=invitation_id), 303)


def _running(found: Invitation, step: str) -> Invitation:
    """One that can still be answered. Raises AnswersOver, NotAllowed."""
    INVITATIONS.after(step, found.state)
    proposals.require_running(found, now=now())
    return found


def _proposal_page(found: Invitation, form: ProposalForm, late: str = "") -> str:
    return render_template("organisation/propose.html", invitation=found, form=form, said=said, late=late)


def _page(found: Invitation, form: QuestionForm) -> str:
    need = found.need
    streets = [area for area in catalogue.areas() if area.level == 1 and is_within(need.area_code, area.code)]
    awarded = found.state is InvitationState.AWARDED
    return render_template(
        "organisation/invitation.html",
        invitation=found,
        need=need,
        people=joinings.people(need),
        street=streets[-1].name if streets else "",
        running=proposals.running(found, now=now()),
        over=need.deadline is not None and need.deadline <= now(),
        proposal=proposals.own(found, by=g.actor),
        questions=inquiries.of(need),
        engagement=awards.begun(need) if awarded else None,
        form=form,
        said=said,
    )
