"""Changes to the terms: propose one and see what would differ, read one, answer it or take it back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import wording
from directory.db import transaction
from directory.errors import Invalid
from directory.forms.engagements import AgreeForm, AnswerForm
from directory.forms.terms import TermsForm
from directory.models.engagement import Engagement, TermsChange
from directory.operations import agreed_work, engagements, sending, terms
from directory.policy import Permission, require
from directory.rules.engagements import payments
from directory.rules.terms import FIELDS, Terms, to_json
from directory.rules.work import MilestoneState, TermsState
from directory.views.clock import now
from directory.views.engagements.blueprint import bp, told
from directory.wording import engagements as words

Paid = Mapping[int, int]  # what accepted steps were accepted with, by their ids


@bp.get("/<int:engagement_id>/terms")
def terms_form(engagement_id: int) -> ResponseReturnValue:
    found = _may(engagement_id)
    form = TermsForm(formdata=None, seen=terms.seen(found)).offer().fill(terms.standing(found))
    return _form_page(found, form)


@bp.post("/<int:engagement_id>/terms")
def propose_terms(engagement_id: int) -> ResponseReturnValue:
    """Show what would differ; ask the other side, once it was confirmed."""
    found = _may(engagement_id)
    form = TermsForm(request.form).offer()
    if not form.validate():
        return _form_page(found, form), 422
    try:
        said, differing = terms.compare(found, form.said(terms.standing(found)), by=g.actor)
        if "confirmed" not in request.form:
            if "edit" in request.form:
                return _form_page(found, form)
            return _check_page(found, form, differing, said)
        with transaction():
            sending.once(form.once.data or "", now=now())
            found = engagements.get(engagement_id, by=g.actor)
            wanted, reason = form.said(terms.standing(found)), form.reason.data or ""
            change = terms.propose(found, wanted, reason=reason, seen_=form.seen.data or "", by=g.actor, now=now())
            terms_id = change.id
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _form_page(agreed_work.one(engagement_id, by=g.actor), form), 422
    flash(gettext("已提出，等对方答复。对方同意以前，约定照旧。"))
    return redirect(url_for(".change", terms_id=terms_id), 303)


@bp.get("/terms/<int:terms_id>")
def change(terms_id: int) -> ResponseReturnValue:
    return _change_page(terms.get(terms_id, by=g.actor))


@bp.post("/terms/<int:terms_id>/accept")
def accept_change(terms_id: int) -> ResponseReturnValue:
    found, form = _answerable(terms_id), AgreeForm(request.form)
    if not form.validate():
        return _change_page(found, agree=form), 422
    with transaction():
        found = terms.get(terms_id, by=g.actor)
        terms.accept(found, answer=form.answer.data or "", by=g.actor, now=now())
        engagement_id = found.engagement_id
    flash(gettext("已同意，约定已经更新。"))
    return redirect(url_for(".work", engagement_id=engagement_id), 303)


@bp.post("/terms/<int:terms_id>/refuse")
def refuse_change(terms_id: int) -> ResponseReturnValue:
    found, form = _answerable(terms_id), AnswerForm(request.form)
    if not form.validate():
        return _change_page(found, refuse=form), 422
    with transaction():
        found = terms.get(terms_id, by=g.actor)
        terms.refuse(found, answer=form.reason.data or "", by=g.actor, now=now())
        engagement_id = found.engagement_id
    flash(gettext("已答复不同意，约定照旧。"))
    return redirect(url_for(".work", engagement_id=engagement_id), 303)


@bp.post("/terms/<int:terms_id>/withdraw")
def withdraw_change(terms_id: int) -> ResponseReturnValue:
    with transaction():
        found = terms.get(terms_id, by=g.actor)
        terms.withdraw(found, by=g.actor, now=now())
        engagement_id = found.engagement_id
    flash(gettext("变更已撤回，约定照旧。"))
    return redirect(url_for(".work", engagement_id=engagement_id), 303)


def _may(engagement_id: int) -> Engagement:
    """The work, for who may propose other terms of it now. Raises NotFound, Forbidden, NotAllowed."""
    found = agreed_work.one(engagement_id, by=g.actor)
    require(g.actor, Permission.CHANGE_TERMS, found)
    engagements.require_state(found, "change", *terms.OPEN_TO_CHANGE)
    return found


def _answerable(terms_id: int) -> TermsChange:
    """The change, for who may answer it. Raises NotFound, Forbidden."""
    found = terms.get(terms_id, by=g.actor)
    terms.require_other_side(found, by=g.actor)
    return found


def _form_page(found: Engagement, form: TermsForm) -> str:
    settled = {str(each.id) for each in found.milestones if each.state is not MilestoneState.PENDING}
    rows = form.rows()
    filled = max((place for place, row in enumerate(rows, 1) if any(field.data for field in row)), default=0)
    return render_template("engagements/terms_form.html", work=found, form=form, settled=settled, filled=filled)


def _check_page(found: Engagement, form: TermsForm, differing: dict[str, Any], said: Terms) -> str:
    paid = terms.paid_of(found)
    rows = _difference(differing, terms.standing(found), said, paid)
    return render_template("engagements/terms_check.html", work=found, form=form, rows=rows, paid=paid)


def _change_page(found: TermsChange, *, agree: AgreeForm | None = None, refuse: AnswerForm | None = None) -> str:
    before, after = terms.shown(found)
    work = agreed_work.one(found.engagement_id, by=g.actor)
    paid = terms.paid_of(work)
    own = engagements.side_of(g.actor) is found.side
    rows = _difference(found.terms, before, after, paid)
    return render_template(
        "engagements/change.html",
        work=work,
        change=found,
        rows=[(name, told(str(old), work), told(str(new), work)) for name, old, new in rows],
        paid=paid,
        own=own,
        waits=found.state is TermsState.OPEN,
        agree=agree or AgreeForm(formdata=None),
        refuse=refuse or AnswerForm(formdata=None),
    )


def _difference(differing: dict[str, Any], before: Terms, after: Terms, paid: Paid) -> list[tuple[str, object, object]]:
    """As macros/work.html shows it. With the amount the payments of the open steps change, too."""
    old, new = to_json(before), to_json(after)
    names = [name for name in FIELDS if name in differing or (name == "steps" and "amount" in differing)]
    return [
        (
            wording.label(words.TERMS_FIELDS, name),
            _said(name, old[name], before, paid),
            _said(name, new[name], after, paid),
        )
        for name in names
    ]


def _said(name: str, value: Any, of: Terms, paid: Paid) -> object:
    if name == "amount":
        return gettext("%(n)s 元", n=f"{value:,}")
    if name == "funding":
        return wording.label(words.FUNDINGS, value)
    if name in {"starts_on", "ends_on"}:
        return wording.day(value)
    if name == "steps":
        return "\n".join(_step(step, yuan) for step, yuan in zip(value, _paid(of, paid), strict=True))
    return value


def _paid(of: Terms, paid: Paid) -> list[int]:
    return payments(of.amount, [(step.share, paid.get(step.id or 0)) for step in of.steps])


def _step(step: dict[str, Any], yuan: int) -> str:
    said = gettext(
        "%(name)s · %(day)s · %(share)s%%（%(yuan)s 元）",
        name=words.step_name(step["name"]),
        day=wording.day(date.fromisoformat(step["due_on"])),
        share=step["share"],
        yuan=f"{yuan:,}",
    )
    return str(said)
