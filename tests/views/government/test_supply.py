"""The supply map, the ledger of unmet needs, and a call from draft to publication."""

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, func, select

from directory.db import db, transaction
from directory.models.supply import Call
from directory.rules.calendar import day_of
from directory.rules.roles import Role
from directory.rules.work import NeedState
from tests import factories, factories_supply, factories_work
from tests.factories import NOW, OTHER_STREET, STREET
from tests.views.page import said

MOST = 12
UNTIL = (day_of(NOW) + timedelta(days=30)).isoformat()


@pytest.fixture
def lacking(taxonomy):
    """Parking is listed, but full; rubble has nobody and was given up on in the other street."""
    with transaction():
        factories.entry(factories.organisation(), capacity=0)
        factories_work.need()
        factories_work.need("楼道里堆着砖头", category="P-015", area_code=OTHER_STREET)
        factories_work.need(
            "碎砖头没人清，打13812345678",
            category="P-015",
            area_code=OTHER_STREET,
            state=NeedState.UNMET,
            reason="nobody_found",
            note="=HYPERLINK(1)",
            people=40,
            joined=2,
        )


def test_the_map_says_where_what_is_lacking(district, lacking):
    page = district.get("/government/supply?field=SH-04")
    rows = {
        said(row.find("th")): [said(cell) for cell in row.findall("td")] for row in page.all("tr") if row.find("th")
    }
    assert rows["停车管理"] == ["在列 1 能接 0 在找 1 ! 不够", "在列 1 能接 0 在找 1 ! 不够", "—"]
    assert rows["建筑垃圾清运"] == ["在列 0 在找 1 落空 1 ✕ 缺", "—", "在列 0 在找 1 落空 1 ✕ 缺"]


def test_the_map_at_a_glance_counts_the_gaps_of_each_field(district, lacking):
    page = district.get("/government/supply")
    (row,) = [
        row for row in page.all("tr", inside="supply-map") if row.find("th") is not None and row.find("td") is not None
    ]
    assert [said(cell) for cell in row.findall("td")][1:] == ["! 不够 1", "✕ 缺 1"]
    assert page.link("社区治理", inside="supply-map") == "/government/supply?field=SH-04"


def test_without_needs_nothing_is_lacking(district):
    page = district.get("/government/supply")
    assert "没有缺口" in page.text
    assert page.all("button", inside="gaps") == []


def test_a_street_office_sees_its_own_street_and_calls_nobody(officer, lacking):
    street = officer(Role.STREET)
    page = street.get("/government/supply?field=SH-04")
    assert "天山路" in page.text
    assert "仙霞新村" not in page.text
    assert page.all("input", inside="gaps") == []
    assert street.get(f"/government/supply?street={OTHER_STREET}").status == 403
    assert street.get(f"/government/supply/unmet?street={OTHER_STREET}").status == 403
    assert "碎砖头" not in street.get("/government/supply/unmet").text
    assert "碎砖头" not in street.client.get("/government/supply/unmet.csv").text
    assert "仙霞" not in street.client.get("/government/supply/map.csv").text


def test_the_ledger_lists_each_need_masked_with_why(district, lacking):
    page = district.get("/government/supply/unmet")
    assert "碎砖头没人清，打［手机号］" in page.text
    assert "13812345678" not in page.response.text
    for word in ("目录里没有做这件事的机构", "40 人", "3 个居民区合计", "仙霞新村街道", "建筑垃圾清运"):
        assert word in page.text
    assert "没有符合这些条件的需求" in district.get("/government/supply/unmet?reason=too_dear").text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/government/supply?field=P-9", "没有“P-9”这个服务领域"),
        ("/government/supply?street=nowhere", "没有“nowhere”这个街道"),
        ("/government/supply/unmet?month=november", "“november”不是月份"),
        ("/government/supply/unmet?category=x", "没有“x”这类服务"),
        ("/government/supply/unmet?reason=x", "没有“x”这种原因"),
        ("/government/exposure?since=2026-13", "“2026-13”不是月份"),
        ("/government/exposure?since=2026-11&until=2026-10", "2026-10 早于前一个月"),
        ("/government/exposure?order=x", "没有“x”这种排序"),
    ],
)
def test_a_filter_that_cannot_be_is_named(district, address, words):
    page = district.get(address)
    assert page.status == 422
    assert words in page.text


def test_both_tables_are_exported_with_guarded_cells(district, lacking):
    ledger = district.client.get("/government/supply/unmet.csv")
    rows = list(csv.DictReader(io.StringIO(ledger.data.decode("utf-8-sig"))))
    assert [(row["原因"], row["说明"], row["街道"], row["人数"]) for row in rows] == [
        ("目录里没有做这件事的机构", "'=HYPERLINK(1)", "仙霞新村街道", "40")
    ]
    book = load_workbook(io.BytesIO(district.client.get("/government/supply/map.xlsx?field=SH-04").data))
    cells = [tuple(cell.value for cell in row) for row in book.worksheets[0].iter_rows()]
    assert len(cells) == 1 + 3 * 2
    assert [str(cell) for cell in cells[4]] == [
        *("社区治理", "P-015", "建筑垃圾清运", "仙霞新村街道", "0", "0", "0", "1", "1", "缺")
    ]
    assert district.client.get("/government/supply/map.pdf").status_code == 404


NEW = "/government/supply/calls/new?category=P-015"
POST = "/government/supply/calls/new"


def written(district, **changed):
    form = district.form(NEW, "calls/new")
    return {
        **form,
        "title": "征集垃圾清运",
        "text": "谁能做？",
        "opens_on": day_of(NOW).isoformat(),
        "closes_on": UNTIL,
    } | changed


def test_a_call_goes_from_the_map_over_a_check_to_everybody(district, officer, passer_by, lacking):
    assert "P-015" in [box.get("value") for box in district.get("/government/supply").all("input", inside="gaps")]
    sent = written(district)
    check = district.post(POST, **sent)
    assert check.title == "核对后再发布"
    assert db.session.scalar(select(func.count(Call.id))) == 0
    done = district.post(POST, follow=True, **sent, confirmed="1")
    assert done.title == "征集垃圾清运"
    public = passer_by.get("/calls/1")
    row = [said(cell) for cell in public.all("td")]
    assert row == ["1", "1", "0"]
    assert "正在征集" in public.text
    assert public.link("申请入录") == "/organisation/applications/new"
    assert "征集垃圾清运" in passer_by.get("/").text
    assert "征集垃圾清运" in passer_by.get("/calls").text
    assert "征集垃圾清运" in officer(Role.AUDITOR).get("/government/supply/calls").text


def test_a_call_sent_twice_is_published_once(district, lacking):
    sent = written(district, confirmed="1")
    assert district.post(POST, **sent).status == 303
    assert district.post(POST, **sent).status == 409
    assert db.session.scalar(select(func.count(Call.id))) == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "请写标题"),
        ("title", "长" * 61, "现在有 61 个"),
        ("text", "长" * 2001, "现在有 2001 个"),
        ("opens_on", "2026-01-01", "已经过了"),
        ("opens_on", "soon", "请写成 2026-11-23 这样的日期"),
        ("closes_on", "2026-01-01", "早于开始日期"),
        ("closes_on", "2029-01-01", "最长一年"),
        ("categories", "P-999", "没有“P-999”这类服务"),
        ("categories", "", "没有“”这类服务"),
    ],
)
@pytest.mark.parametrize("more", [{}, {"confirmed": "1"}])
@pytest.mark.usefixtures("lacking")
def test_what_is_wrong_is_named_and_what_was_written_stays(district, field, value, words, more):
    page = district.post(POST, **written(district, **{field: value}), **more)
    assert page.status == 422
    assert words in "".join(page.faults)
    kept = "谁能做？" if field != "text" else value
    assert kept in said(next(e for e in page.all("textarea") if e.get("name") == "text"))
    assert db.session.scalar(select(func.count(Call.id))) == 0


def test_going_back_from_the_check_keeps_what_was_written(district, lacking):
    page = district.post(POST, **written(district), edit="1")
    assert page.title == "起草征集"
    assert next(e.get("value") for e in page.all("input") if e.get("name") == "title") == "征集垃圾清运"


def test_a_call_without_services_leads_to_the_map(district, lacking):
    response = district.client.get("/government/supply/calls/new")
    assert response.headers["Location"].startswith("/government/supply")
    assert district.get("/government/supply/calls/new?category=SH-04").status == 422


def test_a_call_that_is_over_says_so_and_stands_on_the_home_page_no_more(passer_by, taxonomy):
    with transaction():
        over = day_of(NOW) - timedelta(days=1)
        factories_supply.call(title="去年的征集", opens_on=over, closes_on=over)
    assert "已于2026年11月22日截止" in passer_by.get("/calls/1").text
    assert "去年的征集" not in passer_by.get("/").text
    assert passer_by.get("/calls/99").status == 404


@pytest.fixture
def counted(app):
    def count(act):
        statements: list[str] = []

        def note(_connection, _cursor, statement, *_rest):
            if not statement.startswith(("BEGIN", "PRAGMA")):
                statements.append(statement)

        db.session.remove()
        event.listen(db.engine, "before_cursor_execute", note)
        act()
        event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    return count


ADDRESSES = [
    "/government/supply",
    "/government/supply?field=SH-04",
    f"/government/supply?field=SH-04&street={STREET}",
    "/government/supply/unmet",
    "/government/supply/unmet?category=SH-04&reason=nobody_found&month=2026-11",
    "/government/supply/calls",
    "/government/exposure",
    "/government/exposure?category=SH-04&order=never",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_asks_a_dozen_times_however_much_there_is(district, lacking, counted, address):
    before = counted(lambda: district.get(address))
    with transaction():
        for n in range(2, 12):
            factories.entry(factories.organisation(n), areas=[OTHER_STREET])
            factories_work.need(state=NeedState.UNMET, reason="nobody_found")
            factories_supply.category(f"P-9{n:02}", field="SH-99")
            factories_supply.call(f"P-9{n:02}")
    assert counted(lambda: district.get(address)) == before <= MOST


def test_a_call_is_changed_and_withdrawn_from_its_page(district, passer_by, taxonomy):
    with transaction():
        factories_supply.call(title="征集停车服务")
    page = district.get("/calls/1")
    assert (page.link("改征集"), page.link("撤回征集")) == ("/calls/1/change", "/calls/1/withdraw")
    assert "改征集" not in passer_by.get("/calls/1").text
    form = district.form("/calls/1/change", "calls/1/change") | {"closes_on": "2026-12-24"}
    late = form | {"closes_on": "2026-11-01"}
    assert "已经过了" in district.post("/calls/1/change", **late).text
    changed = district.post("/calls/1/change", follow=True, **form | {"text": "也要周末。"})
    assert "征集已经改好" in changed.text
    assert "也要周末。" in passer_by.get("/calls/1").text
    again = district.form("/calls/1/change", "calls/1/change") | form | {"text": "另一个人写的", "once": "f" * 32}
    stale = district.post("/calls/1/change", **again)
    assert (stale.status, "也要周末。" in stale.text) == (409, True)
    form = district.form("/calls/1/withdraw", "calls/1/withdraw")
    assert "请写明原因" in district.post("/calls/1/withdraw", **form, reason="").text
    form = district.form("/calls/1/withdraw", "calls/1/withdraw")
    assert "征集已经撤回" in district.post("/calls/1/withdraw", follow=True, **form | {"reason": "已经有机构了"}).text
    public = passer_by.get("/calls/1")
    assert "原因：已经有机构了" in public.text
    assert "已撤回" in passer_by.get("/calls").text
    assert "征集停车服务" not in passer_by.get("/").text
    assert district.get("/calls/1/change").status == 409
