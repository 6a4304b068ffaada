import pytest

from directory.cli.seeds import rows_of
from tests.cli.calling import call


@pytest.fixture
def migrated(tmp_path):
    assert call(tmp_path, "db", "upgrade").exit_code == 0
    return tmp_path


def told(result):
    assert result.exit_code == 0, result.output
    return {line.split(": ")[0]: int(line.split()[1]) for line in result.stdout.splitlines()}


def test_seeding_a_new_catalogue_tells_what_came_in_and_again_that_nothing_did(migrated):
    first = told(call(migrated, "seed"))
    assert first["categories"] >= 13 + 130
    assert first["words"] == len(rows_of("lexicon.csv"))
    assert first["organisations"] == len(rows_of("demo/organisations.csv"))
    assert first["services"] == len(rows_of("demo/services.csv"))
    assert (first["needs"], first["engagements"]) == (60, 40)
    assert call(migrated, "index", "check").stdout == "index and database agree\n"
    assert set(told(call(migrated, "seed")).values()) == {0}
    assert call(migrated, "audit", "verify").stdout == "the chain holds\n"


def test_without_the_demo_nobody_is_listed_and_it_can_be_added_later(migrated):
    bare = told(call(migrated, "seed", "--no-demo"))
    assert not {"organisations", "accounts", "needs"} & bare.keys()
    assert "0 entries" in call(migrated, "index", "rebuild").stdout
    later = told(call(migrated, "seed"))
    assert later["organisations"] > 150
    assert later["needs"] == 60
    assert later["categories"] == 0


def test_seeding_before_the_tables_are_there_says_so(tmp_path):
    result = call(tmp_path, "seed")
    assert result.exit_code == 2
    assert result.stderr.startswith("directory: the database cannot be used: no such table")


def test_an_index_that_cannot_be_written_costs_no_data(migrated):
    (migrated / "index").write_text("a file where the folder should be")
    result = call(migrated, "seed", "--no-demo")
    assert result.exit_code == 2
    assert result.stderr.startswith("directory: ")
    assert result.stderr.count("\n") == 1
    (migrated / "index").unlink()
    assert set(told(call(migrated, "seed", "--no-demo")).values()) == {0}
    assert "entries in a new index" in call(migrated, "index", "sync").stdout
    assert call(migrated, "index", "check").exit_code == 0
