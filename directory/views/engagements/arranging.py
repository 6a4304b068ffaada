"""Work without a need: choose a listed service, say what is agreed, and wait for the provider to confirm."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.engagements import LONGEST_WORD, BeginForm
from directory.forms.search import page_from
from directory.models.service import Entry
from directory.operations import arrangements, parameters, sending
from directory.views.clock import now, today
from directory.views.engagements.blueprint import bp


@bp.get("/new")
def choose() -> ResponseReturnValue:
    text, fault = request.args.get("text", "").strip(), None
    if len(text) > LONGEST_WORD:
        fault = Invalid("text", len(text), "filter_long", f"at most {LONGEST_WORD} characters")
        text = ""
    shown = arrangements.listed(text, page_from(request.args), by=g.actor)
    page = render_template("engagements/choose.html", shown=shown, text=text, fault=fault)
    return page, 422 if fault else 200


@bp.get("/new/<int:entry_id>")
def begin_form(entry_id: int) -> ResponseReturnValue:
    entry = arrangements.choose(entry_id, by=g.actor)
    return _page(entry, BeginForm(formdata=None, title=entry.version.name, starts_on=today()).offer())


@bp.post("/new/<int:entry_id>")
def begin(entry_id: int) -> ResponseReturnValue:
    entry, form = arrangements.choose(entry_id, by=g.actor), BeginForm(request.form).offer()
    if not form.validate():
        return _page(entry, form), 422
    try:
        with transaction():
            sending.once(form.once.data or "", now=now())
            made = arrangements.begin(
                entry_id,
                title=form.title.data or "",
                amount=form.amount.data,
                funding=form.source(),
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                by=g.actor,
                now=now(),
            )
            engagement_id = made.id
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _page(arrangements.choose(entry_id, by=g.actor), form), 422
    flash(gettext("合约已发给机构，等它确认开始。"))
    return redirect(url_for(".work", engagement_id=engagement_id), 303)


def _page(entry: Entry, form: BeginForm) -> str:
    shares = parameters.in_force().contracting.shares
    return render_template("engagements/begin.html", entry=entry, form=form, shares=shares)
