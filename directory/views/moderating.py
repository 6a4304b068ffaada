"""Pages of government where reported reviews are decided."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from directory.policy import Permission
from directory.views.entrance import let_in

bp = Blueprint("moderating", __name__, url_prefix="/government/reviews")


@bp.before_request
def let_in_only_who_may() -> ResponseReturnValue | None:
    return let_in(Permission.MODERATE)
