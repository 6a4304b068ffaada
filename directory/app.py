"""Puts the application together. Nothing else imports this module."""

import gc
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from sqlalchemy.exc import SQLAlchemyError

from directory import auth, history, indexing, letters, models, web  # noqa: F401 - the mapper must know every table
from directory.api.register import register as add_api
from directory.cli import account as account_commands
from directory.cli import audit, bench, daily, exchange, index, matching, seeds, serve
from directory.cli import editions as edition_commands
from directory.cli import exposure as exposure_commands
from directory.cli import reviews as review_commands
from directory.config import ROOT, Settings
from directory.db import after_commit, db
from directory.engine import Engine
from directory.errors import NotFound
from directory.mail import Post
from directory.operations import parameters
from directory.rules.calendar import day_of
from directory.views import (
    assessing,
    auditing,
    board,
    calls,
    classifying,
    editions,
    evaluation,
    evidence,
    exposure,
    lists,
    moderating,
    neighbourhood,
    public,
    publicity,
    results,
    reviewing,
    reviews,
    rubrics,
    sealing,
    sheets,
    standards,
    supply,
    tuning,
)
from directory.views.account import claims, door, me, notices, people
from directory.views.choosing import pages as choosing
from directory.views.engagements import pages as engagements
from directory.views.government import register as government
from directory.views.needs import pages as needs
from directory.views.organisation import pages as organisation
from search.index.generations import Generations
from search.query import Query

PAGES = (
    assessing,
    auditing,
    board,
    calls,
    classifying,
    editions,
    evaluation,
    evidence,
    exposure,
    lists,
    moderating,
    neighbourhood,
    public,
    publicity,
    results,
    reviewing,
    reviews,
    rubrics,
    sealing,
    sheets,
    supply,
    standards,
    tuning,
    claims,
    door,
    me,
    notices,
    people,
    government,
    organisation,
    needs,
    choosing,
    engagements,
)
TEMPLATES = ROOT / "templates"
MIGRATIONS = Path(__file__).parent / "migrations"


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or Settings.from_environment()
    app = Flask("directory", template_folder=str(TEMPLATES))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},  # what people wrote stands in no log
    )
    app.extensions["evidence_folder"] = settings.evidence_folder
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    _add_search(app, settings)
    _add_post(app, settings)
    _add_pages(app, settings)
    for command in (
        *(serve.start, serve.check, daily.daily, seeds.seed, exchange.import_, exchange.export),
        *(matching.group, index.group, audit.group, bench.group, account_commands.group, edition_commands.group),
        exposure_commands.group,
        review_commands.group,
    ):
        app.cli.add_command(command)
    return app


def warm_up(app: Flask) -> None:
    """What a server does before its first visitor: load what all answers share, then freeze it.

    It lives as long as the process. Left to the garbage collector, every full collection would walk it, in
    the middle of somebody's answer. With nothing seeded yet there is nothing to load.
    """
    engine: Engine = app.extensions["engine"]
    with app.app_context():
        try:
            engine.router(parameters.in_force().views)
            engine.find(Query(limit=1), on=day_of(datetime.now(UTC)))
        except (NotFound, SQLAlchemyError):
            app.logger.warning("nothing to warm up with: is the catalogue seeded?")
        db.session.remove()
        db.engine.dispose()  # a connection must not be shared with workers forked later
    gc.collect()
    gc.freeze()


def _add_search(app: Flask, settings: Settings) -> None:
    engine = app.extensions["engine"] = Engine(Generations(settings.index_folder), settings.models_folder)
    after_commit(app, lambda: indexing.drain(engine.index, now=datetime.now(UTC)))


def _add_post(app: Flask, settings: Settings) -> None:
    app.extensions["post"] = Post(settings.mail_folder, settings.mail, settings.mail_from, settings.address)
    after_commit(app, lambda: letters.deliver(now=datetime.now(UTC)))


def _add_pages(app: Flask, settings: Settings) -> None:
    app.config["WAITING_LISTS"] = settings.instance / "lists"
    web.set_up(app, settings)
    auth.set_up(app, settings)
    for module in PAGES:
        app.register_blueprint(module.bp)
    add_api(app, csrf=app.extensions["csrf"])
