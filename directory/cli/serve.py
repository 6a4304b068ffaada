"""directory start, directory check"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from jinja2 import TemplateSyntaxError
from sqlalchemy import create_engine, select

from directory import indexing
from directory.cli.daily import catch_up
from directory.cli.seeds import load_and_index, train_and_use
from directory.config import ROOT
from directory.db import db, transaction
from directory.engine import model_in_force
from directory.models.organisation import Organisation
from directory.models.parameters import Parameters
from directory.operations import editions, learning, sealing
from directory.policy import OPERATOR
from directory.rules.calendar import day_of
from search.index.port import BrokenIndex


@click.command("start")
@click.option("--port", type=click.IntRange(1, 65535), default=5000, envvar="PORT", show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@with_appcontext
def start(*, port: int, workers: int) -> None:
    """Set up what is missing, then serve with gunicorn."""
    upgrade()
    if db.session.scalar(select(Parameters.version).limit(1)) is None:
        click.echo("Loading the seeds and building the index (first time only) …")
        load_and_index(demo=True)
    _bring_index_up()
    now = datetime.now(UTC)
    catch_up(day_of(now), now=now)
    _seal_demo(now=now)
    if not model_in_force() or not learning.readable(current_app.extensions["engine"].models):
        train_and_use(now=datetime.now(UTC))
    db.session.remove()
    db.engine.dispose()
    click.echo(f"The catalogue is on http://127.0.0.1:{port}  (Ctrl-C stops it)")
    sys.stdout.flush()
    gunicorn = Path(sys.executable).with_name("gunicorn")
    options = ["--chdir", str(ROOT), "--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--log-level", "warning"]
    os.execv(gunicorn, [str(gunicorn), *options, "wsgi:app"])  # noqa: S606 - our own server, no shell


def _seal_demo(*, now: datetime) -> None:
    """Where all organisations are invented and nothing was sealed: a first edition, so that there is one to look at."""
    organisations = set(db.session.scalars(select(Organisation.is_demo).distinct()))
    if organisations == {True} and editions.in_force() is None:
        with transaction(announce=False):
            sealing.seal("示例", by=OPERATOR, now=now)


def _bring_index_up() -> None:
    index, now = current_app.extensions["engine"].index, datetime.now(UTC)
    try:
        if indexing.check(index).broken:
            indexing.rebuild(index, now=now, progress=lambda done: None)
        else:
            indexing.drain(index, now=now)
    except BrokenIndex as error:
        click.echo(f"The index cannot be written ({error}); answers come from the database for now.", err=True)


@click.command("check")
@with_appcontext
def check() -> None:
    """For contributors: every template parses, and the migrations lead to the tables the models describe."""
    faults = [*_broken_templates(), *_migration_gaps()]
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise SystemExit(1)
    click.echo("templates parse, migrations and models agree")


def _broken_templates() -> list[str]:
    faults = []
    for name in current_app.jinja_env.list_templates(extensions=["html"]):
        try:
            current_app.jinja_env.get_template(name)
        except TemplateSyntaxError as error:
            faults.append(f"templates/{name}, line {error.lineno}: {error.message}")
    return faults


def _migration_gaps() -> list[str]:
    """What the models have that the migrations do not, found on an empty database in memory."""
    config = current_app.extensions["migrate"].migrate.get_config()
    with create_engine("sqlite://").connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [f"not in the migrations: {gap}" for gap in compare_metadata(context, db.metadata)]
