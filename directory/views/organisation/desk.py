"""Where an organisation starts: what waits for it, and its services."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from directory.operations import desk, offers, profiles, undertakings
from directory.views.organisation.blueprint import bp, now, today


@bp.get("")
def start() -> ResponseReturnValue:
    organisation = profiles.own(by=g.actor)
    kept = offers.kept(organisation, by=g.actor)
    return render_template(
        "organisation/start.html",
        organisation=organisation,
        waiting=desk.waiting(organisation, kept, by=g.actor, on=today()),
        undertakings=undertakings.waiting(organisation, by=g.actor, now=now()),
        offers=kept,
        today=today(),
    )
