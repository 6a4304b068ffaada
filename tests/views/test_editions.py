"""Pages and files of the editions: they show what was sealed, whatever happened since."""

import pytest
from sqlalchemy import event

from directory.db import db
from directory.operations import editions
from tests.factories_editions import later, listed, rename, seal, spoil, two_editions
from tests.views.page import Page, said


@pytest.fixture
def two(app):
    return two_editions()


@pytest.fixture
def show(client):
    return lambda address: Page(client.get(address))


def test_with_nothing_sealed_the_pages_say_so(app, show):
    page = show("/editions")
    assert "还没有封存过" in page.text
    assert page.all("p", kind="foot-edition") == []


def test_all_editions_are_listed_newest_first(two, show):
    page = show("/editions")
    numbers = [said(heading).split()[0] for heading in page.all("h2", inside="editions")]
    assert numbers == ["2026-2", "2026-1"]
    first, second = (said(item) for item in page.all("li", inside="editions"))
    assert "现行" in first
    assert "4 项" in first
    assert "已被新版取代" in second


def test_every_page_names_the_edition_in_force(two, show):
    digest = editions.in_force().digest
    for address in ("/", "/about", "/editions/2026-1", "/no-such-page"):
        foot = said(show(address).one("p", kind="foot-edition"))
        assert foot == f"现行版次 2026-2 2026年11月23日封存 · 校验码 {digest[:12]}"


def test_an_edition_shows_its_rows_as_they_were(two, show):
    page = show("/editions/2026-1")
    assert page.title == "目录 2026-1 版 春季版"
    assert {said(h) for h in page.all("h4")} == {f"第{n}号服务" for n in range(1, 6)}
    assert "新名" in {said(h) for h in show("/editions/2026-2").all("h4")}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("?q=1号", {"第1号服务"}),
        ("?q=邻里1社", {"第1号服务", "第3号服务", "第5号服务"}),
        ("?q=%25", set()),
        ("?q=_", set()),
        ("?q=没有", set()),
        ("?field=SH-04&q=2号", {"第2号服务"}),
        ("?field=SH-99", set()),
        ("?page=2", set()),
    ],
)
def test_rows_are_found_by_name(two, show, asked, names):
    page = show(f"/editions/2026-1{asked}")
    assert {said(h) for h in page.all("h4")} == names
    assert bool(page.all("p", kind="empty")) == (not names)


def test_an_edition_is_paged(app, show):
    ids = listed(120)
    seal()
    pages = [show(f"/editions/2026-1?page={n}") for n in (1, 2, 3)]
    assert [len(page.all("h4")) for page in pages] == [50, 50, 20]
    links = {a.get("href") for page in pages for a in page.all("a", inside="offers")}
    assert links == {f"/editions/2026-1/entries/{entry}" for entry in ids}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/editions/2026-3", 404),
        ("/editions/x", 404),
        ("/editions/2026-01", 404),
        ("/editions/2026-99999999999999999999", 404),
        ("/editions/2026-1/entries/999", 404),
        (f"/editions/2026-1/entries/{2**63}", 404),
        ("/editions/2026-1/diff/2026-9", 404),
        ("/editions/2026-9.csv", 404),
        ("/editions/2026-1.pdf", 404),
        ("/editions/compare?older=2026-1", 404),
        ("/editions/2026-1?page=0", 422),
        ("/editions/2026-1?page=x", 422),
        ("/editions/2026-1?q=" + "长" * 61, 422),
        ("/editions?page=999", 200),
    ],
)
def test_what_cannot_be_shown_is_told(two, show, address, status):
    assert show(address).status == status


def test_one_row_has_an_address_that_keeps_its_words(two, show):
    page = show(f"/editions/2026-1/entries/{two[0]}")
    row = editions.row(editions.get("2026-1"), two[0])
    assert page.title == "第1号服务"
    assert row.digest in page.text
    assert "新名" not in page.text
    service = row.content["service"]["id"]
    assert page.link("看现在的样子") == f"/services/{service}"
    assert "内容不同" in page.text
    assert show(page.link("看现在的样子")).title == "新名"


def test_a_difference_tells_who_came_who_went_and_what_changed(two, show):
    page = show("/editions/2026-1/diff/2026-2")
    sections = {said(h): said(s) for s in page.all("section") for h in s.iter("h2")}
    assert "=1+1" in sections["新列入"]
    assert "第2号服务" in sections["暂停"]
    assert "第3号服务" in sections["已退出"]
    assert "恢复" not in sections
    fields = [said(dt) for dt in page.all("dt", inside="difference")]
    assert fields == ["服务项目", "服务版本"]
    assert (said(page.all("del")[0]), said(page.all("ins")[0])) == ("第1号服务", "新名")


def test_the_other_way_round_it_is_mirrored(two, show):
    sections = {said(h): said(s) for s in show("/editions/2026-2/diff/2026-1").all("section") for h in s.iter("h2")}
    assert "=1+1" in sections["已退出"]
    assert "第2号服务" in sections["恢复"]
    assert "第3号服务" in sections["新列入"]


def test_an_edition_does_not_differ_from_itself(two, show):
    assert "选的是同一版" in show("/editions/2026-1/diff/2026-1").text


def test_choosing_two_leads_to_their_difference(two, client):
    answer = client.get("/editions/compare?older=2026-1&newer=2026-2")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/editions/2026-1/diff/2026-2")


def test_the_printable_page_is_whole(app, show):
    listed(120)
    seal()
    page = show("/editions/2026-1/print")
    rows = [row for row in page.all("tr") if row.findall("td")]
    assert [said(row.find("td")) for row in rows] == [str(n) for n in range(1, 121)]
    assert editions.in_force().digest in page.text


def test_the_catalogue_of_a_day_shows_what_stood_then(two, show):
    spoil("UPDATE entry_step SET at = '2025-03-01 04:00:00.000000' WHERE step = 'list' AND entry_id <= 5")
    page = show("/catalogue?on=2025-03-01")
    assert {said(h) for h in page.all("h4")} == {f"第{n}号服务" for n in range(1, 6)}
    assert "2025年3月1日结束时" in page.text
    assert show("/catalogue?on=2025-03-01&state=suspended").all("h4") == []


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ("?on=2020-02-29", 200, "目录从2026年11月23日起才有记录"),
        ("?on=0001-01-01", 200, "起才有记录"),
        ("?on=2021-02-29", 422, "不是日期"),
        ("?on=2026-11-3", 422, "不是日期"),
        ("?on=20261123", 422, "不是日期"),
        ("?on=%00", 422, "不是日期"),
        ("?on=9999-12-31", 422, "还没有到"),
        ("?on=2026-11-23&state=x", 422, "没有“x”这种状态"),
        ("?on=2026-11-23&page=-1", 422, "页码从 1 开始"),
    ],
)
def test_days_that_cannot_be_shown_are_told(two, show, asked, status, words):
    page = show(f"/catalogue{asked}")
    assert (page.status, words in page.text) == (status, True)
    assert page.all("input", inside="lookup")


def test_an_empty_catalogue_says_that_no_day_had_any(app, show):
    assert "哪一天都是空的" in show("/catalogue").text


def test_the_home_page_tells_the_edition_and_who_came_and_went(two, show):
    page = show("/")
    assert "2026-2 秋季版" in page.text
    changes = [said(item) for item in page.all("li", inside="changes")]
    assert any("第3号服务" in line and "已退出" in line for line in changes[:2])
    assert any("第2号服务" in line and "暂停" in line for line in changes[:2])
    assert any("=1+1" in line and "列入" in line for line in changes)


def test_no_page_asks_more_than_a_dozen_times_and_more_rows_ask_no_more_often(app, client):
    listed(60)
    seal()
    rename(1, "新名", now=later(1))
    seal("二", now=later(2))
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    counts = {}
    for address in (
        "/",
        "/editions",
        "/editions/2026-1",
        "/editions/2026-1?q=1",
        "/editions/2026-1/print",
        "/editions/2026-1/entries/1",
        "/editions/2026-1/diff/2026-2",
        "/catalogue",
        "/editions/2026-1.csv",
    ):
        db.session.remove()
        asked.clear()
        assert client.get(address).status_code == 200
        counts[address] = len(asked)
    event.remove(db.engine, "before_cursor_execute", note)
    assert max(counts.values()) <= 12, counts


def test_the_footer_costs_no_page_where_the_database_is_away(two, client):
    spoil("ALTER TABLE edition RENAME TO gone")
    assert client.get("/about").status_code == 200
    assert client.get("/no-such-page").status_code == 404


@pytest.mark.parametrize("content", ["no JSON", "5", "{}", '{"category":{"field":{}}}', "[" * 100_000])
def test_a_row_that_nobody_can_read_any_more_is_told_of(two, client, content):
    spoil("UPDATE sealed_entry SET content = :c WHERE edition_id = 1 AND entry_id = :e", c=content, e=two[0])
    for address in (
        "/editions/2026-1",
        f"/editions/2026-1/entries/{two[0]}",
        "/editions/2026-1/print",
        "/editions/2026-1/diff/2026-2",
        "/editions/2026-1.csv",
        "/editions/2026-1.xlsx",
    ):
        page = Page(client.get(address))
        assert page.status == 409, address
        assert f"第 {two[0]} 号条目封存的内容后来被人改动" in page.text
    assert client.get("/api/v1/editions/2026-1").status_code == 409
    assert content in client.get("/editions/2026-1.json").text
    assert client.get("/editions/2026-2").status_code == 200
