import shutil
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from directory import indexing
from directory.db import db, transaction
from directory.models.outbox import Outbox
from directory.models.service import Entry
from directory.rules.calendar import day_of
from tests import factories
from tests.cli.calling import call


@pytest.fixture
def index(app):
    factories.catalogue()
    return app.extensions["engine"].index


def rename_unseen(entry_id):
    with transaction(announce=False):
        factories.new_version(db.session.get(Entry, entry_id), name="消防共治")
    db.session.rollback()


def test_where_nothing_is_wrong_nothing_is_done(index, tmp_path):
    assert call(tmp_path, "index", "check").stdout == "index and database agree\n"
    assert call(tmp_path, "index", "sync").stdout == "0 entries indexed\n"


def test_sync_brings_in_what_was_waiting(index, tmp_path):
    rename_unseen(1)
    waiting = call(tmp_path, "index", "check")
    assert (waiting.exit_code, waiting.stdout) == (1, "changes waiting: True\n")
    assert call(tmp_path, "index", "sync").stdout == "1 entries indexed\n"
    assert call(tmp_path, "index", "check").exit_code == 0


def test_check_names_what_is_missing_and_surplus(index, tmp_path):
    index.drop([2])
    index.put([factories.document(77)])
    result = call(tmp_path, "index", "check")
    assert result.exit_code == 1
    assert result.stdout == "missing: 1 entries, first 2\nsurplus: 1 entries, first 77\n"
    assert call(tmp_path, "index", "rebuild").stdout.endswith("3 entries in a new index\n")
    assert call(tmp_path, "index", "check").exit_code == 0


@pytest.mark.parametrize("word", ["sync", "rebuild"])
def test_a_missing_index_is_built_anew(index, tmp_path, word):
    rename_unseen(1)
    shutil.rmtree(tmp_path / "index")
    broken = call(tmp_path, "index", "check")
    assert broken.exit_code == 1
    assert broken.stdout.startswith("broken: ")
    result = call(tmp_path, "index", word)
    assert (result.exit_code, result.stdout.endswith("3 entries in a new index\n")) == (0, True)
    assert call(tmp_path, "index", "check").exit_code == 0
    assert db.session.scalar(select(func.count(Outbox.id))) == 0


@pytest.mark.parametrize("word", ["sync", "rebuild"])
def test_an_index_that_cannot_be_written_is_told(index, tmp_path, word):
    rename_unseen(1)
    shutil.rmtree(tmp_path / "index")
    (tmp_path / "index").write_text("a file where the folder should be")
    result = call(tmp_path, "index", word)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert db.session.scalar(select(func.count(Outbox.id))) > 0


def test_sync_mends_what_no_outbox_row_told_of(index, tmp_path, now):
    """An entry the index lost, and one the database never had."""
    known = index.entry_ids()
    lost = max(known)
    [document] = indexing.documents([min(known)], on=day_of(now))
    index.drop([lost])
    index.put([replace(document, entry_id=999)])
    assert call(tmp_path, "index", "check").exit_code == 1
    assert call(tmp_path, "index", "sync").stdout == "2 entries indexed\n"
    assert index.entry_ids() == known
    assert call(tmp_path, "index", "check").exit_code == 0
