"""Who is let in to the pages by which government keeps the classification, the parameters and the lists."""

from flask import g, redirect, request
from flask.typing import ResponseReturnValue

from directory.policy import Permission, require

SIGN_IN = "/account/sign-in"


def let_in(permission: Permission) -> ResponseReturnValue | None:
    """For a blueprint's before_request: a visitor who opens a page is shown where to sign in. Raises Forbidden."""
    if g.account is None and request.method in {"GET", "HEAD"}:
        return redirect(f"{SIGN_IN}?next={request.path}")
    require(g.actor, permission)
    return None
