"""directory audit …"""

import click
from flask.cli import with_appcontext

from directory import audit


@click.group("audit")
def group() -> None:
    """Read the record of deeds."""


@group.command()
@with_appcontext
def verify() -> None:
    """Walk the chain of events; names every broken one and exits with 1."""
    faults = list(audit.broken())
    for number, fault in faults:
        click.echo(f"event {number} {fault}")
    click.echo("the chain holds" if not faults else f"{len(faults)} broken events")
    if faults:
        raise SystemExit(1)
