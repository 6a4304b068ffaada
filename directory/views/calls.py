"""Calls for applications, for everybody."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from directory.forms.search import page_from
from directory.operations import calls, catalogue
from directory.rules.calendar import day_of

bp = Blueprint("calls", __name__, url_prefix="/calls")


@bp.app_context_processor
def names() -> dict[str, Any]:
    """The calls that are open, for the pages that name them."""
    return {"open_calls": lambda: calls.running(day_of(datetime.now(UTC)))}


@bp.get("")
def listing() -> ResponseReturnValue:
    today = day_of(datetime.now(UTC))
    return render_template("calls/list.html", shown=calls.listed(page_from(request.args)), today=today)


@bp.get("/<int:call_id>")
def call(call_id: int) -> ResponseReturnValue:
    found = calls.get(call_id)
    known = catalogue.named(line["code"] for line in found.wanted)
    today = day_of(datetime.now(UTC))
    return render_template("calls/call.html", call=found, known=known, today=today, day_of=day_of)
