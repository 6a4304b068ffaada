from datetime import UTC, date, datetime, timedelta

import pytest

from directory.db import transaction
from directory.rules.eligibility import FactKind
from tests import factories
from tests.views.page import Page, said


@pytest.fixture
def read(app, client):
    with transaction():
        factories.taxonomy()
        made = factories.organisation(1)
        factories.fact(made, FactKind.ABNORMAL_LIST, "", date(2020, 1, 1), date(2020, 6, 30))
        address = f"/organisations/{made.id}"
    return lambda query="": Page(client.get(address + query))


def gate(page, name):
    (row,) = [row for row in page.all("tr", inside="gates") if said(row).startswith(name)]
    return said(row)


def test_the_gates_of_a_day_gone_by_are_those_of_its_facts_with_their_source(read):
    page = read("?on=2020-03-01")
    assert page.status == 200
    assert "（2020年1月1日起）" in gate(page, "异常名录")
    assert "依据：公告（示例）" in gate(page, "异常名录")
    assert "2020年7月1日再看" in gate(page, "异常名录")
    assert "不在异常名录" in gate(read(), "异常名录")


def test_another_day_than_today_says_so(read):
    assert "推算" in read("?on=2020-03-01").text
    assert "推算" not in read().text


@pytest.mark.parametrize("wrong", ["yesterday", "2026-02-30", "1066-10-14", "9999-12-31", "2026-1-1", "'; --"])
def test_what_is_no_day_we_can_tell_of_is_said_beside_the_field(read, wrong):
    page = read(f"?on={wrong}")
    assert page.status == 422
    assert page.fault_beside("on")
    assert "入录条件逐条对照" in page.text


def test_ten_years_ahead_can_be_asked_about(read):
    assert read(f"?on={(datetime.now(UTC).date() + timedelta(days=3600)).isoformat()}").status == 200
