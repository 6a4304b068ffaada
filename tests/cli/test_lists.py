import csv

import pytest

from tests.cli.calling import call
from tests.factories import code

HEADER = "uscc,organisation,kind\n"
FACTS = "uscc,kind,value,since,until,source\n"


@pytest.fixture
def migrated(tmp_path):
    assert call(tmp_path, "db", "upgrade").exit_code == 0
    return tmp_path


def written(folder, name, text):
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_lists_come_in_by_the_command_line_and_again_unchanged(migrated):
    organisations = written(migrated, "o.csv", HEADER + f"{code(1)},示例·一社,社会团体\n{code(2)},示例·二社,公司\n")
    first = call(migrated, "import", "organisations", organisations)
    assert first.exit_code == 0, first.output
    assert first.stdout.splitlines()[:2] == ["rows: 1 new, 0 changed, 0 unchanged", "refused: 1 rows"]
    assert "line 3: 机构类型 '公司' – 没有“公司”这种机构类型" in first.stdout
    facts = written(migrated, "f.csv", FACTS + f"{code(1)},grade,4A,2024-11-16,2029-11-15,公告\n")
    assert call(migrated, "import", "facts", facts, "--dry-run").stdout.endswith("nothing was changed\n")
    assert call(migrated, "import", "facts", facts).stdout.startswith("rows: 1 new")
    assert call(migrated, "import", "facts", facts).stdout.startswith("rows: 0 new, 0 changed, 1 unchanged")
    assert call(migrated, "audit", "verify").exit_code == 0


def test_strict_takes_none_ends_with_one_and_the_report_holds_every_refused_row(migrated):
    bad = "".join(f"{code(n)},示例·{n}社,公司\n" for n in range(3, 33))
    file = written(migrated, "o.csv", HEADER + f"{code(1)},示例·一社,\n" + bad)
    report = migrated / "refused.csv"
    refused = call(migrated, "import", "organisations", file, "--strict", "--report", str(report))
    assert refused.exit_code == 1
    assert "10 more" in refused.output
    with report.open(encoding="utf-8-sig", newline="") as table:
        assert len(list(csv.DictReader(table))) == 30
    assert call(migrated, "import", "organisations", file).stdout.startswith("rows: 1 new")


def test_what_is_no_list_is_told_in_a_line(migrated):
    result = call(migrated, "import", "facts", written(migrated, "x.csv", "a,b\n1,2\n"))
    assert result.exit_code == 2
    assert result.stderr.startswith("directory: x.csv: no column uscc")
    assert call(migrated, "import", "facts", str(migrated / "nowhere.csv")).exit_code == 2


@pytest.mark.parametrize(
    "words",
    [["--kind", "services", "no.csv"], ["no.csv", "--kind", "services"], ["services", "no.csv", "--kind", "services"]],
)
def test_services_are_imported_as_before_wherever_the_kind_stands(tmp_path, words):
    result = call(tmp_path, "import", *words)
    assert "no.csv" in result.stderr
    assert "No such file" in result.stderr


def test_help_names_every_list(tmp_path):
    said = call(tmp_path, "import", "--help").stdout
    assert all(name in said for name in ("organisations", "facts", "services"))
