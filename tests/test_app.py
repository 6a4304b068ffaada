"""What a server does before its first visitor."""

import gc

import pytest

from directory.app import warm_up
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


def test_a_server_starts_without_seeds_and_without_tables(app, tmp_path):
    warm_up(app)
    warm_up(app_in(tmp_path / "nothing"))
    assert not app.extensions["engine"]._routers
