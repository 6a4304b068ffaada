"""The end of choosing: one provider is given the work, or nobody is."""

from dataclasses import dataclass
from typing import cast

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.choosing import AwardForm, DirectForm, GiveUpForm, award_form
from directory.models.invitation import Invitation, Proposal
from directory.models.need import Need
from directory.models.service import Entry
from directory.operations import awards, invitations, proposals, sending, shortlists
from directory.rules.engagements import Funding
from directory.rules.terms import from_today
from directory.rules.work import NEEDS
from directory.views.choosing.blueprint import bp, number, own
from directory.views.clock import now, today


@dataclass(frozen=True, slots=True)
class Choice:
    """What is decided on: a proposal of an invitation, or an entry that did not propose."""

    need: Need
    entry: Entry
    invitation: Invitation | None
    proposal: Proposal | None
    passed: list[Invitation]


@bp.get("/<int:need_id>/award")
def award_form_(need_id: int) -> ResponseReturnValue:
    need = own(need_id)
    if not request.args.get("invitation") and not request.args.get("entry"):
        return _pick_page(need)
    choice = _choice(need)
    form = award_form(choice.passed, direct=choice.proposal is None, formdata=None)
    if choice.proposal is not None and choice.proposal.price == 0:
        form.funding.data = Funding.FREE.value
    return _award_page(choice, form)


@bp.post("/<int:need_id>/award")
def award(need_id: int) -> ResponseReturnValue:
    """The form, then what it comes to; only what was looked at once more is done."""
    choice = _choice(own(need_id))
    form = award_form(choice.passed, direct=choice.proposal is None, formdata=request.form)
    if not form.validate():
        return _award_page(choice, form), 422
    if request.form.get("step") == "edit":
        return _award_page(choice, form)
    try:
        if request.form.get("step") != "confirm":
            return _check_page(choice, form)
        with transaction():
            sending.once(form.once.data or "", now=now())
            begun = _award(_choice(own(need_id)), form)
    except Invalid as fault:
        choice = _choice(own(need_id))
        if not form.blame(fault):
            raise
        return _award_page(choice, form), 422
    flash(gettext("已选定，各家都会收到通知。等机构确认开工。"))
    return redirect(f"/engagements/{begun}", 303)


@bp.get("/<int:need_id>/nobody")
def nobody_form(need_id: int) -> ResponseReturnValue:
    need = own(need_id)
    NEEDS.after("give_up", need.state)
    return render_template("choosing/nobody.html", need=need, form=GiveUpForm(formdata=None))


@bp.post("/<int:need_id>/nobody")
def nobody(need_id: int) -> ResponseReturnValue:
    form = GiveUpForm(request.form)
    if not form.validate():
        return render_template("choosing/nobody.html", need=own(need_id), form=form), 422
    try:
        with transaction():
            sending.once(form.once.data or "", now=now())
            said = {"reason": form.reason.data or "", "note": form.note.data or ""}
            awards.give_up(own(need_id), **said, by=g.actor, now=now())
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return render_template("choosing/nobody.html", need=own(need_id), form=form), 422
    flash(gettext("已记下没有合适的机构，受邀机构会收到通知。这条会记进“没解决的需求”，供区里征集机构。"))
    return redirect(url_for(".proposals", need_id=need_id), 303)


def _choice(need: Need) -> Choice:
    """What the address or the form names. Raises Sealed, NothingProposed, HasProposed, NotListed, NotAllowed."""
    at = now()
    there = awards.to_decide(need, by=g.actor, now=at)
    if entry_id := number(request.values.get("entry")):
        entry = shortlists.listed(entry_id)
        if any(each.organisation_id == entry.service.organisation_id for each in there):
            raise awards.HasProposed
        return Choice(need, entry, None, None, there)
    wanted = number(request.values.get("invitation"))
    chosen = next((each for each in there if each.id == wanted), None)
    if chosen is None:
        raise awards.NothingProposed
    shortlists.listed(chosen.entry_id)
    proposal = proposals.read(need, there, by=g.actor, now=at)[chosen.id]
    return Choice(need, chosen.entry, chosen, proposal, [each for each in there if each is not chosen])


def _award(choice: Choice, form: AwardForm) -> int:
    source, why, others = form.source(), form.why(), form.others(choice.passed)
    if source is None:
        raise Invalid("funding", "", "funding_empty", "say where the money comes from")
    if choice.invitation is not None:
        invitation = invitations.get(choice.invitation.id, by=g.actor)
        return awards.award(invitation, funding=source, why=why, others=others, by=g.actor, now=now()).id
    amount, days = cast(DirectForm, form).agreed()
    return awards.award_directly(
        choice.need,
        choice.entry.id,
        amount=amount,
        days=days,
        funding=source,
        why=why,
        others=others,
        by=g.actor,
        now=now(),
    ).id


def _check_page(choice: Choice, form: AwardForm) -> str:
    """Raises Invalid where it cannot be done so."""
    direct = choice.proposal is None
    if choice.proposal is not None:
        amount = choice.proposal.price
        days = from_today(choice.proposal.starts_on, choice.proposal.ends_on, today())
    else:
        amount, days = cast(DirectForm, form).agreed()
    others, source = form.others(choice.passed), form.source()
    awards.check(
        form.why(), choice.passed, others, amount=amount, funding=source, days=days, today=today(), direct=direct
    )
    return render_template(
        "choosing/award_check.html",
        need=choice.need,
        choice=choice,
        form=form,
        amount=amount,
        days=days,
        others=others,
    )


def _award_page(choice: Choice, form: AwardForm) -> str:
    outside = choice.invitation is None and not shortlists.lines(choice.need, [choice.entry.id])
    return render_template("choosing/award.html", need=choice.need, choice=choice, form=form, outside=outside)


def _pick_page(need: Need) -> str:
    there = awards.to_decide(need, by=g.actor, now=now())
    proposing = {each.organisation_id for each in there}
    kept = [each for each in shortlists.of(need, by=g.actor) if each.offer.organisation.id not in proposing]
    return render_template("choosing/pick.html", need=need, kept=kept)
