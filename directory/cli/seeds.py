"""directory seed"""

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from directory import indexing
from directory.config import ROOT
from directory.db import transaction
from directory.exchange.tables import read_csv
from directory.operations import seeds
from directory.policy import OPERATOR

FOLDER = ROOT / "seeds"


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a file in seeds/."""
    return [row for _, row in read_csv(FOLDER / name, columns=())]


@click.command("seed")
@click.option("--demo/--no-demo", default=True, help="With the invented demo organisations (default) or without.")
@with_appcontext
def seed(*, demo: bool) -> None:
    """Load categories, lexicon, areas, parameters and demo organisations; safe to repeat."""
    for kind, number in load_and_index(demo=demo).items():
        click.echo(f"{kind}: {number} new or changed")


def load_and_index(*, demo: bool) -> dict[str, int]:
    """Load seeds/ and, when that changed anything, build the index anew; rows changed by kind."""
    now = datetime.now(UTC)
    with transaction(announce=False):
        changed = seeds.load(FOLDER, read=rows_of, demo=demo, by=OPERATOR, now=now)
    if any(changed.values()):
        indexing.rebuild(current_app.extensions["engine"].index, now=now, progress=lambda done: None)
    return changed
