"""directory seed"""

import json
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from directory import indexing
from directory.config import ROOT
from directory.db import transaction
from directory.exchange.tables import read_csv
from directory.operations import demo_work, exposures, learning, seeds
from directory.operations.learning import Trained
from directory.policy import OPERATOR
from directory.rules.calendar import day_of

FOLDER = ROOT / "seeds"
LEARNED_FROM = ("categories", "words", "sayings", "parameters")


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
    """Load seeds/ and, when that changed anything, train and build the index anew; rows changed by kind."""
    now = datetime.now(UTC)
    with transaction(announce=False):
        changed = seeds.load(FOLDER, read=rows_of, demo=demo, by=OPERATOR, now=now)
    if any(changed[kind] for kind in LEARNED_FROM):
        train_and_use(now=now)
    if any(changed.values()):
        indexing.rebuild(current_app.extensions["engine"].index, now=now, progress=lambda done: None)
    if demo:
        changed |= load_demo_work(now=now)
    return changed


def load_demo_work(*, now: datetime) -> dict[str, int]:
    """Add the needs of the demo and what became of them: after the index, for each need asks the catalogue."""
    rows = json.loads((FOLDER / "demo" / "work.json").read_text("utf-8"))
    with transaction(announce=False):
        done = demo_work.load(rows, engine=current_app.extensions["engine"], by=OPERATOR, now=now)
        if done["needs"]:
            exposures.due(day_of(now), by=OPERATOR, now=now)
    return done


def train_and_use(*, now: datetime) -> tuple[Trained, bool]:
    """Train from what is confirmed and put the model in force; whether that changed anything."""
    trained = learning.train(current_app.extensions["engine"].models, by=OPERATOR)
    with transaction(announce=False):
        changed = learning.put_in_force(trained, by=OPERATOR, now=now)
    return trained, changed
