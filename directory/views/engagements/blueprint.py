"""The blueprint of the pages of agreed work, and who is let in."""

from typing import Any

from flask import Blueprint, g, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from directory.operations import agreed_work, engagements
from directory.policy import Permission
from directory.rules import files
from directory.rules.calendar import day_of
from directory.views.entrance import FRAMES, let_in

bp = Blueprint("engagements", __name__, url_prefix="/engagements")

# Larger than a file may be, so that one a little too large is answered on its form, not by a cut connection.
LARGEST_UPLOAD = 24 * 1024 * 1024


@bp.url_value_preprocessor
def allow_larger_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint == "engagements.add_record" and "_user_id" in session:
        request.max_content_length = LARGEST_UPLOAD


@bp.before_request
def let_in_only_parties_and_government() -> ResponseReturnValue | None:
    return let_in(Permission.READ_ENGAGEMENT)


@bp.context_processor
def names() -> dict[str, Any]:
    """The frame of whoever reads, and what all of these pages say of work."""
    frame = FRAMES.get(g.actor.role) if "actor" in g else None
    return {
        "frame": frame,
        "day_of": day_of,
        "payments": engagements.payments,
        "is_party": is_party,
        "told": told,
    }


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """The form was not read, so what was typed is gone; say the limit."""
    return render_template("engagements/too_large.html", most=files.LARGEST // 2**20), 413


def is_party(engagement: Any) -> bool:
    return agreed_work.is_party(engagement, by=g.actor)


def told(text: str, engagement: Any) -> str:
    return agreed_work.told(text, engagement, by=g.actor)
