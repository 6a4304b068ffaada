"""Where an organisation starts: what waits for it, and its services."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from directory.operations import desk, offers, parameters, profiles, undertakings
from directory.views.clock import now, today
from directory.views.organisation.blueprint import bp


@bp.get("")
def start() -> ResponseReturnValue:
    organisation = profiles.own(by=g.actor)
    kept, rules = offers.kept(organisation, by=g.actor), parameters.in_force()
    return render_template(
        "organisation/start.html",
        organisation=organisation,
        waiting=desk.waiting(organisation, kept, rules=rules, by=g.actor, on=today()),
        undertakings=undertakings.waiting(organisation, periods=rules.periods, by=g.actor, now=now()),
        offers=kept,
        today=today(),
    )
