"""The answer page: what was understood, who should solve it, who can help and why, and who was left out and why."""

import re
import shutil
from datetime import date

import pytest

from directory.models.match import MatchLine
from directory.models.organisation import Organisation
from directory.models.service import Service, ServiceVersion
from directory.operations.runs import Account, NamedLine
from directory.views.marking import likely, marked, outlook
from tests.views.conftest import token
from tests.views.page import Page, said

FIRE = "楼道里堆满杂物，灭火器也过期了"
BUILDING = "有人在楼下违章搭建，占用公共绿地，没人管"
MEALS = "独居老人中午吃饭没着落，想找人送餐"
VAGUE = "一个人"


def test_the_words_that_decided_are_marked_in_the_sentence(answered):
    page = answered(FIRE)
    assert said(page.one(kind="said")) == FIRE
    assert {"灭火器", "过期"} <= {said(word) for word in page.all("mark", inside="said")}
    assert "也" not in "".join(said(word) for word in page.all("mark", inside="said"))
    assert "因为您提到" in said(page.one(inside="guesses", tag="ol"))


def test_what_a_department_must_do_names_it_with_its_phone(answered):
    page = answered(BUILDING)
    solver = said(page.one(kind="solver"))
    assert "归政府部门管" in solver
    assert "城管" in solver
    assert page.link("12345", inside="solver") == "tel:12345"
    assert "可以在旁边帮忙" in solver
    assert page.all("li", inside="matches")


def test_what_an_organisation_can_do_says_so(answered):
    assert "社会组织可以帮忙" in said(answered(MEALS).one(kind="solver"))


def test_each_match_has_its_reasons_drawn_as_long_as_they_count(answered):
    page = answered(FIRE)
    matches = [li for li in page.all("li", inside="matches") if li.find("details") is not None]
    assert len(matches) == len(page.all("ol", kind="matches")[0].findall("li"))
    for match in matches:
        rows = [row for row in match.iter("tr") if row.find("td") is not None]
        bars = [float(e.get("width", "")) for e in match.iter() if e.get("class") == "bar-points"]
        points = [float(said(row.findall("td")[1])) for row in rows]
        assert rows
        assert all(said(row.find("th")) for row in rows)
        assert bars == pytest.approx([100 * p for p in points], abs=0.51)


def test_the_matches_stand_in_the_order_of_their_scores(answered):
    scores = [int(said(e).split()[-1]) for e in answered(FIRE).all(kind="score")]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 100 for score in scores)


def test_from_a_match_one_reaches_its_standard_and_its_organisation(answered, read):
    page = answered(FIRE)
    first = page.one("ol", kind="matches").findall("li")[0]
    service, organisation = [str(a.get("href")) for a in first.iter("a")]
    assert "的服务标准" in read(service).text
    assert "资质事实" in read(organisation).text


def test_who_is_left_out_stands_there_with_cause_and_date(answered):
    page = answered(MEALS)
    left_out = [said(line) for line in page.all("li", inside="excluded")]
    assert left_out
    assert any(re.search(r"等级已于\d{4}年\d+月\d+日到期", line) for line in left_out)
    assert f"相近但没有列入的 {len(left_out)} 项" in page.text
    assert page.all("li", inside="tally")


def test_an_organisation_that_does_not_come_here_is_left_out_for_that(answered):
    page = answered("夫妻天天吵架闹离婚", area="310105-05")
    assert "不服务本街道" in " ".join(said(line) for line in page.all("li", inside="excluded"))
    assert "选定街道" not in page.text


def test_it_says_what_would_change_the_list(answered):
    bare, full = answered(MEALS), answered(MEALS, area="310105-05", budget="5000")
    assert "选定街道" in bare.text
    assert "填上预算" in bare.text
    assert "选定街道" not in full.text
    assert "填上预算" not in full.text
    assert "预算 5,000 元" in full.text


def test_an_unsure_answer_offers_three_kinds_and_takes_the_choice(ask, visitor):
    page = ask(VAGUE)
    assert "拿不准" in page.text
    choices = page.all("form", inside="choices")
    assert len(choices) == 3
    assert page.all(kind="solver") == []
    fields = {e.get("name"): e.get("value", "") for e in choices[1].iter("input")}
    chosen = Page(visitor.post("/match", data=fields, follow_redirects=True))
    assert "这是您选的类别" in chosen.text
    assert [said(a) for a in chosen.all("a", inside="guesses")] == [said(b) for b in choices[1].iter("button")]
    assert said(chosen.one(kind="said")) == VAGUE


def test_a_sure_answer_lets_one_take_another_kind(ask, visitor):
    other = ask(FIRE).all("form", inside="choices")[0]
    fields = {e.get("name"): e.get("value", "") for e in other.iter("input")}
    chosen = Page(visitor.post("/match", data=fields, follow_redirects=True))
    assert next(said(a) for a in chosen.all("a", inside="guesses")) == said(next(other.iter("button")))


def test_without_any_guess_it_says_so_and_helps_on(answered):
    page = answered("asdkjh qwpeoi")
    assert "没看懂" in page.text
    assert page.link("按服务分类找") == "/categories"


def test_the_question_can_be_put_again_with_what_was_said(answered):
    page = answered(MEALS, area="310105-05", budget="5000")
    assert said(page.one("textarea")) == MEALS
    assert [e.get("value") for e in page.all("option", inside="area") if "selected" in e.keys()] == ["310105-05"]  # noqa: SIM118 - an Element
    assert page.one(inside="budget").get("value") == "5000"


def test_the_answer_is_frozen_and_its_address_is_its_receipt(answered, visitor):
    first = answered(FIRE)
    address = first.response.request.path
    again = Page(visitor.get(address))
    assert again.text == first.text
    assert address.removeprefix("/match/") in again.text


def test_it_says_when_the_index_may_lag_behind(copied):
    app = copied()
    client = app.test_client()
    shutil.rmtree(app.extensions["engine"].index.root)
    data = {"csrf_token": token(client), "text": FIRE}
    page = Page(client.post("/match", data=data, follow_redirects=True))
    assert page.status == 200
    assert "结果可能不是最新的" in page.text
    assert page.all(kind="score")


@pytest.mark.parametrize(
    ("text", "words", "pieces"),
    [
        ("灭火器过期", ["灭火器"], [("灭火器", True), ("过期", False)]),
        ("灭火器过期", [], [("灭火器过期", False)]),
        ("灭火器", ["灭火", "火器"], [("灭火器", True)]),
        ("水水水", ["水水"], [("水水水", True)]),
        ("ABC过期", ["abc"], [("ABC", True), ("过期", False)]),
        ("樓道", ["楼道"], [("樓道", True)]),
        ("㍿过期", ["过期"], [("㍿过期", False)]),
        ("过期", [""], [("过期", False)]),
        ("", ["过期"], []),
    ],
)
def test_words_are_marked_where_they_stand(text, words, pieces):
    assert marked(text, words) == pieces


def test_far_fetched_guesses_are_left_out_but_never_the_first():
    guesses = [{"probability": p} for p in (0.04, 0.6, 0.04, 0.9)]
    assert likely(guesses) == guesses[:2]
    assert likely([]) == []


def test_an_organisation_out_with_two_services_for_one_cause_is_named_once():
    grade = {"code": "grade_lapsed", "changes_on": "2027-01-01"}
    staff = {"code": "too_few_staff", "changes_on": "2026-12-01"}
    area = {"code": "area_not_served"}
    told = outlook(
        account(("甲", [grade]), ("甲", [grade]), ("乙", [staff]), ("丙", [grade, area]), ("丁", [area, area]))
    )
    assert [(item.organisation.name, on) for item, on in told.returning] == [
        ("乙", date(2026, 12, 1)),
        ("甲", date(2027, 1, 1)),
    ]
    assert {reason["code"]: number for reason, number in told.counts} == {
        "grade_lapsed": 3,
        "area_not_served": 2,
        "too_few_staff": 1,
    }


def account(*excluded: tuple[str, list[dict[str, str]]]) -> Account:
    ids = {name: number for number, (name, _) in enumerate(excluded)}
    lines = [
        NamedLine(
            MatchLine(rank=0, reasons=reasons), ServiceVersion(), Service(), Organisation(id=ids[name], name=name)
        )
        for name, reasons in excluded
    ]
    return Account(run=None, matches=[], excluded=lines, categories={}, siblings=[])  # type: ignore[arg-type]  # not looked at
