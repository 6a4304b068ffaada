from datetime import date

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.engine import Engine
from directory.models.taxonomy import Category, LexiconWord
from directory.operations import parameters
from search.index.generations import Generations
from search.query import Query
from tests import factories

ON = date(2026, 11, 23)


@pytest.fixture
def engine(app):
    factories.catalogue()
    return app.extensions["engine"]


@pytest.fixture
def views(engine):
    return parameters.in_force().views


def test_the_router_is_built_from_the_taxonomy_in_the_database(engine, views):
    router = engine.router(views)[0]
    assert set(router.profiles) == {"P-001", "P-015", "P-024"}
    assert router.profiles["P-024"].routes == ("department",)
    assert router.route("停车难").guesses[0].code == "P-001"
    assert router.route("一堆碎砖头").guesses[0].code == "P-015"


def test_the_router_is_kept_until_the_taxonomy_changes(engine, views):
    router = engine.router(views)[0]
    with transaction():
        factories.entry(factories.organisation(9))
    assert engine.router(views)[0] is router


@pytest.mark.parametrize("change", ["category", "word", "word gone"])
def test_another_worker_notices_a_changed_taxonomy(engine, views, tmp_path, change):
    other_worker = Engine(Generations(tmp_path / "index"), tmp_path / "models")
    before = other_worker.router(views)[0]
    with transaction():
        if change == "category":
            db.session.scalars(select(Category).filter_by(code="P-001")).one().keywords = ["橘子"]
        elif change == "word":
            db.session.add(LexiconWord(word="橘子", category_id=2, weight=0.9))
        else:
            db.session.delete(db.session.scalars(select(LexiconWord)).one())
    after = other_worker.router(views)[0]
    assert after is not before
    if change == "word gone":
        assert before.route("碎砖头").guesses
        assert not after.route("碎砖头").guesses
    else:
        assert after.route("橘子").guesses[0].code == "P-001"


def test_other_views_make_another_router(engine, views):
    assert engine.router(views)[0] is not engine.router(type(views)(sharpness=1.0))[0]


@pytest.mark.parametrize(
    "query",
    [
        Query("停车"),
        Query("停车 第2号"),
        Query("停车", categories={"P-001": 1.0}),
        Query("", where={"area": frozenset({factories.STREET})}, count=("field", "area")),
        Query("没有的事"),
    ],
)
def test_without_an_index_the_database_answers_alike(engine, tmp_path, query):
    whole = engine.find(query, on=ON)
    stand_in = Engine(Generations(tmp_path / "nowhere"), tmp_path / "models").find(query, on=ON)
    assert (stand_in.stale, stand_in.generation) == (True, "database")
    assert (whole.stale, whole.generation) == (False, engine.index.generation)
    assert stand_in.found.hits == whole.found.hits
    assert stand_in.found.facets == whole.found.facets


def test_wildcards_in_a_query_are_text_for_the_database_too(engine, tmp_path):
    assert (
        Engine(Generations(tmp_path / "nowhere"), tmp_path / "models").find(Query("100%_off"), on=ON).found.total == 0
    )


def test_a_broken_index_is_told_to_the_log(engine, tmp_path, caplog):
    Engine(Generations(tmp_path / "nowhere"), tmp_path / "models").find(Query("停车"), on=ON)
    assert "the index is broken" in caplog.text
