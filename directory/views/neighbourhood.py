"""Pages of a neighbourhood with a problem: say it, read the answer and its reasons."""

import secrets
from datetime import UTC, datetime

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import wording
from directory.db import transaction
from directory.errors import Invalid
from directory.forms.needs import NeedForm
from directory.operations import catalogue, confirmations, matches, need_runs, parameters, repeats, runs
from directory.policy import VISITOR
from directory.rules.calendar import day_of
from directory.views.marking import likely, marked, outlook
from search.query import Need

bp = Blueprint("neighbourhood", __name__)


@bp.post("/match")
def ask() -> ResponseReturnValue:
    form = NeedForm(request.form).offer(catalogue.areas())
    if not form.validate():
        return render_template("neighbourhood/need.html", form=form), 422
    try:
        run_id = _ask(form.need(), form.category.data or None)
    except Invalid as error:
        wrong = form.area if error.field == "area" else form.text
        wrong.errors = [wording.fault(error)]
        return render_template("neighbourhood/need.html", form=form), 422
    return redirect(url_for(".answer", run_id=run_id), 303)


@bp.get("/match/<run_id>")
def answer(run_id: str) -> ResponseReturnValue:
    run = matches.get(run_id, by=g.actor)
    account = runs.account(run, by=g.actor)
    areas = catalogue.areas()
    asked = run.question
    form = NeedForm(formdata=None, text=asked.text, area=asked.area_code, budget=asked.budget).offer(areas)
    return render_template(
        "neighbourhood/answer.html",
        run=run,
        account=account,
        form=form,
        area=next((area for area in areas if area.code == asked.area_code), None),
        sentence=marked(asked.text, [word for guess in run.routing["categories"] for word in guess["words"]]),
        outlook=outlook(account),
        likely=likely(run.routing["categories"]),
        confirmed=confirmations.of(run),
        need=need_runs.behind(run),
        kept_back=run.id in need_runs.kept_back([run.id]),
        rules=parameters.in_force(run.basis["parameters"]),
        once=secrets.token_hex(16),
    )


@bp.get("/match/<run_id>/again")
def again(run_id: str) -> ResponseReturnValue:
    """The list as it was given, beside today's."""
    run, today = matches.get(run_id, by=g.actor), day_of(datetime.now(UTC))
    found = repeats.today(run, engine=current_app.extensions["engine"], on=today)
    return render_template("neighbourhood/again.html", run=run, again=found, today=today)


@bp.post("/match/<run_id>/confirm")
def confirm(run_id: str) -> ResponseReturnValue:
    """The person who asked says that we understood, and who should solve it."""
    category, route = request.form.get("category", ""), request.form.get("route")
    with transaction():
        run = matches.get(run_id, by=g.actor)
        confirmations.confirm(run, category=category, route=route, by=g.actor, now=datetime.now(UTC))
    return redirect(url_for(".answer", run_id=run_id, _anchor="confirmed"), 303)


def _ask(need: Need, category: str | None) -> str:
    engine, now = current_app.extensions["engine"], datetime.now(UTC)
    drafted = matches.draft(need, by=VISITOR, now=now, engine=engine, category=category)
    with transaction():
        run = matches.freeze(drafted, by=VISITOR)
        if category is not None:  # who picks a category says what the need asks for
            confirmations.confirm(run, category=category, route=None, by=VISITOR, now=now)
        return run.public_id
