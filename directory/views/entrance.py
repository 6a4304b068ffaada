"""What the pages of the evaluation centre share: who is let in, words for the templates, files to take away."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from directory.db import db
from directory.errors import Forbidden, Invalid
from directory.exchange.tables import write_rows
from directory.policy import Permission, can
from directory.rules.calendar import day_of
from directory.wording import assessing as words
from directory.wording import states

SIGN_IN = "/account/sign-in"


def set_up(bp: Blueprint, *permissions: Permission) -> None:
    """Let in who has one of these permissions; the others are asked to sign in, or refused."""

    @bp.before_request
    def let_in() -> ResponseReturnValue | None:
        if any(can(g.actor, permission) for permission in permissions):
            return None
        if g.account is None and request.method == "GET":
            return redirect(f"{SIGN_IN}?{urlencode({'next': request.full_path.rstrip('?')})}")
        raise Forbidden(f"{g.actor.role} has no business here")

    @bp.errorhandler(Invalid)
    def explain(error: Invalid) -> ResponseReturnValue:
        db.session.rollback()
        return render_template("errors/error.html", status=error.status, detail=words.fault(error)), error.status

    @bp.context_processor
    def names() -> dict[str, Any]:
        return {
            "may": may,
            "words": words,
            "wording_states": states,
            "points": words.points,
            "day_of": day_of,
            "waited": waited,
        }


def may(permission: str, thing: object = None) -> bool:
    return can(g.actor, Permission[permission], thing)


def waited(since: datetime) -> int:
    """Whole days from then to now, as the district counts days."""
    return (day_of(datetime.now(UTC)) - day_of(since)).days


def table(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV file that spreadsheets open as it is."""
    file = io.StringIO()
    write_rows(file, columns, rows)
    answer = Response("\ufeff" + file.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
