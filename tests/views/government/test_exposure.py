"""The report on who is shown how often, as officers read it, and as everybody does."""

import csv
import io
from datetime import timedelta

import pytest

from directory.db import transaction
from directory.operations import exposures
from directory.policy import OPERATOR
from directory.rules.roles import Role
from tests import factories, factories_supply
from tests.factories import NOW
from tests.views.page import said


@pytest.fixture
def shown(taxonomy):
    """Of two, the first is always first; a third never shown, with a name that a spreadsheet would compute."""
    with transaction():
        entries = [factories.entry(factories.organisation(n)) for n in (1, 2)]
        factories.entry(factories.organisation(3, name="=SUM(A1)"))
        for _ in range(4):
            factories_supply.run(entries)
        exposures.count(by=OPERATOR, now=NOW + timedelta(hours=1))


def test_the_report_says_who_was_shown_how_often_and_until_when_it_counts(district, shown):
    page = district.get("/government/exposure")
    rows = {said(row.find("th").find("a")): [said(cell) for cell in row.findall("td")] for row in page.all("tr")[1:]}
    assert rows["示例·邻里1社"] == ["4", "1.0", "4", "4", "0", "0", "0", "88.5"]
    assert rows["示例·邻里2社"] == ["4", "2.0", "0", "4", "0", "0", "0", "88.5"]
    assert rows["=SUM(A1)"][0] == "! 没有"
    for words in ("数到2026年11月23日为止", "其中 1 家一次也没有被推荐", "占第一名的 100%", "同分"):
        assert words in page.text


def test_the_lead_reads_it_in_a_workspace_of_the_lead(officer, shown):
    page = officer(Role.LEAD).get("/government/exposure")
    assert page.status == 200
    assert page.link("曝光报告", inside="desk") == "/government/exposure"
    assert "待办" in said(page.one(kind="desk"))


def test_before_anything_was_counted_the_report_says_so(district):
    page = district.get("/government/exposure")
    assert "还没有数过" in page.text
    assert "没有机构被推荐过" in page.text


def test_it_is_exported_with_guarded_cells(district, shown):
    answer = district.client.get("/government/exposure/table.csv?order=never")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["机构"], row["推荐次数"], row["新机构"]) for row in rows] == [
        ("'=SUM(A1)", "0", "是"),
        ("示例·邻里1社", "4", "是"),
        ("示例·邻里2社", "4", "是"),
    ]
    assert answer.headers["Content-Disposition"] == "attachment; filename=exposure-2026-09-2026-11-2026-11-23.csv"
    assert district.client.get("/government/exposure/table.pdf").status_code == 404


def test_everybody_reads_what_share_newcomers_have_and_no_name(passer_by, shown):
    page = passer_by.get("/ranking")
    assert "占推荐的 100%、第一名的 100%" in page.text
    assert "示例·邻里" not in page.text
