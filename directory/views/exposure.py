"""The report on who is shown how often."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from directory.policy import Permission
from directory.views.entrance import let_in

bp = Blueprint("exposure", __name__, url_prefix="/government/exposure")


@bp.before_request
def let_in_only_who_may() -> ResponseReturnValue | None:
    return let_in(Permission.READ_EXPOSURE)
