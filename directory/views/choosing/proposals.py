"""The round of a need: who was asked and answered, their questions, and once it is open what they propose."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid, NotFound
from directory.forms.choosing import AnswerForm
from directory.operations import awards, comparisons, inquiries, invitations, parameters, sending
from directory.operations import proposals as proposed
from directory.rules.work import NEEDS, NeedState
from directory.views.choosing.blueprint import bp, own
from directory.views.clock import now, today

WITH_WORK = frozenset({NeedState.AWARDED, NeedState.IN_SERVICE, NeedState.COMPLETED, NeedState.CLOSED})


@bp.get("/<int:need_id>/proposals")
def proposals(need_id: int) -> ResponseReturnValue:
    return proposals_page(need_id)


@bp.post("/<int:need_id>/inquiries/<int:inquiry_id>/answer")
def answer(need_id: int, inquiry_id: int) -> ResponseReturnValue:
    form = AnswerForm(request.form)
    try:
        with transaction():
            own(need_id)
            found = inquiries.get(inquiry_id, by=g.actor)
            if found.need_id != need_id:
                raise NotFound(f"need {need_id} has no inquiry {inquiry_id}")
            sending.once(form.once.data or "", now=now())
            inquiries.require_seen(found, form.stood.data or "")
            inquiries.answer(found, form.answer.data or "", by=g.actor, now=now())
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return proposals_page(need_id, wrong=(inquiry_id, form)), 422
    except sending.Overtaken:
        form.answer.errors = [gettext("这期间有人改过答复，上面是现在的。请对照着改好，再提交。")]
        return proposals_page(need_id, wrong=(inquiry_id, form)), 409
    flash(gettext("已答复，受邀机构都看得到。"))
    return redirect(url_for(".proposals", need_id=need_id, _anchor="questions"), 303)


def proposals_page(need_id: int, *, wrong: tuple[int, AnswerForm] | None = None) -> str:
    """`wrong` is an answer that was refused, beside its question."""
    need, at = own(need_id), now()
    there, history = invitations.rounds(need)
    opened = invitations.opened(need, there, now=at)
    try:
        read = proposed.read(need, [*there, *history], by=g.actor, now=at)
    except proposed.Sealed:
        read = {}
    rules = parameters.in_force()
    found = comparisons.of(need, [each.entry_id for each in there], rules=rules, by=g.actor, on=today())
    return render_template(
        "choosing/proposals.html",
        need=need,
        there=there,
        history=history,
        opened=opened,
        over=need.deadline is not None and at > need.deadline,
        read=read,
        cheapest=_cheapest([read[each.id].price for each in there if each.id in read]),
        columns={column.offer.entry.id: column for column in found.columns},
        most=rules.contracting.most_invited,
        engagement=awards.begun(need) if need.state in WITH_WORK else None,
        questions=inquiries.of(need),
        stood=inquiries.seen,
        form=AnswerForm(formdata=None),
        wrong=wrong,
        steps=NEEDS.open_to(need.state),
    )


def _cheapest(prices: list[int]) -> int | None:
    """The lowest of several prices that differ."""
    return min(prices) if len(set(prices)) > 1 else None
