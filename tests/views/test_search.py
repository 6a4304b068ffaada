"""The search page: its counts are what one gets, every filter comes off again, and every bad question is answered."""

import re
import shutil
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

import pytest

from tests.views.page import Page, said

REFUSED = {
    "a price range the wrong way round": ("price_low=500&price_high=200", "最高价 200 小于最低价 500，请改其中一个。"),
    "a page before the first": ("page=-1", "没有第 -1 页"),
    "page nought": ("page=0", "没有第 0 页"),
    "page one thousand million": (f"page={10**9}", "没有第 1000000000 页"),
    "a page that is no number": ("page=abc", "“abc”不是数字"),
    "a price past all numbers": ("price_low=1e309", "“1e309”不是数字"),
    "a price with two signs": ("price_low=--5", "“--5”不是数字"),
    "a price below nothing": ("price_high=-5", "价格不能小于 0"),
    "a price of a thousand digits": (f"price_high={'9' * 1000}", "不是数字"),
    "markup for a price": ("price_low=<b>1</b>", "“<b>1</b>”不是数字"),
    "a long question": (f"q={'水' * 201}", "搜索词最多 200 个字"),
    "a very long question": (f"q={'q' * 20_000}", "搜索词最多 200 个字"),
    "an order that is none": ("order=random", "没有“random”这种排序"),
    "a field that is none": ("field=SH-99", "没有“SH-99”这个服务领域"),
    "a service for a field": ("field=P-008", "没有“P-008”这个服务领域"),
    "a kind that is none": ("category=<script>", "没有“<script>”这类服务"),
    "an area that is none": ("area=000000", "没有“000000”这个地方"),
    "one good area and one bad": ("area=310105-05&area=x", "没有“x”这个地方"),
    "a control character": ("area=%00%1b", "没有“”这个地方"),
}
HARMLESS = {
    "a grade that is none": "grade=9Z",
    "a route that is none": "route=%3Cscript%3E",
    "a state that is none": "state=deleted",
    "a question twice": "q=消防&q=养老",
    "a value twice": "field=SH-01&field=SH-01",
    "empty values": "q=&field=&price_low=&order=&page=",
    "parameters of no meaning": "utm_source=x&debug=1",
    "only signs": "q=!!!&order=quality",
    "a template": "q={{7*7}}",
    "SQL": "q=' OR 1=1 --",
    "wildcards": "q=*消防* AND name:* OR %25_",
    "the signs of a query language": 'q="消防 [a TO z] ^2 ~ (',
    "control characters": "q=消%00防%1b%7f%C2%85",
    "no UTF-8": "q=%FF%FE",
    "emoji": "q=🔥",
    "full-width digits": "price_low=１００",
    "the greatest price": "price_high=99999999999",
}


def total(page: Page) -> int:
    found = re.match(r"找到 (\d+) 项", said(page.one(kind="found").find("h2")))
    assert found, page.text
    return int(found[1])


def counts(page: Page, facet: str) -> dict[str, tuple[str, int]]:
    """Of each value offered to narrow by: its address, and how many services it promises."""
    names = {"field": "领域", "category": "服务", "area": "区域", "grade": "等级", "route": "解决路径", "state": "状态"}
    groups = [e for e in page.all("details", inside="narrow") if said(e.find("summary")) == names[facet]]
    return {
        said(link).removesuffix(said(link.find("span"))).strip(): (str(link.get("href")), int(said(link.find("span"))))
        for group in groups
        for link in group.iter("a")
    }


def offers(page: Page) -> list[Element]:
    return page.all("li", kind="offer")


@pytest.mark.parametrize("facet", ["field", "area", "grade", "route", "state"])
@pytest.mark.parametrize("start", ["/search", "/search?q=老人", "/search?price_low=100&price_high=3000"])
def test_a_count_is_the_total_one_gets_by_clicking(read, start, facet):
    promised = list(counts(read(start), facet).values())
    assert len(promised) > 1
    for address, number in (promised[0], promised[len(promised) // 2], promised[-1]):
        assert total(read(address)) == number


def test_counts_stay_true_with_another_filter_on(read):
    for address, number in list(counts(read("/search?field=SH-01&q=老人"), "area").values())[:3]:
        assert total(read(address)) == number


def test_services_of_a_field_are_offered_once_the_field_is_chosen(read):
    assert counts(read("/search"), "category") == {}
    promised = counts(read("/search?field=SH-01"), "category")
    assert sum(number for _, number in promised.values()) == total(read("/search?field=SH-01"))


def test_a_value_of_another_kind_adds_its_services(read):
    one = read("/search?field=SH-01")
    address, number = counts(one, "field")["社区服务"]
    assert total(read(address)) == total(one) + number


def test_a_filter_goes_on_and_comes_off_again(read):
    start = read("/search?q=老人&order=price")
    on = read(counts(start, "field")["养老服务"][0])
    assert said(on.one("ul", kind="chosen")).startswith("× 去掉：养老服务")
    assert "养老服务" not in counts(on, "field")
    off = read(on.link("× 去掉：养老服务"))
    assert total(off) == total(start)
    assert off.all("ul", kind="chosen") == []
    assert [said(o) for o in offers(off)] == [said(o) for o in offers(start)]


def test_all_filters_come_off_at_once_and_the_words_stay(read):
    page = read("/search?q=老人&field=SH-01&area=310105-05&price_high=900")
    assert parse_qs(urlsplit(page.link("全部清除")).query) == {"q": ["老人"]}


def test_what_was_asked_stands_in_the_form_again(read):
    page = read("/search?q=老人&price_low=10&price_high=900&order=price&field=SH-01")
    values = {e.get("name"): e.get("value") for e in page.all("input", inside="search-box")}
    assert values == {"q": "老人", "price_low": "10", "price_high": "900", "field": "SH-01"}
    assert [e.get("value") for e in page.all("option") if "selected" in e.attrib] == ["price"]


def test_pages_follow_one_another_without_gap_or_repeat(read):
    page, seen = read("/search?field=SH-04"), []
    while True:
        seen += [str(offer.find("h3/a").get("href")) for offer in offers(page)]
        following = [a for a in page.all("a") if a.get("rel") == "next"]
        if not following:
            break
        page = read(str(following[0].get("href")))
    assert len(seen) == len(set(seen)) == total(page)
    assert page.link("上一页")


def test_a_page_past_the_last_leads_back_to_it(read):
    page = read("/search?field=SH-04&page=900")
    assert page.status == 200
    assert "没有这么多页" in page.text
    assert offers(read(page.link("去最后一页")))


def test_changing_a_filter_goes_back_to_the_first_page(read):
    address, _ = counts(read("/search?page=3"), "field")["养老服务"]
    assert "page" not in address


def test_cheap_ones_come_first_when_asked(read):
    lows = [said(o) for o in offers(read("/search?order=price"))]
    prices = [0 if "免费" in o else int(re.search(r"([\d,]+)(?:–[\d,]+)? 元", o)[1].replace(",", "")) for o in lows]
    assert prices == sorted(prices)


def test_prices_are_kept_to(read):
    for offer in offers(read("/search?price_low=1000&price_high=1500&order=price")):
        low = int(re.search(r"([\d,]+)(?:–[\d,]+)? 元", said(offer))[1].replace(",", ""))
        assert low <= 1500


def test_only_listed_ones_are_found_unless_others_are_asked_for(read):
    assert all("暂停：" not in said(offer) for offer in offers(read("/search")))
    assert all("暂停：" in said(offer) for offer in offers(read("/search?state=suspended")))


def test_nothing_found_says_why_and_what_to_do(read):
    page = read("/search?q=没有这样的东西zzz")
    assert page.status == 200
    assert total(page) == 0
    assert "可以去掉一个条件" in page.text


@pytest.mark.parametrize(("question", "why"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_asked_is_refused_in_place(read, question, why):
    page = read(f"/search?{question}")
    assert page.status == 422
    assert why in " ".join(page.faults)
    assert page.title == "浏览和搜索目录"
    assert page.all("b", inside="main") == []
    assert page.all("script") == []


@pytest.mark.parametrize("name", ["q", "price_low", "price_high"])
def test_an_error_stands_beside_its_field_with_the_value_given(read, name):
    bad = {"q": "水" * 201, "price_low": "abc", "price_high": "-1"}[name]
    page = read(f"/search?{name}={bad}")
    assert page.link(page.faults[0]) == f"#{name}"
    assert page.faults[0] in page.fault_beside(name)
    assert page.one(inside=name).get("value") == bad


@pytest.mark.parametrize("question", HARMLESS.values(), ids=HARMLESS)
def test_what_is_only_odd_is_answered(read, question):
    page = read(f"/search?{question}")
    assert page.status == 200
    assert total(page) >= 0
    assert "49" not in said(page.one("h1"))
    assert page.all("script") == []


def test_without_an_index_it_answers_from_the_database_and_says_so(copied):
    app = copied()
    whole = Page(app.test_client().get("/search?q=消防"))
    assert "结果可能不是最新的" not in whole.text
    shutil.rmtree(app.extensions["engine"].index.root)
    stale = Page(app.test_client().get("/search?q=消防"))
    assert stale.status == 200
    assert "结果可能不是最新的" in stale.text
    assert total(stale) == total(whole)
