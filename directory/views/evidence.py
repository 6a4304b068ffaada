"""Files that prove something, for those who may see them."""

from urllib.parse import urlencode

from flask import Blueprint, current_app, g, make_response, redirect, request
from flask.typing import ResponseReturnValue

from directory.errors import NotFound
from directory.operations import evidence

bp = Blueprint("evidence", __name__, url_prefix="/evidence")

SIGN_IN = "/account/sign-in"


@bp.get("/<int:evidence_id>")
def file(evidence_id: int) -> ResponseReturnValue:
    """To be saved, never shown in place, under the type of its content."""
    if g.account is None:
        return redirect(f"{SIGN_IN}?{urlencode({'next': request.path})}")
    if evidence_id >= 2**63:
        raise NotFound(str(evidence_id))
    kept = evidence.get(evidence_id, by=g.actor)
    response = make_response(evidence.read(kept, folder=current_app.extensions["evidence_folder"]))
    response.mimetype = evidence.TYPES[kept.kind]
    response.headers.set("Content-Disposition", "attachment", filename=kept.name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
