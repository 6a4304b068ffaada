from datetime import UTC, datetime

import pytest

from directory.cli import serve
from directory.db import db, transaction
from directory.models.organisation import Organisation
from directory.operations import editions
from tests import factories
from tests.cli.calling import call
from tests.factories_editions import later, listed, rename, seal, spoil, suspend


@pytest.fixture
def two(app, tmp_path):
    """A folder with two editions: in the second one entry has another name and one is suspended."""
    first, second, _ = listed(3)
    seal("春季版")
    rename(first, "新名", now=later(1))
    suspend(second, now=later(1))
    seal("秋季版", now=later(2))
    db.session.remove()
    return tmp_path


def test_sealing_says_number_rows_and_digest_and_list_shows_it(app, tmp_path):
    listed(3)
    done = call(tmp_path, "edition", "seal", "--title", "春季版")
    edition = editions.in_force()
    assert done.exit_code == 0
    when = f"{datetime.now(UTC):%Y-%m-%d} {edition.sealed_at:%H:%M}Z"
    line = f"{edition.number}  {when}  3 entries  sealed  {edition.digest[:12]}  春季版"
    assert done.stdout.splitlines() == [line, f"digest {edition.digest}"]
    assert call(tmp_path, "edition", "list").stdout.splitlines() == done.stdout.splitlines()[:1]


def test_sealing_again_with_nothing_changed_says_so(app, tmp_path):
    listed(1)
    assert call(tmp_path, "edition", "seal", "--title", "一").exit_code == 0
    again = call(tmp_path, "edition", "seal", "--title", "二")
    assert again.exit_code == 2
    assert again.stderr.startswith("directory: nothing changed since the edition in force")
    assert call(tmp_path, "edition", "seal", "--title", "二", "--unchanged").exit_code == 0


def test_a_list_of_nothing_says_so(app, tmp_path):
    assert call(tmp_path, "edition", "list").stdout == "no edition was sealed yet\n"
    assert call(tmp_path, "edition", "verify").stdout == "0 editions are what was sealed\n"


def test_show_tells_every_row(two):
    lines = call(two, "edition", "show", "2026-2").stdout.splitlines()
    assert lines[0].startswith("2026-2  2026-11-23 06:00Z  2 entries  sealed")
    assert [line.split("  ")[-1] for line in lines[3:]] == ["新名", "第3号服务"]


def test_diff_tells_what_changed_field_by_field(two):
    said = call(two, "edition", "diff", "2026-1", "2026-2").stdout
    assert said.splitlines()[:5] == ["admitted: 0", "restored: 0", "suspended: 1", "exited: 0", "changed: 1"]
    assert '    service.name: "第1号服务" -> "新名"' in said.splitlines()
    assert "suspended  entry 2  示例·邻里2社  第2号服务" in said.splitlines()


def test_verify_of_what_is_whole(two):
    assert call(two, "edition", "verify").stdout == "2 editions are what was sealed\n"
    assert call(two, "edition", "verify", "2026-1").stdout == "edition 2026-1 is what was sealed\n"


def test_verify_names_what_is_wrong_with_status_1(app, two):
    spoil("UPDATE sealed_entry SET content = replace(content, '新名', '旧名') WHERE edition_id = 2")
    result = call(two, "edition", "verify")
    assert result.exit_code == 1
    assert result.stdout == (
        "edition 2026-2, entry 1: the row was changed after it was sealed (differs from the records in service.name)\n"
    )
    assert call(two, "edition", "verify", "2026-1").exit_code == 0


@pytest.mark.parametrize("words", [("show", "2026-9"), ("verify", "x"), ("diff", "2026-1", "1999-1")])
def test_an_edition_there_is_not_is_named(two, words):
    result = call(two, "edition", *words)
    assert result.exit_code == 2
    assert result.stderr == f"directory: no edition '{words[-1]}'\n"


def test_a_demo_gets_one_edition_and_only_one(app):
    listed(2)
    with transaction():
        for organisation in db.session.scalars(db.select(Organisation)):
            organisation.is_demo = True
    for hour in (1, 2):
        serve._seal_demo(now=later(hour))
    found, total = editions.listing()
    assert (total, found[0].title, found[0].sealed_at) == (1, "示例", later(1))


@pytest.mark.parametrize("demo", [0, 1])
def test_where_a_real_organisation_is_nothing_is_sealed_unasked(app, demo):
    with transaction():
        factories.taxonomy()
        for number in range(demo):
            factories.entry(factories.organisation(number + 5, is_demo=True))
        factories.entry(factories.organisation(1))
    serve._seal_demo(now=later(1))
    assert editions.in_force() is None
