"""The blueprint of the pages where a provider is chosen, and who is let in."""

from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from directory.models.need import Need
from directory.operations import needs
from directory.policy import Permission, require
from directory.rules.calendar import day_of
from directory.views.entrance import let_in
from directory.wording import choosing

bp = Blueprint("choosing", __name__, url_prefix="/neighbourhood/needs")


@bp.before_request
def let_in_only_neighbourhoods() -> ResponseReturnValue | None:
    return let_in(Permission.CHOOSE)


@bp.context_processor
def names() -> dict[str, Any]:
    return {"day_of": day_of, "said": choosing}


def own(need_id: int) -> Need:
    """The need, for the neighbourhood that chooses for it. Raises NotFound, Forbidden."""
    found = needs.get(need_id, by=g.actor)
    require(g.actor, Permission.CHOOSE, found)
    return found


def number(given: str | None) -> int:
    """An id that a form or an address carries; 0, which no record has, for what is none."""
    return int(given) if given and given.isascii() and given.isdecimal() and len(given) < 19 else 0
