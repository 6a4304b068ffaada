"""directory reviews …"""

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from directory.db import transaction
from directory.operations import recounting
from directory.policy import OPERATOR


@click.group("reviews")
def group() -> None:
    """Check the sums that ratings are made of."""


@group.command()
@with_appcontext
def verify() -> None:
    """Make the sums anew and compare; names every difference and exits with 1."""
    faults = recounting.differences()
    for fault in faults:
        click.echo(fault)
    click.echo("the sums are right" if not faults else f"{len(faults)} differences")
    if faults:
        raise SystemExit(1)


@group.command()
@with_appcontext
def rebuild() -> None:
    """Write the sums anew; needed after a change of the half-life or of the share within a pair."""
    with transaction():
        number = recounting.rebuild(by=OPERATOR, now=datetime.now(UTC))
    click.echo(f"made anew; {number} differences mended" if number else "made anew; nothing was otherwise")
