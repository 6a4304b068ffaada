"""directory exposure …"""

from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from directory.db import transaction
from directory.operations import exposures
from directory.policy import OPERATOR

group = AppGroup("exposure", help="Count who was shown how often.")


@group.command("count")
def count() -> None:
    """Count the answers that were not counted yet; stopped half-way, the next time goes on from there.

    `directory daily` does the same: this is for a first time with very many.
    """
    number = 0
    while True:
        with transaction(announce=False):
            counted = exposures.count(by=OPERATOR, now=datetime.now(UTC))
        if not counted:
            break
        number += counted
    click.echo(f"{number} answers counted")
