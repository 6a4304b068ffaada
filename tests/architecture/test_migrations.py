from datetime import UTC, date, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from directory.db import db
from tests.conftest import app_in


@pytest.fixture
def migrated(tmp_path):
    """An app on a database that only the migrations have made."""
    app = app_in(tmp_path)
    with app.app_context():
        config = app.extensions["migrate"].migrate.get_config()
        command.upgrade(config, "head")
        yield config
        db.session.remove()
        db.engine.dispose()


def test_the_migrations_lead_to_the_tables_the_models_describe(migrated):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, db.metadata) == []


def test_every_check_of_the_models_is_in_the_migrations(migrated):
    """Alembic compares no check constraints."""
    found = inspect(db.engine)
    for table in db.metadata.sorted_tables:
        ours = {str(c.name): str(c.sqltext) for c in table.constraints if hasattr(c, "sqltext")}
        theirs = {c["name"]: c["sqltext"] for c in found.get_check_constraints(table.name)}
        assert theirs.keys() == ours.keys()
        for name, said in theirs.items():
            if " IN (" not in said and db.engine.dialect.name == "sqlite":  # PostgreSQL says them in words of its own
                assert said == ours[name]


def test_no_two_checks_of_a_table_have_one_name():
    """SQLite would keep both, PostgreSQL refuses the second."""
    for table in db.metadata.sorted_tables:
        names = [str(c.name) for c in table.constraints if hasattr(c, "sqltext")]
        assert sorted(names) == sorted(set(names))


def test_there_is_one_head(migrated):
    assert len(ScriptDirectory.from_config(migrated).get_heads()) == 1


def test_the_way_back_leaves_nothing(migrated):
    command.downgrade(migrated, "base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    command.upgrade(migrated, "head")
    assert "entry" in inspect(db.engine).get_table_names()


def test_needs_that_are_there_remember_the_answer_they_work_from(tmp_path):
    app = app_in(tmp_path)
    with app.app_context():
        config = app.extensions["migrate"].migrate.get_config()
        command.upgrade(config, "0007")
        _insert("account", role="auditor")
        _insert("question", text="停车难", groups="[]")
        _insert("match_run", id=5, question_id=1, routing="{}", basis="{}")
        for run in (5, None):
            _insert("need", account_id=1, text="停车难", groups="[]", urgency="soon", run_id=run, state="draft")
        command.upgrade(config, "0008")
        assert _rows("SELECT need_id, run_id, dropped FROM need_run") == [(1, 5, False)]
        command.downgrade(config, "0007")
        assert "need_run" not in inspect(db.engine).get_table_names()
        assert _rows("SELECT count(*) FROM need") == [(2,)]
        db.session.remove()
        db.engine.dispose()


AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
ANY = {str: "x", int: 0, bool: False, datetime: AT, date: AT.date()}


def _insert(table, /, **said):
    """A row of which only this matters."""
    for column in inspect(db.engine).get_columns(table):
        if not column["nullable"] and column["name"] != "id":
            said.setdefault(column["name"], ANY.get(column["type"].python_type, "[]"))
    names, places = ", ".join(f'"{name}"' for name in said), ", ".join(f":{name}" for name in said)
    _rows(f"INSERT INTO {table} ({names}) VALUES ({places})", **said)  # noqa: S608 - names of our own


ASKED = 'SELECT id, text, area_code, "groups", budget, created_at, part_of_id FROM {} ORDER BY id'
ASK = "INSERT INTO question (text, groups, created_at) VALUES (:text, '[]', :at)"
RUNS = (
    "SELECT run.public_id, asked.text, run.digest FROM match_run run"
    " JOIN {0} asked ON asked.id = run.{0}_id ORDER BY run.public_id"
)


def _rows(said, /, **values):
    with db.engine.begin() as connection:
        result = connection.execute(text(said), values)
        return [tuple(row) for row in result] if result.returns_rows else []


def _nothing_points_nowhere():
    """PostgreSQL would not let it."""
    if db.engine.dialect.name == "sqlite":
        assert _rows("PRAGMA foreign_key_check") == []


def _questions(table):
    """What was asked, and which run answers what."""
    return _rows(ASKED.format(table)), _rows(RUNS.format(table))


def test_what_was_asked_survives_its_new_name_and_the_way_back(tmp_path):
    """Migration 0004 calls `question` what 0003 calls `need`: runs and parts still point at theirs."""
    app = app_in(tmp_path)
    with app.app_context():
        config = app.extensions["migrate"].migrate.get_config()
        command.upgrade(config, "0003")
        need = "INSERT INTO need VALUES (:id, :text, :area, :groups, :budget, :at, :part)"
        _rows(need, id=3, text="停车难；楼道堆物", area="310105-05", groups="[]", budget=900, at=AT, part=None)
        _rows(need, id=7, text="停车难", area=None, groups='["老年人"]', budget=None, at=AT, part=3)
        for number, asked in enumerate((3, 7, 7), 1):
            _rows(
                'INSERT INTO match_run (id, public_id, need_id, "on", created_at, routing, basis, stale, digest)'
                " VALUES (:id, :name, :need, :day, :at, '{}', '{}', :stale, :name)",
                id=number,
                name=f"run-{number}",
                need=asked,
                day=AT.date(),
                at=AT,
                stale=False,
            )
        before = _questions("need")
        assert [len(rows) for rows in before] == [2, 3]
        command.upgrade(config, "0004")
        assert _questions("question") == before
        _nothing_points_nowhere()
        _rows(ASK, text="又一个问题", at=AT)  # gets a number of its own, after those that were moved
        _rows("DELETE FROM question WHERE text = '又一个问题'")
        command.upgrade(config, "head")
        assert _questions("question") == before
        assert _rows("SELECT count(*) FROM need") == [(0,)]
        command.downgrade(config, "0003")
        assert _questions("need") == before
        _nothing_points_nowhere()
        assert "question" not in inspect(db.engine).get_table_names()
        db.session.remove()
        db.engine.dispose()
