import csv
import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from directory import indexing
from directory.db import db, transaction
from directory.errors import NotFound
from directory.exchange.tables import WrongTable
from directory.models.audit import AuditEvent
from directory.models.service import Entry
from search.query import Query
from tests import factories
from tests.conftest import app_in
from tests.factories import code

REAL = Path(__file__).resolve().parents[3] / "shared/benchmarks"
HEADER = "uscc,organisation,service_id,category,service,areas,price_low,price_high"


@pytest.fixture(autouse=True)
def _tree(app):
    with transaction():
        factories.taxonomy()


@pytest.fixture
def run(runner):
    def invoke(*arguments):
        return runner.invoke(args=[str(argument) for argument in arguments])

    return invoke


def table(tmp_path, *rows, header=HEADER):
    path = tmp_path / "services.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def row(number, **changed):
    values = {"uscc": code(1), "organisation": "暖檐社", "service_id": number, "category": "P-001"}
    values |= {"service": f"停车共治{number}", "areas": "310105-05", "low": "100", "high": "200"}
    return ",".join(str(value) for value in (values | changed).values())


def entries():
    return db.session.scalar(select(func.count(Entry.id)))


def test_an_import_tells_what_it_took_and_the_index_knows(app, run, tmp_path):
    done = run("import", table(tmp_path, row(1), row(2)), "--kind", "services")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "services: 2 taken (2 new, 0 changed), 0 unchanged",
        "organisations: 1 taken (1 new, 0 changed), 0 unchanged",
        "refused: 0 rows",
        "index: 2 entries brought up",
    ]
    assert run("index", "check").exit_code == 0
    assert app.extensions["engine"].index.find(Query("停车")).total == 2


def test_a_second_import_says_that_nothing_changed(run, tmp_path):
    path = table(tmp_path, row(1))
    run("import", path, "--kind", "services")
    done = run("import", path, "--kind", "services")
    assert "services: 0 taken (0 new, 0 changed), 1 unchanged" in done.stdout


def test_refused_rows_are_told_with_line_field_and_reason(run, tmp_path):
    path = table(tmp_path, row(1), row(2, low="500"), row(3, category="P-999"), row(4) + ",more")
    done = run("import", path, "--kind", "services")
    assert done.exit_code == 0
    assert "services: 1 taken" in done.stdout
    assert "refused: 3 rows; services.csv 3" in done.stdout
    assert "services.csv line 3: price_high '200' – 价格上限 200 小于下限 500，请改其中一个" in done.stdout
    assert "services.csv line 4: category 'P-999' – 没有“P-999”这个类目" in done.stdout
    assert "services.csv line 5: 有 9 列，表头是 8 列" in done.stdout


def test_the_screen_shows_twenty_and_the_report_all(run, tmp_path):
    path = table(tmp_path, *(row(n, category="=1+1") for n in range(1, 31)))
    done = run("import", path, "--kind", "services", "--report", tmp_path / "report.csv")
    assert done.stdout.count("单元格是公式") == 20
    assert "10 more" in done.stdout
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(r["line"]) for r in rows] == list(range(2, 32))
    assert {(r["file"], r["field"], r["value"], r["rule"]) for r in rows} == {
        ("services.csv", "category", "'=1+1", "formula")
    }


def test_a_strict_import_with_a_bad_row_takes_none_and_fails(run, tmp_path):
    path = table(tmp_path, row(1), row(2, category="P-999"))
    done = run("import", path, "--kind", "services", "--strict", "--report", tmp_path / "report.csv")
    assert done.exit_code == 1
    assert "P-999" in done.stdout
    assert "P-999" in (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    assert "1 rows refused, so none was taken" in done.stderr
    assert entries() == 0


def test_a_report_that_cannot_be_written_stops_the_import_before_it_begins(run, tmp_path):
    done = run("import", table(tmp_path, row(1)), "--kind", "services", "--report", tmp_path / "absent" / "r.csv")
    assert (done.exit_code, entries()) == (2, 0)
    assert "r.csv" in done.stderr


def test_a_dry_run_tells_the_same_and_changes_nothing(app, run, tmp_path):
    done = run("import", table(tmp_path, row(1)), "--kind", "services", "--dry-run")
    assert "services: 1 taken" in done.stdout
    assert "nothing was changed" in done.stdout
    assert (entries(), db.session.scalar(select(func.count(AuditEvent.id)))) == (0, 0)
    assert not indexing.behind()


def test_two_directories_may_use_the_same_ids(run, tmp_path):
    for source in ("north", "south"):
        folder = tmp_path / source
        folder.mkdir()
        (folder / "organizations.csv").write_text(f"id,name\n1,{source}\n", encoding="utf-8")
        (folder / "services.csv").write_text("id,organization_id,name\n1,1,Food\n", encoding="utf-8")
        assert "1 new" in run("import", folder, "--kind", "hsds", "--source", source).stdout
    assert entries() == 2


@pytest.mark.parametrize("source", ["", "North", "a:b", "x" * 33])
def test_a_source_is_a_plain_word(run, tmp_path, source):
    done = run("import", table(tmp_path, row(1)), "--kind", "services", "--source", source)
    assert done.exit_code == 2
    assert "--source" in done.stderr


@pytest.mark.parametrize("kind", ["services", "guangdong", "hsds"])
@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"\x89PNG\r\n\x1a\n\x00\xff", b"PK\x03\x04 cut short", None, "folder"]
)
def test_what_cannot_be_read_as_a_whole_is_refused_and_changes_nothing(run, tmp_path, kind, data):
    path = tmp_path / "given"
    if data == "folder":
        path.mkdir()
    elif data is not None:
        path.write_bytes(data)
    done = run("import", path, "--kind", kind)
    assert isinstance(done.exception, WrongTable)
    assert "given" in str(done.exception)
    assert entries() == 0


def test_a_gb18030_file_is_read(run, tmp_path):
    path = table(tmp_path, row(1))
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    run("import", path, "--kind", "services")
    assert db.session.scalars(select(Entry)).one().version.name == "停车共治1"


def test_an_import_builds_a_missing_index(app, run, tmp_path):
    root = app.extensions["engine"].index.root
    shutil.rmtree(root)
    assert "index: 1 entries" in run("import", table(tmp_path, row(1)), "--kind", "services").stdout
    assert run("index", "check").exit_code == 0


def test_an_index_that_cannot_be_written_costs_no_data(app, run, tmp_path):
    root = app.extensions["engine"].index.root
    shutil.rmtree(root)
    root.write_text("in the way", encoding="utf-8")
    done = run("import", table(tmp_path, row(1)), "--kind", "services")
    assert (done.exit_code, entries()) == (0, 1)
    assert "directory index sync" in done.stderr


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_export_comes_back_unchanged_here_and_new_elsewhere(app, run, tmp_path, ending):
    out = tmp_path / f"out.{ending}"
    run("import", table(tmp_path, row(1), row(2)), "--kind", "services")
    assert f"2 services written to {out}" in run("export", out).stdout
    assert "0 taken (0 new, 0 changed), 2 unchanged" in run("import", out, "--kind", "services").stdout
    db.session.remove()
    (tmp_path / "elsewhere").mkdir()
    other = app_in(tmp_path / "elsewhere")
    with other.app_context():
        db.create_all()
        with transaction(announce=False):
            factories.taxonomy()
        elsewhere = other.test_cli_runner()
        assert "2 taken (2 new" in elsewhere.invoke(args=["import", str(out), "--kind", "services"]).stdout
        again = tmp_path / "again.csv"
        elsewhere.invoke(args=["export", str(again)])
        db.session.remove()
        db.engine.dispose()
    run("export", tmp_path / "here.csv")
    assert again.read_bytes() == (tmp_path / "here.csv").read_bytes()


def test_an_hsds_export_comes_back_unchanged(run, tmp_path):
    run("import", table(tmp_path, row(1), row(2)), "--kind", "services")
    assert "2 services written" in run("export", "--hsds", tmp_path / "hsds").stdout
    done = run("import", tmp_path / "hsds", "--kind", "hsds", "--strict")
    assert "0 taken (0 new, 0 changed), 2 unchanged" in done.stdout


def test_an_export_holds_what_was_asked_for(run, tmp_path):
    run("import", table(tmp_path, row(1), row(2, category="P-015", areas="310105-06")), "--kind", "services")
    run("export", tmp_path / "x.json", "--area", "310105-05", "--category", "SH-04")
    told = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    assert [(r["service"], r["category"], r["price_low"], r["state"]) for r in told] == [
        ("停车共治1", "P-001", 100, "listed")
    ]
    assert "0 services" in run("export", tmp_path / "none.csv", "--state", "exited").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((), "either OUT or --hsds"), (("x.csv", "--hsds", "y"), "either OUT or --hsds"), (("x.txt",), "can write .csv")],
)
def test_an_export_says_where_it_can_go(run, arguments, said):
    done = run("export", *arguments)
    assert (done.exit_code, said in done.stderr) == (2, True)


def test_an_export_names_what_it_does_not_know(run, tmp_path):
    assert isinstance(run("export", tmp_path / "x.csv", "--area", "nowhere").exception, NotFound)
    assert isinstance(run("export", tmp_path / "absent" / "x.csv").exception, WrongTable)
    assert list(tmp_path.glob("*.csv")) == []


@pytest.mark.skipif(not REAL.exists(), reason="the shared benchmark files are not here")
@pytest.mark.parametrize(
    ("kind", "path", "services", "organisations"),
    [("guangdong", "guangdong-services/services.csv", 2262, 177), ("hsds", "hsds/dc_orservices", 495, 57)],
)
def test_real_directories_are_imported_into_an_instance_that_has_nothing_yet(
    tmp_path, kind, path, services, organisations
):
    fresh = app_in(tmp_path)
    with fresh.app_context():
        runner = fresh.test_cli_runner()
        done = runner.invoke(args=["import", str(REAL / path), "--kind", kind])
        assert f"services: {services} taken ({services} new" in done.stdout
        assert f"organisations: {organisations} taken" in done.stdout
        assert runner.invoke(args=["index", "check"]).exit_code == 0
        again = runner.invoke(args=["import", str(REAL / path), "--kind", kind])
        assert f"services: 0 taken (0 new, 0 changed), {services} unchanged" in again.stdout
        db.session.remove()
        db.engine.dispose()
