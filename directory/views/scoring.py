"""What the pages of the evaluation centre share: who is let in, words for the templates, tables to take away."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, g, render_template
from flask.typing import ResponseReturnValue

from directory.db import db
from directory.errors import Invalid
from directory.exchange.tables import write_rows
from directory.policy import Permission, can
from directory.rules.calendar import day_of
from directory.views.entrance import let_in
from directory.wording import assessing as words
from directory.wording import states


def set_up(bp: Blueprint, *permissions: Permission) -> None:
    """Let in who has one of these permissions, and give the templates their words."""

    @bp.before_request
    def let_in_only_who_may() -> ResponseReturnValue | None:
        return let_in(*permissions)

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
