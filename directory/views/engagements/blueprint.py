"""The blueprint of the pages of agreed work, and who is let in."""

from datetime import UTC, date, datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue

from directory.policy import Permission
from directory.rules.calendar import day_of
from directory.views.entrance import let_in

bp = Blueprint("engagements", __name__, url_prefix="/engagements")


@bp.before_request
def let_in_only_parties_and_government() -> ResponseReturnValue | None:
    return let_in(Permission.READ_ENGAGEMENT)


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return day_of(now())
