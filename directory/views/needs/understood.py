"""What was understood of a need: confirmed or corrected, and handed to whom it is for."""

from collections.abc import Collection, Iterable
from itertools import islice

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import wording
from directory.db import transaction
from directory.errors import Conflict, Invalid
from directory.forms.postings import HandOffForm, UnderstoodForm
from directory.models.need import Need
from directory.models.taxonomy import Category
from directory.operations import catalogue, endings, joinings, needs, offerings, postings, sending
from directory.rules.work import NEEDS, NeedState
from directory.views.clock import now
from directory.views.marking import likely, marked
from directory.views.needs.blueprint import area_names, bp, engine

FOUND = 10
LONGEST_WORD = 30


@bp.get("/needs/<int:need_id>/understood")
def understood(need_id: int) -> ResponseReturnValue:
    need = needs.get(need_id, by=g.actor)
    if need.state is not NeedState.DRAFT:
        return redirect(url_for(".need", need_id=need_id))
    return _page(need, UnderstoodForm(formdata=None, seen=sending.mark(need.since)))


@bp.post("/needs/<int:need_id>/understood")
def confirm(need_id: int) -> ResponseReturnValue:
    form = UnderstoodForm(request.form)
    need = needs.get(need_id, by=g.actor)
    if not form.chosen:
        form.category.errors = [gettext("请选一类最接近的服务。")]
        return _page(need, form), 422
    try:
        NEEDS.after("confirm", need.state)
        drafted = postings.corrected(need, form.chosen, by=g.actor, now=now(), engine=engine())
        with transaction():
            need = needs.get(need_id, by=g.actor)
            route = form.route.data or _usual(need, form.chosen)
            given = {"category": form.chosen, "route": route, "shown": form.seen.data or ""}
            postings.confirm(need, drafted=drafted, by=g.actor, now=now(), **given)
            elsewhere = need.state is NeedState.DRAFT
    except Invalid as fault:
        form.category.errors = [wording.fault(fault)]
        return _page(needs.get(need_id, by=g.actor), form), 422
    if elsewhere:
        return redirect(url_for(".handing_off", need_id=need_id), 303)
    flash(gettext("需求已经发布。下一步：从推荐的机构里比一比，邀请来应标。"))
    return redirect(url_for(".need", need_id=need_id), 303)


@bp.get("/needs/<int:need_id>/hand-off")
def handing_off(need_id: int) -> ResponseReturnValue:
    """Whom it is for, their phone, and what to say: to be printed or read out."""
    return _hand_off_page(needs.get(need_id, by=g.actor), HandOffForm(formdata=None))


@bp.post("/needs/<int:need_id>/hand-off")
def hand_off(need_id: int) -> ResponseReturnValue:
    form = HandOffForm(request.form)
    try:
        with transaction():
            endings.hand_off(needs.get(need_id, by=g.actor), note=form.note.data or "", by=g.actor, now=now())
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _hand_off_page(needs.get(need_id, by=g.actor), form), 422
    flash(gettext("已经记下：转给了该管的单位，这条需求结束。"))
    return redirect(url_for(".need", need_id=need_id), 303)


@bp.post("/needs/<int:need_id>/facilitate")
def facilitate(need_id: int) -> ResponseReturnValue:
    """It is for somebody else, and yet a provider is wanted beside them."""
    with transaction():
        postings.publish(needs.get(need_id, by=g.actor), by=g.actor, now=now())
    flash(gettext("需求已经发布，请社会组织在旁边协助。"))
    return redirect(url_for(".need", need_id=need_id), 303)


def _usual(need: Need, code: str) -> str:
    return str(postings.usual_route(need.run, offerings.category(code))) if need.run else ""


def _page(need: Need, form: UnderstoodForm) -> str:
    run = need.run
    if run is None:
        raise Conflict("a need that was never asked")
    routing, categories = run.routing, catalogue.categories()
    guesses = likely(routing["categories"]) if routing["sure"] else routing["categories"][:3]
    by_code = {each.code: each for each in categories}
    word = request.args.get("find", "").strip()[:LONGEST_WORD]
    return render_template(
        "needs/understood.html",
        need=need,
        run=run,
        form=form.offer(categories),
        guesses=[(by_code[guess["code"]], guess["words"]) for guess in guesses if guess["code"] in by_code],
        word=word,
        found=_found(word, categories, [guess["code"] for guess in guesses]),
        settled=need.category.code if need.category else postings.settled(run),
        sentence=marked(need.text, [word for guess in routing["categories"] for word in guess["words"]]),
        similar=joinings.similar([guess["code"] for guess in guesses], by=g.actor),
        together=postings.together(need),
        areas=area_names(),
    )


def _found(word: str, categories: Iterable[Category], but: Collection[str]) -> list[Category]:
    """The services that a word stands in: in the name, the key words or what they are about."""
    services = (each for each in categories if each.level == 2 and each.retired_at is None and each.code not in but)
    found = (each for each in services if any(word in said for said in (each.name, each.description, *each.keywords)))
    return list(islice(found, FOUND)) if word else []


def _hand_off_page(need: Need, form: HandOffForm) -> str:
    return render_template(
        "needs/hand_off.html",
        need=need,
        form=form,
        told=endings.whom(need),
        areas=area_names(),
        steps=NEEDS.open_to(need.state),
    )
