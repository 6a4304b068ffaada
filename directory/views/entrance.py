"""Who is let in to the pages of a workspace, and the frame that pages for several have."""

from flask import g
from flask.typing import ResponseReturnValue

from directory import auth
from directory.errors import Forbidden
from directory.policy import Permission, can
from directory.rules.roles import Role

# Whoever reads has a workspace of their own.
FRAMES = {
    Role.NEIGHBOURHOOD: "needs/frame.html",
    Role.OWNER: "organisation/frame.html",
    Role.EDITOR: "organisation/frame.html",
    Role.STREET: "government/frame.html",
    Role.DISTRICT: "government/frame.html",
    Role.AUDITOR: "auditing/frame.html",
}


def let_in(*permissions: Permission) -> ResponseReturnValue | None:
    """For a blueprint's before_request: who has one of these goes on, a visitor signs in first. Raises Forbidden."""
    if g.account is None:
        return auth.ask_to_sign_in()
    if not any(can(g.actor, permission) for permission in permissions):
        raise Forbidden(f"{g.actor.role} has no business here")
    return None
