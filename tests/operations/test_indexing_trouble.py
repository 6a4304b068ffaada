"""A broken index, a full disk, a killed process, several processes at once: nothing is lost."""

import shutil

import pytest

from directory import indexing
from directory.db import db, transaction
from directory.engine import Engine
from directory.models.service import Entry
from directory.rules.calendar import day_of
from search.index.generations import Generations
from search.index.port import BrokenIndex
from search.query import Query
from tests import factories
from tests.factories import NOW, STREET
from tests.operations.asking import entries, replayed, run_of
from tests.operations.outbox import named, rename, unclosed, waiting
from tests.processes import command, ended, python


def take_away(instance):
    shutil.rmtree(instance / "index")


def overwrite(instance):
    for file in (instance / "index").rglob("*.*"):
        if file.is_file():
            file.write_bytes(b"\x00" * 64)


def empty_pointer(instance):
    (instance / "index" / "CURRENT").write_text("")


def block(instance):
    take_away(instance)
    (instance / "index").write_text("no folder")


BREAKING = [take_away, overwrite, empty_pointer, block]


@unclosed
@pytest.mark.parametrize("breaking", BREAKING)
def test_with_a_broken_index_matches_still_answer_and_say_they_may_be_stale(app, tmp_path, made, breaking):
    before = run_of(app, "停车难", area=STREET)
    breaking(tmp_path)
    app.extensions["engine"] = Engine(
        Generations(tmp_path / "index"), tmp_path / "models"
    )  # one that holds nothing of it in memory
    run = run_of(app, "停车难", area=STREET)
    assert (run.stale, run.basis["generation"]) == (True, "database")
    assert (entries(run), before.stale) == (entries(before), False)
    assert [(x.rank, x.score) for x in run.lines] == [(x.rank, x.score) for x in before.lines]
    assert replayed(app, before) == []


@unclosed
@pytest.mark.parametrize("breaking", BREAKING)
def test_with_a_broken_index_changes_are_kept_and_a_rebuild_mends_it(app, index, tmp_path, made, breaking):
    breaking(tmp_path)
    with transaction():
        rename(made[0], "消防共治")
    assert waiting() > 0
    if breaking is block:
        (tmp_path / "index").unlink()
    indexing.rebuild(index, now=NOW, progress=lambda done: None)
    assert (waiting(), named(index, "消防"), indexing.check(index).none) == (0, [made[0]], True)
    assert run_of(app, "停车难").stale is False


def test_changes_waiting_make_an_answer_stale(app, index, made):
    with transaction(announce=False):
        rename(made[0], "消防共治")
    assert run_of_without_drain(app) is True
    assert indexing.drain(index, now=NOW) == 1
    assert run_of_without_drain(app) is False


def run_of_without_drain(app):
    return app.extensions["engine"].find(Query("停车"), on=day_of(NOW)).stale


@unclosed
def test_a_full_disk_leaves_index_and_outbox_as_they_were(index, made):
    resource = pytest.importorskip("resource", reason="this system knows no limits of a process")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with transaction(announce=False):
        rename(made[0], "消防共治")
    before = index.generation, waiting()
    # No file can grow past a kilobyte: what writes more fails as on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, limits[1]))
    try:
        with pytest.raises(BrokenIndex):
            indexing.drain(index, now=NOW)
        with pytest.raises(BrokenIndex):
            indexing.rebuild(index, now=NOW, progress=lambda done: None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (index.generation, waiting()) == before
    assert (named(index, "停车"), named(index, "消防")) == (made, [])
    assert indexing.drain(index, now=NOW) == 1
    assert named(index, "消防") == [made[0]]


def test_an_after_commit_failure_neither_raises_nor_loses_the_commit(app, made, caplog):
    def fails():
        raise RuntimeError("no mail today")

    app.extensions["after_commit"].insert(0, fails)
    with transaction():
        rename(made[0], "消防共治")
    assert "after-commit action failed" in caplog.text
    assert db.session.get(Entry, made[0]).version.name == "消防共治"
    assert waiting() == 0


class Meanwhile(Generations):
    """The real index, during whose writing somebody else commits a change."""

    def __init__(self, root, change):
        super().__init__(root)
        self.change = change

    def put(self, documents):
        super().put(documents)
        change, self.change = self.change, None
        if change:
            change()


def test_a_change_noted_while_the_outbox_is_emptied_keeps_its_own_row(app, index, made, tmp_path):
    def commit_elsewhere():
        code = (
            "from directory.app import create_app; from directory.db import db, transaction\n"
            "from directory.models.service import Entry; from tests import factories\n"
            "with create_app().app_context(), transaction(announce=False):\n"
            f"    factories.new_version(db.session.get(Entry, {made[1]}), name='消防二号')\n"
        )
        ended(python(code, tmp_path))

    with transaction(announce=False):
        rename(made[0], "消防一号")
    assert indexing.drain(Meanwhile(index.root, commit_elsewhere), now=NOW) == 2
    assert (named(index, "消防"), waiting()) == (made[:2], 0)


def test_killed_between_commit_and_index_nothing_is_lost(app, index, made, tmp_path):
    code = (
        "import os, signal\n"
        "from directory.app import create_app; from directory.db import db, transaction\n"
        "from directory.models.service import Entry; from tests import factories\n"
        "app = create_app()\n"
        "app.extensions['after_commit'].insert(0, lambda: os.kill(os.getpid(), signal.SIGKILL))\n"
        "with app.app_context(), transaction():\n"
        f"    factories.new_version(db.session.get(Entry, {made[0]}), name='消防共治')\n"
    )
    ended(python(code, tmp_path), -9)
    db.session.rollback()
    assert db.session.get(Entry, made[0]).version.name == "消防共治"
    assert named(index, "消防") == []
    assert waiting() > 0
    assert app.extensions["engine"].find(Query("停车"), on=day_of(NOW)).stale
    db.session.rollback()
    assert ended(command("index", "sync", instance=tmp_path)) == "1 entries indexed\n"
    assert (named(index, "消防"), waiting()) == ([made[0]], 0)


def test_two_processes_catching_up_at_once_agree(app, index, made, tmp_path):
    with transaction(announce=False):
        for number in range(10, 40):
            factories.entry(factories.organisation(number), name=f"消防{number}")
    db.session.rollback()
    both = [command("index", "sync", instance=tmp_path) for _ in range(2)]
    said = [ended(process) for process in both]
    assert max(said, key=len) == "30 entries indexed\n"
    assert (len(index.entry_ids()), waiting(), indexing.check(index).none) == (33, 0, True)
