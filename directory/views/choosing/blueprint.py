"""The blueprint of the pages where a provider is chosen, and who is let in."""

from datetime import UTC, date, datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue

from directory.policy import Permission
from directory.rules.calendar import day_of
from directory.views.entrance import let_in

bp = Blueprint("choosing", __name__, url_prefix="/neighbourhood/needs")


@bp.before_request
def let_in_only_neighbourhoods() -> ResponseReturnValue | None:
    return let_in(Permission.CHOOSE)


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return day_of(now())
