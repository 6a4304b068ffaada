"""What waits for a neighbourhood."""

from flask import g, render_template

from directory.operations import joinings, neighbours
from directory.views.clock import now
from directory.views.needs.blueprint import area_names, bp


@bp.get("")
def start() -> str:
    return render_template(
        "needs/start.html",
        waiting=neighbours.waiting(by=g.actor, now=now()),
        nearby=joinings.nearby(by=g.actor),
        areas=area_names(),
    )
