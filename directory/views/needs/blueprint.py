"""The blueprint of a neighbourhood's own pages, and who is let in."""

from typing import Any

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from directory.engine import Engine
from directory.forms.boards import address_of
from directory.operations import catalogue
from directory.policy import Permission
from directory.rules.calendar import day_of
from directory.views.entrance import let_in

bp = Blueprint("needs", __name__, url_prefix="/neighbourhood")


@bp.before_request
def let_in_only_neighbourhoods() -> ResponseReturnValue | None:
    return let_in(Permission.WRITE_NEED)


@bp.context_processor
def names() -> dict[str, Any]:
    return {"day_of": day_of, "address_of": address_of}


def engine() -> Engine:
    found: Engine = current_app.extensions["engine"]
    return found


def area_names() -> dict[str, str]:
    return {area.code: area.name for area in catalogue.areas()}
