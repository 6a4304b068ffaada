"""What waits for government, at a glance."""

from datetime import UTC, datetime

from flask import g, render_template
from flask.typing import ResponseReturnValue

from directory.operations import lapsing, parameters, queues
from directory.rules.calendar import day_of
from directory.views.government.blueprint import bp


@bp.get("")
def home() -> ResponseReturnValue:
    rules, today = parameters.in_force(), day_of(datetime.now(UTC))
    return render_template(
        "government/home.html",
        counts=queues.counts(by=g.actor),
        lapses=lapsing.soon(by=g.actor, on=today, rules=rules),
        periods=rules.periods,
    )
