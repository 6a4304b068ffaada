"""One need: how far it is, what is next, what may still be changed."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.postings import AmendForm, StepForm
from directory.models.need import Need
from directory.operations import deeds, endings, invitations, joinings, needs, neighbours, parameters, postings
from directory.operations.changes import Change, Stale
from directory.rules.needs import HANDED_OFF
from directory.rules.work import NEEDS, NeedState
from directory.views.clock import now
from directory.views.needs.blueprint import area_names, bp
from directory.views.needs.differences import difference


@bp.get("/needs/<int:need_id>")
def need(need_id: int) -> ResponseReturnValue:
    """A draft is to be confirmed first; one of another neighbourhood, joined, is read where all read it."""
    found = joinings.shared(need_id, by=g.actor)
    if found.area_code != g.actor.area:
        return redirect(url_for("board.need", need_id=need_id))
    if found.state is NeedState.DRAFT:
        elsewhere = found.route in postings.ELSEWHERE
        return redirect(url_for(".handing_off" if elsewhere else ".understood", need_id=need_id))
    return render_template(
        "needs/need.html",
        need=found,
        people=joinings.people(found),
        there=[joining for joining in found.joinings if joining.left_at is None],
        deeds=deeds.of(f"Need:{found.id}"),
        engagement=neighbours.work(found),
        steps=NEEDS.open_to(found.state),
        amendable=found.state in postings.AMENDED_IN,
        repeatable=found.state in postings.REPEATED_IN,
        on_board=needs.is_shown(found),
        elsewhere=found.route in postings.ELSEWHERE,
        told=endings.whom(found) if found.reason == HANDED_OFF else None,
        step=StepForm(formdata=None),
        most_invited=parameters.in_force().contracting.most_invited,
        areas=area_names(),
        opened=found.state is NeedState.SHORTLISTED
        and invitations.opened(found, invitations.in_round(found), now=now()),
    )


@bp.get("/needs/<int:need_id>/details")
def details(need_id: int) -> ResponseReturnValue:
    found = needs.get(need_id, by=g.actor)
    if found.state is NeedState.DRAFT:
        return redirect(url_for(".edit", need_id=need_id))
    return _page(found, AmendForm(formdata=None, seen=postings.seen(found, postings.AMENDABLE)).fill(found))


@bp.post("/needs/<int:need_id>/details")
def amend(need_id: int) -> ResponseReturnValue:
    form = AmendForm(request.form)
    if not form.validate():
        return _page(needs.get(need_id, by=g.actor), form), 422
    try:
        with transaction():
            found = needs.get(need_id, by=g.actor)
            changed = postings.amend(found, form.changed(), seen=form.seen.data or "", by=g.actor, now=now())
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _page(needs.get(need_id, by=g.actor), form), 422
    except Stale as late:
        found = needs.get(need_id, by=g.actor)
        form.seen.data = postings.seen(found, postings.AMENDABLE)
        return _page(found, form, late.changes), 409
    flash(gettext("说明已更新，加入的居民区和已邀请的机构会收到通知。") if changed else gettext("没有改动。"))
    return redirect(url_for(".need", need_id=need_id), 303)


def _page(found: Need, form: AmendForm, late: tuple[Change, ...] = ()) -> str:
    return render_template("needs/details.html", need=found, form=form, late=difference(late))
