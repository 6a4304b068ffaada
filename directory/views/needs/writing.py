"""A need is written, changed while it is a draft, taken over from an answer, said again."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.postings import PostingForm, StepForm
from directory.models.need import Need
from directory.operations import joinings, matches, needs, postings, sending
from directory.operations.changes import Change, Stale
from directory.operations.details import Details, details_of
from directory.rules.work import NeedState
from directory.views.clock import now
from directory.views.needs.blueprint import bp, engine
from directory.views.needs.differences import difference


@bp.get("/needs/new")
def new() -> str:
    return _page(PostingForm(formdata=None).offer())


@bp.post("/needs/new")
def post() -> ResponseReturnValue:
    form = PostingForm(request.form).offer()
    if not form.validate():
        return _page(form), 422
    try:
        first = _post(form.details(), form.once.data or "")
    except Invalid as fault:
        if not _blame(form, fault):
            raise
        return _page(form), 422
    return redirect(url_for(".understood", need_id=first), 303)


@bp.post("/needs/take-up")
def take_up() -> ResponseReturnValue:
    """What was asked on the public page becomes a need of the neighbourhood, asked anew for where it is."""
    form = StepForm(request.form)
    run = matches.get(request.form.get("run", ""), by=g.actor)
    asked = run.question
    details = Details(asked.text, groups=tuple(asked.groups), budget_high=asked.budget)
    first = _post(details, form.once.data or "", category=run.routing["chosen"])
    return redirect(url_for(".understood", need_id=first), 303)


@bp.post("/needs/<int:need_id>/repeat")
def repeat(need_id: int) -> ResponseReturnValue:
    """A past need again, or that of another neighbourhood which was joined, in one step."""
    form = StepForm(request.form)
    details, category = postings.repeated(joinings.shared(need_id, by=g.actor), by=g.actor)
    first = _post(details, form.once.data or "", category=category, repeats=need_id)
    flash(gettext("已经照原来的内容写好草稿，并重新找过机构。看一遍，对就发布。"))
    return redirect(url_for(".understood", need_id=first), 303)


@bp.get("/needs/<int:need_id>/edit")
def edit(need_id: int) -> ResponseReturnValue:
    need = needs.get(need_id, by=g.actor)
    if need.state is not NeedState.DRAFT:
        return redirect(url_for(".details", need_id=need_id))
    form = PostingForm(formdata=None, seen=postings.seen(need)).offer()
    return _page(form.fill(details_of(need)), need)


@bp.post("/needs/<int:need_id>/edit")
def save(need_id: int) -> ResponseReturnValue:
    form = PostingForm(request.form).offer()
    need = needs.get(need_id, by=g.actor)
    if not form.validate():
        return _page(form, need), 422
    try:
        details, drafted = postings.work_out(form.details(), by=g.actor, now=now(), engine=engine())
        with transaction():
            need = needs.get(need_id, by=g.actor)
            postings.rewrite(need, details, drafted, seen=form.seen.data or "", by=g.actor, now=now())
    except Invalid as fault:
        if not _blame(form, fault):
            raise
        return _page(form, needs.get(need_id, by=g.actor)), 422
    except Stale as late:
        need = needs.get(need_id, by=g.actor)
        form.seen.data = postings.seen(need)
        return _page(form, need, late.changes), 409
    return redirect(url_for(".understood", need_id=need_id), 303)


def _post(details: Details, once: str, *, category: str | None = None, repeats: int | None = None) -> int:
    """Work the answer out, and then keep it with the draft; the id of the first one."""
    details, drafted = postings.work_out(details, category=category, by=g.actor, now=now(), engine=engine())
    with transaction():
        sending.once(once, now=now())
        return postings.post(details, drafted, repeats=repeats, by=g.actor, now=now())[0].id


def _blame(form: PostingForm, fault: Invalid) -> bool:
    """The match calls what was said `text`."""
    if fault.field == "text":
        fault.field = "said"
    return form.blame(fault)


def _page(form: PostingForm, need: Need | None = None, late: tuple[Change, ...] = ()) -> str:
    return render_template("needs/form.html", form=form, need=need, late=difference(late))
