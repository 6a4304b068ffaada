"""What a server does before its first visitor."""

import gc

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from directory.app import warm_up
from directory.db import db
from directory.models.question import Question
from tests.conftest import app_in


@pytest.fixture(autouse=True)
def _thawed():
    """What is frozen stays so for all of the process: undone, so that other tests see none of it."""
    yield
    gc.unfreeze()


def test_a_server_warms_up_and_what_it_loaded_is_frozen(seeded_instance):
    app = app_in(seeded_instance)
    warm_up(app)
    assert app.extensions["engine"]._routers
    assert gc.get_freeze_count() > 10_000


def test_what_people_wrote_stands_in_no_fault_of_the_database(app):
    with pytest.raises(IntegrityError) as fault:
        db.session.execute(insert(Question).values(text="住3号楼502室，13812345678"))
    assert "question" in str(fault.value)
    assert "13812345678" not in str(fault.value)


def test_a_server_starts_without_seeds_and_without_tables(app, tmp_path):
    warm_up(app)
    warm_up(app_in(tmp_path / "nothing"))
    assert not app.extensions["engine"]._routers
