import sqlite3
from contextlib import closing

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

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
            if " IN (" not in said:
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
        command.upgrade(config, "0005")
        at = "2026-11-01 08:00:00.000000"
        with closing(sqlite3.connect(str(db.engine.url.database))) as bare:
            known = {"id": 1, "role": "auditor", "text": "t", "groups": "[]", "created_at": at}
            for table in ("account", "question"):
                needed = [name for _, name, _, must, *_ in bare.execute(f"PRAGMA table_info({table})") if must]
                names, places = ", ".join(f'"{name}"' for name in needed), ", ".join("?" * len(needed))
                row = [known.get(name, 0) for name in needed]
                bare.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", row)  # noqa: S608 - names of our own
            bare.execute("INSERT INTO match_run VALUES (5, 'run-5', 1, ?, ?, '{}', '{}', 0, '')", (at[:10], at))
            need = (
                "INSERT INTO need (area_code, account_id, text, said, place, resident, groups, urgency, public, run_id,"
                " state, since, reason, note, round, joined, created_at)"
                " VALUES ('a', 1, 't', 't', '', '', '[]', 'soon', 1, ?, 'draft', ?, '', '', 0, 0, ?)"
            )
            bare.executemany(need, [(5, at, at), (None, at, at)])
            bare.commit()
        command.upgrade(config, "0006")
        assert _rows("SELECT need_id, run_id, dropped FROM need_run") == [(1, 5, 0)]
        command.downgrade(config, "0005")
        assert "need_run" not in inspect(db.engine).get_table_names()
        assert _rows("SELECT count(*) FROM need") == [(2,)]
        db.session.remove()
        db.engine.dispose()


ASKED = 'SELECT id, text, area_code, "groups", budget, created_at, part_of_id FROM {} ORDER BY id'
RUNS = "SELECT run.public_id, asked.text, run.digest FROM match_run run JOIN {0} asked ON asked.id = run.{0}_id"


def _rows(said, *values):
    with db.engine.begin() as connection:
        result = connection.exec_driver_sql(said, values)
        return [tuple(row) for row in result] if result.returns_rows else []


def _questions(table):
    """What was asked, and which run answers what."""
    return _rows(ASKED.format(table)), _rows(RUNS.format(table))


def test_what_was_asked_survives_its_new_name_and_the_way_back(tmp_path):
    """Migration 0004 calls `question` what 0003 calls `need`: runs and parts still point at theirs."""
    app = app_in(tmp_path)
    with app.app_context():
        config = app.extensions["migrate"].migrate.get_config()
        command.upgrade(config, "0003")
        at = "2026-11-01 08:00:00.000000"
        need = "INSERT INTO need VALUES (?, ?, ?, ?, ?, ?, ?)"
        _rows(need, 3, "停车难；楼道堆物", "310105-05", "[]", 900, at, None)
        _rows(need, 7, "停车难", None, '["老年人"]', None, at, 3)
        for number, asked in enumerate((3, 7, 7), 1):
            _rows(
                'INSERT INTO match_run (id, public_id, need_id, "on", created_at, routing, basis, stale, digest)'
                " VALUES (?, ?, ?, ?, ?, '{}', '{}', 0, ?)",
                *(number, f"run-{number}", asked, at[:10], at, f"digest-{number}"),
            )
        before = _questions("need")
        assert [len(rows) for rows in before] == [2, 3]
        command.upgrade(config, "0004")
        assert _questions("question") == before
        assert _rows("PRAGMA foreign_key_check") == []
        command.upgrade(config, "head")
        assert _questions("question") == before
        assert _rows("SELECT count(*) FROM need") == [(0,)]
        command.downgrade(config, "0003")
        assert _questions("need") == before
        assert _rows("PRAGMA foreign_key_check") == []
        assert "question" not in inspect(db.engine).get_table_names()
        db.session.remove()
        db.engine.dispose()
