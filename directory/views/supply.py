"""Pages of government: where needs go unmet, and who could meet them."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from directory.policy import Permission
from directory.views.entrance import let_in

bp = Blueprint("supply", __name__, url_prefix="/government/supply")


@bp.before_request
def let_in_only_who_may() -> ResponseReturnValue | None:
    return let_in(Permission.WATCH_SUPPLY)
