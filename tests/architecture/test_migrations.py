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
