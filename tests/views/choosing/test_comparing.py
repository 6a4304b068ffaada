from datetime import date
from decimal import Decimal

import pytest

from directory.db import db, transaction
from directory.models.reputation import Reputation
from directory.models.service import Entry
from directory.operations import comparisons, parameters
from directory.rules.lifecycle import EntryState
from directory.rules.roles import Role
from tests import factories
from tests.factories import NOW, OTHER_STREET
from tests.views.choosing.conftest import Street
from tests.views.page import said


def cells(page, row: str) -> list[str]:
    """What stands in a row of the comparison, provider by provider."""
    for tr in page.all("tr"):
        head = [e for e in tr if e.tag == "th"]
        if head and said(head[0]).startswith(row):
            return [said(e) for td in tr if td.tag == "td" for e in td if e.tag == "div"]
    return []


def test_the_answer_is_shown_as_it_was_frozen_with_its_reasons(street: Street):
    page = street.clerk.get(street.address("choose"))
    assert page.status == 200
    assert [said(e) for e in page.all("h3")] == [f"停车共治第{n}号" for n in (1, 2, 3)]
    assert "内容相近" in page.text
    assert "88.5 分" in page.text


def test_what_is_kept_and_dropped_is_on_the_shortlist_at_once(street: Street):
    clerk = street.clerk
    page = clerk.post(street.address("shortlist"), entry=street.ids[1], back="choose")
    assert "已加入比选" in page.text
    assert "比选名单 1 家" in page.text
    page = clerk.post(street.address("shortlist"), entry=street.ids[1], step="drop", back="compare")
    assert "比选名单还是空的" in page.text


@pytest.mark.parametrize("entry", ["", "x", "999999", "-1", "9" * 30])
def test_an_entry_that_is_none_is_not_found(street: Street, entry):
    assert street.clerk.status(street.address("shortlist"), entry=entry) == 404


def test_a_suspended_one_is_refused_in_words(street: Street):
    with transaction():
        db.session.get_one(Entry, street.ids[0]).state = EntryState.SUSPENDED
        db.session.get_one(Entry, street.ids[0]).reason = "grade"
    page = street.clerk.post(street.address("shortlist"), entry=street.ids[0])
    assert page.status == 409
    assert "暂停（评估等级到期或不够）" in page.text
    assert "现在暂停，不能邀请" in street.clerk.get(street.address("choose")).text


def test_providers_stand_side_by_side_and_who_is_ahead_says_so(street: Street):
    street.keep(0, 1, 3)
    with transaction():
        first, second, _ = (db.session.get_one(Entry, street.ids[n]) for n in (0, 1, 3))
        first.service.organisation.confirmed_on = date(2026, 11, 1)
        second.version.price_low, second.version.price_high = 800, 900
        second.assessed = Decimal("91.25")
        for entry, reviews, total in ((first, 2, "9.50"), (second, 4, "18.00")):
            db.session.add(
                Reputation(
                    organisation_id=entry.service.organisation_id,
                    category_id=entry.service.category_id,
                    reviews=reviews,
                    total=Decimal(total),
                    finished=reviews + 3,
                )
            )
    page = street.clerk.get(street.address("compare"))
    assert cells(page, "匹配综合分") == ["90 第 1 名 ✓ 最高", "80 第 2 名", "! 不在匹配结果里"]
    assert cells(page, "价格") == ["每项目 1,000–2,000 元", "每项目 800–900 元 ✓ 最低", "每项目 1,000–2,000 元"]
    assert cells(page, "评估得分") == ["88.5", "91.25 ✓ 最高", "88.5"]
    assert cells(page, "评估等级") == ["4A"] * 3
    assert cells(page, "评价") == ["2 条评价 · 还太少，不显示分数", "4.0 · 4 条评价 · 简单平均 4.50", "还没有评价"]
    assert cells(page, "类似完成") == ["5 次", "7 次 ✓ 最多", "0 次"]
    assert cells(page, "资料确认")[1:] == ["还没有确认过"] * 2
    assert cells(page, "匹配分：内容相近")[0].startswith("0.90")
    assert cells(page, "匹配分：内容相近")[2] == "—"


def test_who_is_ahead_among_level_ones_is_nobody(street: Street):
    street.keep(0, 1)
    found = comparisons.of(street.need, street.ids[:2], rules=parameters.in_force(), by=street.by, on=NOW.date())
    assert found.best["price"] == frozenset()
    assert found.best["score"] == {street.ids[0]}


def test_prices_of_different_units_are_not_compared(street: Street):
    with transaction():
        version = db.session.get_one(Entry, street.ids[0]).version
        version.price_low, version.price_unit = 13, "每人次"
    found = comparisons.of(street.need, street.ids[:2], rules=parameters.in_force(), by=street.by, on=NOW.date())
    assert found.best["price"] == frozenset()


def test_an_empty_comparison_says_what_to_do(street: Street):
    assert "比选名单还是空的" in street.clerk.get(street.address("compare")).text


def test_the_catalogue_is_searched_and_a_provider_outside_is_kept(street: Street):
    clerk = street.clerk
    page = clerk.get(street.address("outside?q=邻里5"))
    assert [said(e) for e in page.all("h3")] == ["停车共治第5号"]
    back = clerk.post(
        street.address("shortlist"), entry=street.ids[4], back="outside", q="邻里5", category="", page="1"
    )
    assert "已在比选名单" in back.text
    assert "没有叫这个名字的服务" in clerk.get(street.address("outside?q=%25")).text
    for wrong in ("q=" + "长" * 61, "page=0", "page=x"):
        assert clerk.get(street.address(f"outside?{wrong}")).status == 422


@pytest.mark.parametrize("page", ["choose", "compare", "outside", "invite", "proposals", "award", "nobody"])
def test_another_neighbourhoods_need_is_not_shown(street: Street, page):
    with transaction():
        stranger = factories.actor(Role.NEIGHBOURHOOD, area_code=OTHER_STREET)
    assert street.desk(stranger).get(street.address(page)).status == 403


def test_more_providers_ask_no_more_often(street: Street, counted):
    """A dozen statements at most, however many are compared."""
    pages, few = ("choose", "compare", "outside", "invite"), {}
    for kept in (1, 4):
        street.keep(*range(kept))
        clerk = street.clerk
        clerk.get("/")
        for page in pages:
            number = counted(lambda c=clerk, p=page: c.get(street.address(p)))
            assert few.setdefault(page, number) == number <= 12, page
