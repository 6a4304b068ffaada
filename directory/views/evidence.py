"""Files that prove something, for those who may see them."""

from flask import Blueprint, current_app, g, make_response
from flask.typing import ResponseReturnValue

from directory import auth
from directory.operations import evidence

bp = Blueprint("evidence", __name__, url_prefix="/evidence")


@bp.get("/<int:evidence_id>")
def file(evidence_id: int) -> ResponseReturnValue:
    """To be saved, never shown in place, under the type of its content."""
    if g.account is None:
        return auth.ask_to_sign_in()
    kept = evidence.get(evidence_id, by=g.actor)
    response = make_response(evidence.read(kept, folder=current_app.extensions["evidence_folder"]))
    response.mimetype = evidence.TYPES[kept.kind]
    response.headers.set("Content-Disposition", "attachment", filename=kept.name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
