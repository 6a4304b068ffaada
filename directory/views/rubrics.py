"""Rubrics: read by all who score or watch, edited by leads while they are drafts."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import wording
from directory.db import transaction
from directory.errors import Invalid
from directory.forms.assessing import CriterionForm, TermsForm, terms_of, wording_of
from directory.models.rubric import Criterion, Rubric
from directory.operations import catalogue, criteria, rubrics, sending
from directory.policy import Permission, require
from directory.rules.outlines import DEEPEST, leaf_sum
from directory.views import scoring
from directory.wording import assessing as words

bp = Blueprint("rubrics", __name__, url_prefix="/evaluation/rubrics")
scoring.set_up(bp, Permission.READ_ASSESSMENT, Permission.WRITE_SHEET)


@bp.get("")
def every() -> ResponseReturnValue:
    found = rubrics.listed(by=g.actor)
    return render_template("assessing/rubrics.html", found=found, complete=rubrics.complete)


@bp.get("/new")
def new() -> ResponseReturnValue:
    require(g.actor, Permission.EDIT_RUBRIC)
    return _terms_page(None, TermsForm(formdata=None, scale="100", gap="10"))


@bp.post("")
def create() -> ResponseReturnValue:
    require(g.actor, Permission.EDIT_RUBRIC)
    form, now = TermsForm(request.form), datetime.now(UTC)
    try:
        with transaction():
            sending.once(form.once.data or "", now=now)
            rubric_id = rubrics.create(form.terms(), by=g.actor, now=now).id
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _terms_page(None, form), 422
    return redirect(url_for(".rubric", rubric_id=rubric_id), 303)


@bp.get("/<int:rubric_id>")
def rubric(rubric_id: int) -> ResponseReturnValue:
    found = rubrics.get(rubric_id, by=g.actor)
    return _rubric_page(found)


@bp.get("/<int:rubric_id>/terms")
def terms(rubric_id: int) -> ResponseReturnValue:
    found = rubrics.to_edit(rubric_id, by=g.actor)
    return _terms_page(found, TermsForm(formdata=None, data=terms_of(found)))


@bp.post("/<int:rubric_id>/terms")
def describe(rubric_id: int) -> ResponseReturnValue:
    form = TermsForm(request.form)
    try:
        with transaction():
            found = rubrics.to_edit(rubric_id, by=g.actor)
            rubrics.describe(found, form.terms(), by=g.actor, now=datetime.now(UTC))
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _terms_page(rubrics.get(rubric_id, by=g.actor), form), 422
    flash(gettext("已保存。"))
    return redirect(url_for(".rubric", rubric_id=rubric_id), 303)


@bp.post("/<int:rubric_id>/freeze")
def freeze(rubric_id: int) -> ResponseReturnValue:
    """Put a draft in use, for good."""
    now = datetime.now(UTC)
    try:
        with transaction():
            rubrics.freeze(rubrics.to_edit(rubric_id, by=g.actor), by=g.actor, now=now)
    except Invalid as fault:
        return _rubric_page(rubrics.get(rubric_id, by=g.actor), words.fault(fault)), 422
    flash(gettext("已定稿启用，不能再改；要改请另起新版本。"))
    return redirect(url_for(".rubric", rubric_id=rubric_id), 303)


@bp.post("/<int:rubric_id>/retire")
def retire(rubric_id: int) -> ResponseReturnValue:
    require(g.actor, Permission.EDIT_RUBRIC)
    with transaction():
        rubrics.retire(rubrics.get(rubric_id, by=g.actor), by=g.actor, now=datetime.now(UTC))
    flash(gettext("已停用，不再用于新的评估；用它评过的结果不变。"))
    return redirect(url_for(".rubric", rubric_id=rubric_id), 303)


@bp.post("/<int:rubric_id>/versions")
def next_version(rubric_id: int) -> ResponseReturnValue:
    require(g.actor, Permission.EDIT_RUBRIC)
    with transaction():
        copy = rubrics.next_version(rubrics.get(rubric_id, by=g.actor), by=g.actor, now=datetime.now(UTC))
        copy_id = copy.id
    flash(gettext("这是新版本的草稿，照着上一版抄来的。改好以后再定稿。"))
    return redirect(url_for(".rubric", rubric_id=copy_id), 303)


@bp.get("/<int:rubric_id>/criteria/new")
def new_criterion(rubric_id: int) -> ResponseReturnValue:
    found = rubrics.to_edit(rubric_id, by=g.actor)
    parent = request.args.get("parent", "")[:18]
    return _criterion_page(found, None, CriterionForm(formdata=None, parent=parent))


@bp.post("/<int:rubric_id>/criteria")
def add(rubric_id: int) -> ResponseReturnValue:
    form, now = CriterionForm(request.form), datetime.now(UTC)
    try:
        with transaction():
            found = rubrics.to_edit(rubric_id, by=g.actor)
            sending.once(form.once.data or "", now=now)
            criteria.add(found, form.under(), form.wording(), by=g.actor, now=now)
    except Invalid as fault:
        _tell(form, fault)
        return _criterion_page(rubrics.get(rubric_id, by=g.actor), None, form), 422
    return redirect(url_for(".rubric", rubric_id=rubric_id, _anchor="criteria"), 303)


@bp.get("/<int:rubric_id>/criteria/<int:criterion_id>")
def criterion(rubric_id: int, criterion_id: int) -> ResponseReturnValue:
    found = rubrics.to_edit(rubric_id, by=g.actor)
    one = criteria.of(found, criterion_id)
    return _criterion_page(found, one, CriterionForm(formdata=None, data=wording_of(one)))


@bp.post("/<int:rubric_id>/criteria/<int:criterion_id>")
def change(rubric_id: int, criterion_id: int) -> ResponseReturnValue:
    form, now = CriterionForm(request.form), datetime.now(UTC)
    try:
        with transaction():
            found = rubrics.to_edit(rubric_id, by=g.actor)
            one = criteria.of(found, criterion_id)
            keeps = one.points if _is_group(found, one) else None
            criteria.change(one, form.under(), form.wording(keeps=keeps), by=g.actor, now=now)
    except Invalid as fault:
        _tell(form, fault)
        found = rubrics.get(rubric_id, by=g.actor)
        return _criterion_page(found, criteria.of(found, criterion_id), form), 422
    return redirect(url_for(".rubric", rubric_id=rubric_id, _anchor="criteria"), 303)


@bp.post("/<int:rubric_id>/criteria/<int:criterion_id>/move")
def move(rubric_id: int, criterion_id: int) -> ResponseReturnValue:
    up = request.form.get("to") == "up"
    return _act(rubric_id, criterion_id, lambda one, now: criteria.move(one, up=up, by=g.actor, now=now))


@bp.post("/<int:rubric_id>/criteria/<int:criterion_id>/remove")
def remove(rubric_id: int, criterion_id: int) -> ResponseReturnValue:
    return _act(rubric_id, criterion_id, lambda one, now: criteria.remove(one, by=g.actor, now=now))


def _act(rubric_id: int, criterion_id: int, deed: Callable[[Criterion, datetime], None]) -> ResponseReturnValue:
    with transaction():
        deed(criteria.of(rubrics.to_edit(rubric_id, by=g.actor), criterion_id), datetime.now(UTC))
    return redirect(url_for(".rubric", rubric_id=rubric_id, _anchor="criteria"), 303)


def _rubric_page(found: Rubric, fault: str = "") -> str:
    return render_template(
        "assessing/rubric.html",
        rubric=found,
        placed=rubrics.placed(found),
        has=leaf_sum(rubrics.nodes(found)),
        thresholds=rubrics.thresholds(found),
        deepest=DEEPEST,
        fault=fault,
    )


def _terms_page(found: Rubric | None, form: TermsForm) -> str:
    form.kind.choices = [("", gettext("不限"), {}), *((code, word, {}) for code, word in wording.KINDS.items())]
    form.scale.choices = [(str(scale), str(scale), {}) for scale in rubrics.SCALES]
    categories = [each for each in catalogue.categories() if each.retired_at is None]
    form.category.choices = [
        ("", gettext("不限"), {}),
        *((each.code, each.name, {}) for each in categories),
    ]
    return render_template("assessing/terms.html", rubric=found, form=form)


def _criterion_page(found: Rubric, one: Criterion | None, form: CriterionForm) -> str:
    placed = rubrics.placed(found)
    group = one is not None and _is_group(found, one)
    form.parent.choices = [
        ("", gettext("最上一级"), {}),
        *(
            (str(place.id), f"{place.number} {each.name}", {})
            for place, each in placed
            if place.depth < DEEPEST and (one is None or place.id != one.id)
        ),
    ]
    below = sum(place.parent == one.id for place, _ in placed) if one else 0
    has = leaf_sum(rubrics.nodes(found))
    return render_template(
        "assessing/criterion.html",
        rubric=found,
        criterion=one,
        form=form,
        group=group,
        below=below,
        left=Decimal(found.scale) - has,
    )


def _tell(form: CriterionForm, fault: Invalid) -> None:
    if not form.blame(fault, instead="name"):
        raise fault


def _is_group(found: Rubric, one: Criterion) -> bool:
    return any(each.parent_id == one.id for each in found.criteria)
