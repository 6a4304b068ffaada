"""directory daily"""

from datetime import UTC, date, datetime

import click
from flask.cli import with_appcontext

from directory import letters
from directory.db import transaction
from directory.operations import daily as days
from directory.policy import OPERATOR
from directory.rules.calendar import day_of


@click.command("daily")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Up to this day instead of today.")
@with_appcontext
def daily(on: datetime | None) -> None:
    """Suspend what lapsed, restore what was cured, end public notices, remind people; safe to repeat.

    Days that were missed are made up for, one after the other.
    """
    now = datetime.now(UTC)
    until = on.date() if on else day_of(now)
    if until > day_of(now):
        raise click.BadParameter(f"{until} is yet to come", param_hint="--on")
    if not catch_up(until, now=now):
        click.echo(f"all that was due up to {until} is done already")


def catch_up(until: date, *, now: datetime) -> int:
    """Do what is due on every day up to `until` that was missed, each in a transaction of its own; then send mail.

    Gives how many days that were.
    """
    number = 0
    for day in days.missed(until=until):
        try:
            with transaction():
                done = days.run(day, by=OPERATOR, now=days.moment(day, now=now))
        except days.DoneBefore:
            continue
        number += 1
        said = ", ".join(f"{kind} {number}" for kind, number in done.items())
        click.echo(f"{day}: {said or 'nothing was due'}")
    letters.deliver(now=datetime.now(UTC))
    return number
