"""The blueprint of government's pages: who is let in, and what they are told when somebody was quicker."""

from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from directory.db import db
from directory.errors import Conflict
from directory.operations import deeds
from directory.policy import Permission, can
from directory.views.entrance import let_in
from directory.wording.refusals import refusal

bp = Blueprint("government", __name__, url_prefix="/government")

# What a parameter of an address names, as the audit calls it, and where its page is.
THINGS = {
    "application_id": ("Application", "government.application"),
    "objection_id": ("Objection", "government.objection"),
    "claimed_id": ("ClaimedFact", "government.claimed_fact"),
    "version_id": ("ServiceVersion", "government.version"),
    "entry_id": ("Entry", "government.entry"),
}


@bp.before_request
def let_in_only_who_may() -> ResponseReturnValue | None:
    return let_in(Permission.WATCH_CATALOGUE)


@bp.context_processor
def rights() -> dict[str, Any]:
    return {"may": lambda permission, thing=None: can(g.actor, Permission(permission), thing)}


@bp.errorhandler(Conflict)
def say_what_happened(error: Conflict) -> ResponseReturnValue:
    """Who did what, by role and time, and how the thing stands now."""
    db.session.rollback()
    thing, endpoint, number = _thing()
    done = deeds.of(f"{thing}:{number}") if thing else []
    page = render_template(
        "government/conflict.html", said=refusal(error), last=done[-1] if done else None, endpoint=endpoint
    )
    return page, error.status


def _thing() -> tuple[str, str, int]:
    for name, number in (request.view_args or {}).items():
        if name in THINGS:
            return *THINGS[name], number
    return "", "government.home", 0
