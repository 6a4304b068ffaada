"""Fixtures every test may use."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import html5lib
import pytest
import time_machine
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient, FlaskCliRunner

from directory import indexing
from directory.app import create_app
from directory.cli.seeds import FOLDER, rows_of
from directory.config import Settings
from directory.db import db, transaction
from directory.operations import seeds
from directory.policy import OPERATOR
from tests.servers import DATABASES

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="keep the rows in PostgreSQL, as a city may")


def pytest_configure(config: pytest.Config) -> None:
    DATABASES.on_postgres = config.getoption("--postgres")
    config.add_cleanup(DATABASES.close)


class CheckedClient(FlaskClient):
    """Fails a test that receives a page no parser would accept as it is; the answer carries the page's tree."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():  # a test's own context outlives its requests, and what one of them kept there
            for kept in ("_login_user", "identity", "csrf_token", "account", "actor"):
                g.pop(kept, None)
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html":
            response.tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.text)
        return response


def settings_for(instance: Path, **changed: Any) -> Settings:
    values = {"database_url": DATABASES.address(instance), "secret_key": "for tests only, long enough"}
    return Settings(
        instance=instance,
        **(values | {"rate_limit": "100000 per minute", "sign_in_rate": "100000 per minute"} | changed),
    )


def app_in(instance: Path, **changed: Any) -> Flask:
    app = create_app(settings_for(instance, **changed))
    app.testing = True
    app.test_client_class = CheckedClient
    return app


@pytest.fixture(autouse=True)
def _clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """It is NOW whenever the tests are run: facts lapse, notices end. A browser and its server have their own clock."""
    if request.node.get_closest_marker("browser"):
        yield
        return
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """An app on an empty database and an empty index, in a folder of its own."""
    app = app_in(tmp_path)
    with app.app_context():
        db.create_all()
        indexing.rebuild(app.extensions["engine"].index, now=NOW, progress=lambda done: None)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def seeded_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything in seeds/, made once; tests that change it copy it first."""
    folder = tmp_path_factory.mktemp("seeded")
    app = app_in(folder)
    with app.app_context():
        db.create_all()
        with transaction(announce=False):
            seeds.load(FOLDER, read=rows_of, demo=True, by=OPERATOR, now=NOW)
        indexing.rebuild(app.extensions["engine"].index, now=NOW, progress=lambda done: None)
        db.session.remove()
        db.engine.dispose()
    return folder


@pytest.fixture(scope="session")
def _catalogue(seeded_instance: Path) -> Flask:
    return app_in(seeded_instance)


@pytest.fixture
def catalogue(_catalogue: Flask) -> Iterator[Flask]:
    """The app with all seeds loaded. Shared: ask it, match in it, but change nothing else."""
    with _catalogue.app_context():
        yield _catalogue
        db.session.remove()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def visitor(catalogue: Flask) -> FlaskClient:
    """A client of the seeded catalogue."""
    return catalogue.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()
