"""An edition as a file: every row of it, and what anyone needs to verify it."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from directory.exchange.editions import COLUMNS
from directory.operations import editions
from tests.factories_editions import two_editions
from tests.views.page import Page

ROOT = Path(__file__).parents[2]


@pytest.fixture
def two(app):
    return two_editions()


@pytest.fixture
def show(client):
    return lambda address: Page(client.get(address))


def test_the_csv_holds_every_row_and_no_formula(two, client):
    answer = client.get("/editions/2026-2.csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=catalogue-2026-2.csv"
    table = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert tuple(table[0]) == COLUMNS
    rows = list(editions.all_rows(editions.get("2026-2")))
    assert [line["校验码"] for line in table] == [row.digest for row in rows]
    assert {line["服务项目"] for line in table} == {"新名", "第4号服务", "第5号服务", "'=1+1"}
    assert {line["办公电话"] for line in table} == {"021-5288 1234", ""}


def test_the_workbook_holds_every_row_and_no_formula(two, client):
    book = openpyxl.load_workbook(io.BytesIO(client.get("/editions/2026-2.xlsx").data))
    lines = list(book.worksheets[0].iter_rows(values_only=True))
    assert lines[0] == COLUMNS
    assert [line[-1] for line in lines[1:]] == [row.digest for row in editions.all_rows(editions.get("2026-2"))]
    cells = [cell for line in book.worksheets[0].iter_rows() for cell in line]
    assert {cell.data_type for cell in cells}.isdisjoint({"f", "e"})


def test_the_json_is_what_the_digests_cover(two, client):
    sealed = json.loads(client.get("/editions/2026-2.json").data)
    edition = editions.get("2026-2")
    assert sorted(sealed) == ["digest", "number", "parameters", "previous", "rows", "sealed_at", "title"]
    assert (sealed["digest"], sealed["previous"]) == (edition.digest, editions.get("2026-1").digest)
    assert sealed["rows"] == [{"digest": row.digest, "content": row.content} for row in editions.all_rows(edition)]


def recipe():
    """The program of docs/editions.md."""
    (program,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/editions.md").read_text("utf-8"), re.DOTALL)
    return program


def verified(path):
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", recipe(), str(path)], capture_output=True, text=True, check=False
    )


def test_anyone_can_verify_the_json_with_the_program_of_the_docs(two, client, tmp_path, show):
    path = tmp_path / "edition.json"
    whole = client.get("/editions/2026-2.json").data
    path.write_bytes(whole)
    done = verified(path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"2026-2: 4 rows as sealed, digest {editions.get('2026-2').digest}")
    for old, new, complaint in (
        ("新名", "旧名", "row 1, entry 1: not what was sealed"),
        ("秋季版", "冬季版", "the edition is not what was sealed"),
        ('"parameters":1', '"parameters":2', "the edition is not what was sealed"),
    ):
        path.write_bytes(whole.replace(old.encode(), new.encode()))
        changed = verified(path)
        assert (changed.returncode, changed.stderr.strip()) == (1, complaint)


def test_the_program_on_the_page_is_the_one_of_the_docs(two, client, show):
    with client.get("/static/verify_edition.txt") as served:
        assert served.data.decode() == recipe()
    assert "".join(show("/editions/2026-1").one("pre").itertext()) == recipe()
    assert len([line for line in recipe().splitlines() if line]) <= 15
