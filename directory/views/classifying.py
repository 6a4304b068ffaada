"""Pages on which government keeps the classification: every change is looked at with its effect before it is made."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import wording
from directory.db import transaction
from directory.errors import Conflict, Invalid
from directory.forms.classifying import CategoryForm, StepForm
from directory.models.taxonomy import Category
from directory.operations import catalogue, classification, sending
from directory.operations.category_accounts import NAMES, CategoryAccount, account, stamp
from directory.policy import Permission
from directory.rules.calendar import day_of
from directory.views.entrance import let_in
from directory.wording import classifying as words

bp = Blueprint("classifying", __name__, url_prefix="/government/categories")
FIELDS = {"into": "target", "route": "solver", "category": "target"}


@bp.before_request
def let_in_only_who_may() -> ResponseReturnValue | None:
    return let_in(Permission.EDIT_CATEGORY)


@bp.get("")
def start() -> ResponseReturnValue:
    everything = classification.everything(by=g.actor)
    retired = [category for category in everything if category.retired_at is not None]
    named = {category.id: category for category in everything}
    return render_template(
        "classifying/start.html", branches=catalogue.tree(), retired=retired, named_by_id=named, day_of=day_of
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    form = CategoryForm(formdata=None, field=request.args.get("field", "")).offer(_fields())
    form.say(CategoryAccount(""))
    return render_template("classifying/edit.html", form=form, category=None, rows=None)


@bp.post("/new")
def add() -> ResponseReturnValue:
    form = CategoryForm().offer(_fields())
    if not form.validate():
        return render_template("classifying/edit.html", form=form, category=None, rows=None), 422
    now = datetime.now(UTC)
    try:
        with transaction():
            sending.once(form.once.data or "", now=now)
            made = classification.add(form.field.data, form.said(), reason=form.reason.data or "", by=g.actor, now=now)
            code = made.code
    except Invalid as fault:
        _blame(form, fault)
        return render_template("classifying/edit.html", form=form, category=None, rows=None), 422
    flash(gettext("已经新增，代码是 %(code)s。要让学到的经验也跟上，请重新训练。", code=code))
    return redirect(url_for(".show", code=code), 303)


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    category = classification.get(code, by=g.actor)
    form = _form(category, formdata=None, seen=stamp(category)).say(account(category))
    return _edit_page(category, form)


@bp.post("/<code>")
def edit(code: str) -> ResponseReturnValue:
    """Show what would change, or save it."""
    category = classification.get(code, by=g.actor)
    form = _form(category)
    if not form.validate():
        return _edit_page(category, form), 422
    if "save" not in request.form:
        return _edit_page(category, form, rows=_rows(account(category), form.said()))
    try:
        with transaction():
            category = classification.get(code, by=g.actor, locked=True)
            changed = classification.edit(
                category,
                form.said(),
                seen=form.seen.data or "",
                reason=form.reason.data or "",
                by=g.actor,
                now=datetime.now(UTC),
            )
    except Invalid as fault:
        _blame(form, fault)
        return _edit_page(classification.get(code, by=g.actor), form), 422
    flash(gettext("已经改好。") if changed else gettext("没有改动。"))
    return redirect(url_for(".show", code=code), 303)


@bp.get("/<code>/<any(move,merge,retire):category_step>")
def ask(code: str, category_step: str) -> ResponseReturnValue:
    category = classification.get(code, by=g.actor)
    return _step_page(category, category_step, _step_form(category, category_step, formdata=None, seen=stamp(category)))


@bp.post("/<code>/<any(move,merge,retire):category_step>")
def take(code: str, category_step: str) -> ResponseReturnValue:
    """Show what a step would do, or take it."""
    category = classification.get(code, by=g.actor)
    form = _step_form(category, category_step)
    target = form.target.data or ""
    if category_step != "retire" and target not in form.offered:
        form.target.errors = [gettext("请从列表里选一个。")]
        return _step_page(category, category_step, form), 422
    if "save" not in request.form:
        return _step_page(
            category, category_step, form, target=classification.get(target, by=g.actor) if target else category
        )
    said: dict[str, Any] = {"seen": form.seen.data or "", "reason": form.reason.data or "", "by": g.actor}
    try:
        with transaction():
            held, now = classification.get(code, by=g.actor, locked=True), datetime.now(UTC)
            match category_step:
                case "move":
                    classification.move(held, target, now=now, **said)
                case "merge":
                    classification.merge(held, target, now=now, **said)
                case _:
                    classification.retire(held, now=now, **said)
    except Invalid as fault:
        _blame(form, fault)
        return _step_page(classification.get(code, by=g.actor), category_step, form), 422
    flash(gettext("已经办好。要让学到的经验也跟上，请重新训练。"))
    return redirect(url_for(".show", code=code), 303)


def _form(category: Category, **given: Any) -> CategoryForm:
    """A category's own field is not for choosing here: it is moved by a step of its own."""
    form = CategoryForm(**given)
    del form.field
    return form


def _fields() -> list[Category]:
    return [counted.category for counted in catalogue.fields()]


def _step_form(category: Category, step: str, **given: Any) -> StepForm:
    """Raises Conflict for what is no step of this category."""
    if category.level != 2 or category.retired_at is not None:
        raise Conflict("neither a field nor a retired category can be moved, merged or retired")
    form = StepForm(**given)
    offered = [each for each in classification.everything(by=g.actor) if each.retired_at is None]
    level, but = (1, category.parent_id) if step == "move" else (2, category.id)
    form.offer([each for each in offered if each.level == level and each.id != but])
    form.target.label.text = gettext("移到哪个领域") if step == "move" else gettext("并入哪一类")
    return form


def _edit_page(category: Category, form: CategoryForm, rows: list[tuple[str, str, str]] | None = None) -> str:
    now = {each.id: each for each in classification.everything(by=g.actor)}.get(category.merged_into_id or 0)
    effect = classification.effect(category, by=g.actor)
    return render_template(
        "classifying/edit.html", form=form, category=category, rows=rows, effect=effect, now=now, steps=words.STEPS
    )


def _step_page(category: Category, step: str, form: StepForm, target: Category | None = None) -> str:
    return render_template(
        "classifying/step.html",
        category=category,
        step=step,
        steps=words.STEPS,
        form=form,
        target=target,
        effect=classification.effect(category, by=g.actor),
    )


def _rows(before: CategoryAccount, after: CategoryAccount) -> list[tuple[str, str, str]]:
    """What differs, in words."""

    def told(said: CategoryAccount, name: str) -> str:
        value = getattr(said, name)
        if name == "route":
            value = [wording.label(wording.ROUTE_TAGS, each) for each in value]
        return "；".join(value) if isinstance(value, tuple | list) else str(value)

    both = [(str(words.NAMES[name]), told(before, name), told(after, name)) for name in NAMES]
    return [row for row in both if row[1] != row[2]]


def _blame(form: CategoryForm | StepForm, fault: Invalid) -> None:
    """Put what is wrong beside its field."""
    if not form.blame(fault, instead=FIELDS.get(fault.field, "")):
        raise fault
