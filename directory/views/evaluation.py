"""Pages of the evaluation centre: how the learning does, words that mislead, sources to take back."""

from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import wording
from directory.db import transaction
from directory.errors import Invalid, NotFound
from directory.forms.evaluation import NEW_WEIGHT, WithdrawForm, WordForm
from directory.forms.search import page_from
from directory.operations import catalogue, confirmations, lexicon, parameters, watching
from directory.policy import Permission, require
from directory.rules.calendar import day_of
from directory.views.entrance import let_in
from directory.views.marking import marked
from search.matching.routing import Router

bp = Blueprint("evaluation", __name__, url_prefix="/watch")

HIDDEN = {"word", "category"}  # fields whose faults no reader of the form can mend


@bp.before_request
def let_in_only_who_may() -> ResponseReturnValue | None:
    return let_in(Permission.WATCH_LEARNING)


@bp.get("")
def watch() -> ResponseReturnValue:
    page, now = page_from(request.args), datetime.now(UTC)
    rules = parameters.in_force()
    router, version = current_app.extensions["engine"].router(rules.views)
    return render_template(
        "evaluation/watch.html",
        rules=rules.watching,
        trend=watching.trend(by=g.actor, now=now),
        drift=watching.drift(rules.watching, by=g.actor, now=now),
        standing=watching.standing(by=g.actor),
        lost=bool(version and not router.model),
        differing=watching.disagreements(router, page=page, by=g.actor),
        sources=watching.sources(by=g.actor),
        categories={category.code: category for category in catalogue.categories()},
        areas={area.code: area.name for area in catalogue.areas()},
        marked=marked,
        day_of=day_of,
    )


@bp.get("/words")
def words() -> ResponseReturnValue:
    """What the word list says of a word, and the form to change what it says for one category."""
    word, category = request.args.get("word", ""), request.args.get("category", "")
    if not word.strip():
        return _word_page("", category)
    try:
        known = next((e for e in lexicon.entries(word, by=g.actor) if e.category.code == category), None)
    except Invalid as fault:
        return _word_page(word, category, fault=fault), 422
    if not category:
        return _word_page(word, category)
    form = WordForm(
        formdata=None,
        word=word,
        category=category,
        need=request.args.get("need", ""),
        weight=known.weight if known else NEW_WEIGHT,
        unless="、".join(known.unless) if known else "",
    )
    return _word_page(word, category, form=form)


@bp.post("/words")
def change_word() -> ResponseReturnValue:
    """Show what a change would do, or save it."""
    require(g.actor, Permission.EDIT_LEXICON)
    form = WordForm(request.form)
    word, category = form.word.data or "", form.category.data or ""
    if not form.validate():
        return _word_page(word, category, form=form), 422
    try:
        changed = lexicon.entry(word, category, form.weight.data or 0.0, form.unless.data or "")
        if "save" not in request.form:
            effect = lexicon.effect(changed, engine=current_app.extensions["engine"], by=g.actor)
            return _word_page(word, category, form=form, effect=effect)
        with transaction():
            lexicon.edit(changed, reason=form.reason.data or "", by=g.actor, now=datetime.now(UTC))
    except Invalid as fault:
        if fault.field in HIDDEN or not form.blame(fault):
            raise
        return _word_page(word, category, form=form), 422
    flash(gettext("已经改好，下一次回答就按新的来。要让学到的经验也跟上，请重新训练。"))
    return redirect(url_for(".words", word=word, category=category, need=form.need.data or None), 303)


@bp.get("/withdraw")
def withdrawal() -> ResponseReturnValue:
    require(g.actor, Permission.WITHDRAW_NEEDS)
    return _withdraw_page(WithdrawForm(formdata=None, source=request.args.get("source", "")))


@bp.post("/withdraw")
def withdraw() -> ResponseReturnValue:
    require(g.actor, Permission.WITHDRAW_NEEDS)
    form = WithdrawForm(request.form)
    source, reason = form.source.data or "", form.reason.data or ""
    try:
        with transaction():
            number = confirmations.withdraw(source=source, reason=reason, by=g.actor, now=datetime.now(UTC))
    except Invalid as fault:
        form.reason.errors = [wording.fault(fault)]
        return _withdraw_page(form), 422
    flash(gettext("已撤回 %(n)d 条。现在的模型还记得它们，重新训练以后才会忘掉。", n=number))
    return redirect(url_for(".watch", _anchor="sources"), 303)


def _word_page(
    word: str,
    category: str,
    *,
    form: WordForm | None = None,
    effect: lexicon.Effect | None = None,
    fault: Invalid | None = None,
) -> str:
    categories = {each.code: each for each in catalogue.categories()}
    if category and (category not in categories or categories[category].level != 2):
        raise Invalid("category", category, "unknown", f"no category {category}")
    need = _whole(request.values.get("need", ""))
    return render_template(
        "evaluation/words.html",
        word=word.strip(),
        entries=[] if fault or not word.strip() else lexicon.entries(word, by=g.actor),
        chosen=categories.get(category),
        form=form,
        effect=effect,
        fault=fault,
        about=None if need is None else watching.disagreement(need, _router(), by=g.actor),
        categories=categories,
        looked_at=lexicon.LOOKED_AT,
        marked=marked,
    )


def _withdraw_page(form: WithdrawForm) -> str:
    source = form.source.data or ""
    return render_template(
        "evaluation/withdraw.html",
        form=form,
        source=watching.source(source, by=g.actor),
        latest=watching.latest_of(source, by=g.actor),
        areas={area.code: area.name for area in catalogue.areas()},
    )


def _router() -> Router:
    router: Router = current_app.extensions["engine"].router(parameters.in_force().views)[0]
    return router


def _whole(given: str) -> int | None:
    """The number of a need in an address; none was given where it is empty."""
    if not given:
        return None
    if not (given.isascii() and given.isdecimal()) or len(given) > 18:
        raise NotFound(f"no confirmed need {given[:40]!r}")
    return int(given)
