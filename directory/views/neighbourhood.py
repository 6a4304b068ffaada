"""Pages of a neighbourhood with a problem: say it, read the answer and its reasons."""

from datetime import UTC, datetime

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory import wording
from directory.db import transaction
from directory.errors import Invalid
from directory.forms.needs import NeedForm
from directory.operations import catalogue, matches, parameters, runs
from directory.policy import VISITOR
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
    run = matches.get(run_id, by=VISITOR)
    account = runs.account(run)
    areas = catalogue.areas()
    form = NeedForm(formdata=None, text=run.need.text, area=run.need.area_code, budget=run.need.budget).offer(areas)
    return render_template(
        "neighbourhood/answer.html",
        run=run,
        account=account,
        form=form,
        area=next((area for area in areas if area.code == run.need.area_code), None),
        sentence=marked(run.need.text, [word for guess in run.routing["categories"] for word in guess["words"]]),
        outlook=outlook(account),
        likely=likely(run.routing["categories"]),
        rules=parameters.in_force(run.basis["parameters"]),
    )


def _ask(need: Need, category: str | None) -> str:
    engine = current_app.extensions["engine"]
    drafted = matches.draft(need, by=VISITOR, now=datetime.now(UTC), engine=engine, category=category)
    with transaction():
        return matches.freeze(drafted, by=VISITOR).public_id
