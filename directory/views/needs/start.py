"""What waits for a neighbourhood."""

from flask import render_template

from directory.views.needs.blueprint import bp


@bp.get("")
def start() -> str:
    return render_template("needs/start.html")
