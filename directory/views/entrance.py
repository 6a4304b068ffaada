"""Who is let in to the pages of a workspace."""

from flask import g
from flask.typing import ResponseReturnValue

from directory import auth
from directory.errors import Forbidden
from directory.policy import Permission, can


def let_in(*permissions: Permission) -> ResponseReturnValue | None:
    """For a blueprint's before_request: who has one of these goes on, a visitor signs in first. Raises Forbidden."""
    if g.account is None:
        return auth.ask_to_sign_in()
    if not any(can(g.actor, permission) for permission in permissions):
        raise Forbidden(f"{g.actor.role} has no business here")
    return None
