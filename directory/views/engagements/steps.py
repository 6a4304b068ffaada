"""One step of agreed work: what is agreed of it, and what each side does upon it."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.engagements import AcceptForm, DeliverForm, ReturnForm, accepting
from directory.models.engagement import Milestone
from directory.operations import agreed_work, milestones, sending
from directory.policy import Permission, require
from directory.rules.work import MILESTONES, EngagementState
from directory.views.clock import now
from directory.views.engagements.blueprint import bp


@bp.get("/milestones/<int:milestone_id>")
def milestone(milestone_id: int) -> ResponseReturnValue:
    return _page(milestones.get(milestone_id, by=g.actor))


@bp.post("/milestones/<int:milestone_id>/deliver")
def deliver_milestone(milestone_id: int) -> ResponseReturnValue:
    _require(milestone_id, Permission.DO_WORK)
    form = DeliverForm(request.form)
    if not form.validate():
        return _page(milestones.get(milestone_id, by=g.actor), deliver=form), 422
    try:
        with transaction():
            found = _unmoved(milestone_id, form)
            milestones.deliver(found, note=form.note.data or "", by=g.actor, now=now())
            engagement_id = found.engagement_id
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _page(milestones.get(milestone_id, by=g.actor), deliver=form), 422
    flash(gettext("这个阶段已交付，居民区会收到通知。"))
    return redirect(url_for(".work", engagement_id=engagement_id), 303)


@bp.post("/milestones/<int:milestone_id>/accept")
def accept_milestone(milestone_id: int) -> ResponseReturnValue:
    sentences = list(_require(milestone_id, Permission.ACCEPT_WORK).engagement.acceptance)
    form = accepting(sentences)(request.form)
    if not form.validate():
        return _page(milestones.get(milestone_id, by=g.actor), accept=form), 422
    try:
        with transaction():
            found = _unmoved(milestone_id, form)
            milestones.accept(found, met=form.met(sentences), note=form.note.data or "", by=g.actor, now=now())
            engagement_id = found.engagement_id
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _page(milestones.get(milestone_id, by=g.actor), accept=form), 422
    flash(gettext("验收通过，机构会收到通知。"))
    return redirect(url_for(".work", engagement_id=engagement_id), 303)


@bp.post("/milestones/<int:milestone_id>/return")
def return_milestone(milestone_id: int) -> ResponseReturnValue:
    _require(milestone_id, Permission.ACCEPT_WORK)
    form = ReturnForm(request.form)
    if not form.validate():
        return _page(milestones.get(milestone_id, by=g.actor), give_back=form), 422
    with transaction():
        found = _unmoved(milestone_id, form)
        milestones.give_back(found, reason=form.reason.data or "", by=g.actor, now=now())
        engagement_id = found.engagement_id
    flash(gettext("已退回，机构会收到通知。"))
    return redirect(url_for(".work", engagement_id=engagement_id), 303)


def _require(milestone_id: int, permission: Permission) -> Milestone:
    """The step, before anything of a form is looked at. Raises NotFound, Forbidden."""
    found = milestones.get(milestone_id, by=g.actor)
    require(g.actor, permission, found.engagement)
    return found


def _unmoved(milestone_id: int, form: DeliverForm | ReturnForm | AcceptForm) -> Milestone:
    """The step, locked, as it stood when its page was shown."""
    found = milestones.get(milestone_id, by=g.actor)
    sending.unmoved(found.since, form.seen.data or "")
    return found


def _page(
    found: Milestone,
    *,
    deliver: DeliverForm | None = None,
    accept: AcceptForm | None = None,
    give_back: ReturnForm | None = None,
) -> str:
    work = agreed_work.one(found.engagement_id, by=g.actor)
    seen = sending.mark(found.since)
    under_way = work.state in {EngagementState.RUNNING, EngagementState.DELIVERED}
    steps = MILESTONES.open_to(found.state) if under_way else frozenset()
    return render_template(
        "engagements/milestone.html",
        work=work,
        milestone=found,
        steps=steps - ({"deliver"} if work.state is EngagementState.DELIVERED else set()),
        deliver=deliver or DeliverForm(formdata=None, seen=seen),
        accept=accept or accepting(list(work.acceptance))(formdata=None, seen=seen),
        give_back=give_back or ReturnForm(formdata=None, seen=seen),
        wrong=next((form for form in (deliver, accept, give_back) if form is not None), None),
    )
