"""A live index and the next one beside it, several processes at once, damaged files."""

import errno
import os
import resource
import subprocess
from random import Random

import pytest

from search.index.generations import Generations
from search.index.port import BrokenIndex
from search.index.whoosh import WhooshIndex
from search.query import Query
from tests.factories import document
from tests.processes import ended, python

PARKING = [document(n, f"停车{n}", "小区车位不够") for n in range(1, 21)]
ALL = Query("停车", limit=100)


def silent(_done):
    pass


@pytest.fixture
def live(tmp_path):
    generations = Generations(tmp_path / "index")
    generations.rebuild(PARKING, progress=silent)
    return generations


def another(code: str) -> "subprocess.Popen[str]":
    """Another process that knows Generations and document."""
    return python(
        "import os, signal, time\n"
        "from pathlib import Path\n"
        "from search.index.generations import Generations\n"
        "from tests.factories import document\n" + code
    )


def folders(generations):
    return sorted(f.name for f in generations.root.iterdir() if f.is_dir())


def failing_after(number, error):
    yield from PARKING[:number]
    raise error


@pytest.mark.parametrize("ask", [lambda g: g.find(ALL), lambda g: g.entry_ids(), lambda g: g.generation])
def test_no_index_yet_is_a_broken_index(tmp_path, ask):
    with pytest.raises(BrokenIndex):
        ask(Generations(tmp_path / "none"))


@pytest.mark.parametrize("name", ["g0-missing", "", "../elsewhere", "\x00"])
def test_a_pointer_to_a_missing_generation_is_a_broken_index(live, name):
    (live.root / "CURRENT").write_text(name)
    with pytest.raises(BrokenIndex):
        live.find(ALL)
    with pytest.raises(BrokenIndex):
        Generations(live.root).find(ALL)


def test_an_emptied_generation_is_broken_and_not_an_empty_answer(live):
    for file in (live.root / live.generation).iterdir():
        file.unlink()
    with pytest.raises(BrokenIndex):
        live.find(ALL)
    with pytest.raises(BrokenIndex):
        Generations(live.root).find(ALL)


def damaged(data: bytes, how: str, random: Random) -> bytes:
    if how == "cut":
        return data[: len(data) // 2]
    if how == "zero":
        return bytes(len(data))
    return bytes(byte ^ 0x5A if random.random() < 0.2 else byte for byte in data)


# Whoosh leaves closing what it could not read to the garbage collector.
unclosed = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@unclosed
@pytest.mark.parametrize("how", ["cut", "zero", "noise"])
@pytest.mark.parametrize("kind", ["toc", "seg"])
def test_a_damaged_file_is_a_broken_index_and_a_rebuild_mends_it(live, how, kind):
    live.put([document(99, "停车99")])
    for file in (live.root / live.generation).glob(f"*.{kind}"):
        file.write_bytes(damaged(file.read_bytes(), how, Random(7)))
    again = Generations(live.root)
    with pytest.raises(BrokenIndex):
        again.find(Query("停车", count=("field", "category"), limit=100))
    again.rebuild(PARKING, progress=silent)
    assert again.find(ALL).total == live.find(ALL).total == 20


def test_a_rebuild_swaps_and_keeps_the_one_before_for_readers_still_in_it(live):
    first = live.generation
    held = WhooshIndex(live.root / first)
    assert live.rebuild(PARKING[:5], progress=silent) == 5
    assert live.generation != first
    assert (live.find(ALL).total, held.find(ALL).total) == (5, 20)
    live.rebuild(PARKING[:6], progress=silent)
    live.rebuild(PARKING[:7], progress=silent)
    assert len(folders(live)) == 2
    assert live.find(ALL).total == 7


def test_the_live_index_answers_while_the_next_is_built(live):
    def watched():
        for document_ in PARKING[:3]:
            assert live.find(ALL).total == 20
            yield document_

    live.rebuild(watched(), progress=silent)
    assert live.find(ALL).total == 3


def test_a_build_tells_how_far_it_is(live):
    told = []
    live.rebuild((document(n) for n in range(1200)), progress=told.append)
    assert told == [500, 1000, 1200]


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), BrokenIndex),
        (ZeroDivisionError("our own mistake"), ZeroDivisionError),
        (ValueError("our own mistake"), ValueError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_a_rebuild_that_fails_leaves_the_live_one_and_no_litter(live, error, raised):
    before = folders(live), live.generation
    with pytest.raises(raised):
        live.rebuild(failing_after(5, error), progress=silent)
    assert (folders(live), live.generation) == before
    assert live.find(ALL).total == 20


@pytest.fixture
def full_disk():
    """No file of this process can grow past a kilobyte: every larger write fails as on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, limits[1]))

    yield fill
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@unclosed
def test_a_full_disk_leaves_the_live_one_whether_building_or_putting(live, full_disk):
    before = folders(live), live.generation
    full_disk()
    with pytest.raises(BrokenIndex):
        live.rebuild(PARKING, progress=silent)
    with pytest.raises(BrokenIndex):
        live.put([document(n, f"消防{n}") for n in range(100, 200)])
    assert (folders(live), live.generation) == before
    assert live.find(ALL).total == Generations(live.root).find(ALL).total == 20
    assert live.find(Query("消防")).total == 0


def test_documents_that_cannot_be_read_change_nothing(live):
    with pytest.raises(ZeroDivisionError):
        live.put(failing_after(3, ZeroDivisionError()))
    live.put([document(1, "停车换新")])
    assert live.find(ALL).total == 20


def test_a_held_index_sees_what_another_process_commits(live):
    assert live.find(ALL).total == 20
    other = another(
        f"index = Generations(Path({str(live.root)!r}))\nindex.put([document(50, '停车又一处')])\nindex.drop([1, 2])\n"
    )
    ended(other)
    assert live.find(ALL).total == 19
    assert live.entry_ids() == {*range(3, 21), 50}


def test_a_held_index_follows_another_process_to_a_new_generation(live):
    assert live.find(ALL).total == 20
    other = another(
        f"index = Generations(Path({str(live.root)!r}))\n"
        "index.rebuild([document(1, '停车')], progress=lambda done: None)\n"
    )
    ended(other)
    assert live.find(ALL).total == 1


def test_two_processes_writing_at_once_lose_nothing(live):
    writers = [
        another(
            f"index = Generations(Path({str(live.root)!r}))\n"
            f"for n in range({start}, {start} + 8):\n"
            "    with index.writing():\n"
            "        index.put([document(n, f'停车{n}')])\n"
        )
        for start in (100, 200)
    ]
    for writer in writers:
        ended(writer)
    assert live.entry_ids() == {*range(1, 21), *range(100, 108), *range(200, 208)}


def test_without_taking_turns_two_writers_still_lose_nothing(live):
    writers = [
        another(
            f"index = Generations(Path({str(live.root)!r}))\n"
            f"for n in range({start}, {start} + 8):\n"
            "    index.put([document(n, f'停车{n}')])\n"
        )
        for start in (100, 200)
    ]
    for writer in writers:
        ended(writer)
    assert live.entry_ids() == {*range(1, 21), *range(100, 108), *range(200, 208)}


def test_a_writer_that_never_lets_go_is_told_not_waited_for(live, monkeypatch):
    monkeypatch.setattr("search.index.generations.LOCK_SECONDS", 0.2)
    other = another(
        f"index = Generations(Path({str(live.root)!r}))\n"
        "with index.writing():\n"
        "    print('mine', flush=True)\n"
        "    time.sleep(60)\n"
    )
    assert other.stdout.readline() == "mine\n"
    with pytest.raises(BrokenIndex, match="another process"), live.writing():
        pytest.fail("two writers at once")
    other.kill()
    ended(other, -9)
    with live.writing():
        live.put([document(30, "停车")])
    assert 30 in live.entry_ids()


def test_a_writer_killed_midway_leaves_no_lock_and_the_old_answer(live):
    other = another(
        f"index = Generations(Path({str(live.root)!r}))\n"
        "def documents():\n"
        "    yield document(70, '停车')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "with index.writing():\n"
        "    index.rebuild(documents(), progress=lambda done: None)\n"
    )
    ended(other, -9)
    assert live.find(ALL).total == 20
    with live.writing():
        live.put([document(71, "停车")])
        live.rebuild(PARKING, progress=silent)
    assert live.find(ALL).total == 20


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_a_broken_index(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(BrokenIndex):
        Generations(tmp_path / "index").rebuild(PARKING, progress=silent)


def test_a_file_where_the_folder_should_be_is_a_broken_index(tmp_path):
    (tmp_path / "index").write_text("not a folder")
    blocked = Generations(tmp_path / "index")
    with pytest.raises(BrokenIndex):
        blocked.find(ALL)
    with pytest.raises(BrokenIndex):
        blocked.rebuild(PARKING, progress=silent)
    with pytest.raises(BrokenIndex), blocked.writing():
        pytest.fail("there is nothing to write in")
