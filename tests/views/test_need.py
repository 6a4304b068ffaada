"""The need form with whatever people, and those who are up to something, put into it."""

import pytest
from sqlalchemy import func, select

from directory.db import db
from directory.models.match import MatchRun
from directory.models.question import Question
from tests.views.page import Page, said

FIRE = "楼道里堆满杂物，灭火器也过期了"
UNANSWERABLE = {
    "nothing at all": (None, "请先写下遇到的问题"),
    "empty": ("", "请先写下遇到的问题"),
    "blank": (" \n　\t ", "没有字"),
    "only emoji": ("😀🔥🚒", "没有字"),
    "only signs": ("！？……——", "没有字"),
    "only control characters": ("\x00\x07\x1b", "没有字"),
    "only invisible characters": ("\u200b\u200e\u2060\ufeff", "没有字"),
    "10,000 characters": ("楼道" * 5000, "最多 1000 个字"),
    "1,001 characters": ("水" * 1001, "最多 1000 个字"),
}
ANSWERABLE = {
    "one character": "水",
    "1,000 characters": "灭火器过期。" * 166 + "楼道里堆",
    "a word with emoji": "楼道着火🔥了",
    "control characters in between": "灭火\x00器\x1b[31m过\x7f期\u0085了",
    "SQL": "' OR 1=1; DROP TABLE need; --",
    "HTML": "<script>alert('灭火器')</script><img src=x onerror=alert(1)>",
    "a template": "{{7*7}} {% for x in ().__class__.__mro__ %}灭火器{% endfor %} ${7*7} #{7*7}",
    "a format": "%s %(x)s {0} {text!r} 灭火器 100%",
    "markup of the page itself": '"></textarea></form><h1>灭火器</h1>',
    "right to left": "\u202e灭火器过期了\u202c",
    "a noncharacter": "灭火器\ufffe过期\U0001ffff",
    "no word we know": "asdkjh qwpeoi",
    "no Chinese": "Feuerlöscher abgelaufen im Treppenhaus",
    "lines": "楼道堆物\r\n\r\n灭火器过期\n",
}
SAME_ANSWER = {
    "traditional": "樓道裡堆滿雜物，滅火器也過期了",
    "full-width": "楼道里堆满杂物，灭火器也过期了！！１",
    "mixed with Latin": "楼道里堆满杂物 fire extinguisher，灭火器也过期了",
    "blanks in between": "楼道里 堆满杂物 ， 灭火器 也过期了",
}
SPOILT = {
    "unknown area": ({"area": "999999"}, "area", "没有这个地方"),
    "an area of another kind": ({"area": "<b>"}, "area", "没有这个地方"),
    "negative budget": ({"budget": "-1"}, "budget", "预算要在 0 到 1 亿元之间"),
    "huge budget": ({"budget": "1" * 400}, "budget", "预算要在 0 到 1 亿元之间"),
    "budget past what a number holds": ({"budget": "9" * 5000}, "budget", "预算要在 0 到 1 亿元之间"),
    "no number": ({"budget": "很多"}, "budget", "只写数字"),
    "a number in pieces": ({"budget": "1,2,3"}, "budget", "只写数字"),
    "a broken number": ({"budget": "1e309"}, "budget", "只写数字"),
    "no finite number": ({"budget": "NaN"}, "budget", "只写数字"),
    "a category that is none": ({"category": "P-999"}, "text", "没有“P-999”这类服务"),
    "a field for a category": ({"category": "SH-04"}, "text", "没有“SH-04”这类服务"),
    "a category with markup": ({"category": "<i>x"}, "text", "没有“<i>x”这类服务"),
}


def runs() -> int:
    return db.session.scalar(select(func.count(MatchRun.id))) or 0


@pytest.mark.parametrize(("text", "why"), UNANSWERABLE.values(), ids=UNANSWERABLE)
def test_what_cannot_be_answered_comes_back_with_the_reason_beside_the_field(ask, text, why):
    before = runs()
    page = ask(text)
    assert page.status == 422
    assert why in page.fault_beside("text")
    assert [why in line for line in page.faults] == [True]
    assert page.link(page.faults[0]) == "#text"
    assert runs() == before


@pytest.mark.parametrize("text", ANSWERABLE.values(), ids=ANSWERABLE)
def test_anything_with_a_word_in_it_is_answered(ask, text):
    page = ask(text)
    assert page.status == 200
    assert page.title == "谁能解决"
    assert page.all("script") == []
    assert page.all("img") == []
    parts = page.all(kind="problems")
    shown = said(parts[0]) if parts else said(page.one(kind="said"))
    assert {c for c in text if c.isalnum()} <= set(shown)


@pytest.mark.parametrize("text", SAME_ANSWER.values(), ids=SAME_ANSWER)
def test_the_same_problem_written_otherwise_is_understood_alike(ask, answered, text):
    assert understood(ask(text)) == understood(answered(FIRE))


@pytest.mark.parametrize(
    ("text", "category"),
    [("my father is old and alone at noon, 老人吃饭", "社区助餐"), ("停车 parking 抢车位", "停车管理")],
)
def test_latin_words_beside_chinese_ones_do_no_harm(ask, text, category):
    assert category in " ".join(understood(ask(text)))


def understood(page: Page) -> set[str]:
    return {said(a) for a in page.all("a", inside="guesses")} or {said(b) for b in page.all("button", inside="choices")}


def test_a_template_in_the_text_is_not_worked_out(ask):
    assert "{{7*7}}" in ask("{{7*7}} 灭火器").text
    assert said(ask("").one("textarea")) == ""


@pytest.mark.parametrize(("fields", "name", "why"), SPOILT.values(), ids=SPOILT)
def test_a_spoilt_field_is_named_and_the_rest_is_kept(ask, fields, name, why):
    before = runs()
    page = ask(FIRE, **fields)
    assert page.status == 422
    assert why in page.fault_beside(name)
    assert len(page.faults) == 1
    assert said(page.one("textarea")) == FIRE
    assert runs() == before


@pytest.mark.parametrize("budget", ["1200", " 1200 ", "1,200", "1，200元", "１２００", "1200 元"])
def test_a_budget_may_be_written_as_people_write_it(ask, budget):
    assert "预算 1,200 元" in ask(FIRE, area="310105-05", budget=budget).text


def test_two_spoilt_fields_are_both_named(ask):
    page = ask("！", budget="-5")
    assert [page.link(line) for line in page.faults] == ["#text", "#budget"]


def test_missing_fields_are_no_fault(answered):
    page = answered(FIRE)
    assert page.status == 200
    assert "全区" in page.text


def test_fields_that_are_none_of_ours_are_left_alone(ask):
    assert ask(FIRE, groups="x", admin="1", text2="y").status == 200


def test_a_body_of_another_type_is_no_form(visitor):
    """With the token in a header, as a script would send it."""
    page = Page(visitor.get("/"))
    token = next(str(e.get("value")) for e in page.all("input") if e.get("name") == "csrf_token")
    for body in ('{"text": "灭火器过期了"}', "[1, 2]", '"text"', '{"text": ', "null"):
        answer = visitor.post("/match", data=body, content_type="application/json", headers={"X-CSRFToken": token})
        page = Page(answer)
        assert (page.status, page.faults) == (422, ["请先写下遇到的问题，一句话就行。"])


def test_a_phone_number_is_masked_on_the_page_and_in_the_database(ask):
    page = ask(
        "灭火器过期了，请打１３８-1234-5678 找王阿姨，身份证310105194912310029，沪A12345 堵了门", area="310105-05"
    )
    assert page.status == 200
    stored = db.session.scalars(select(Question.text).order_by(Question.id.desc())).first()
    for personal in ("13812345678", "1234-5678", "5678", "310105194912310029", "A12345"):
        assert personal not in page.response.text
        assert personal not in str(stored)
    assert "［手机号］" in page.text
    assert "灭火器" in str(stored)


def test_only_a_phone_number_says_too_little(ask):
    page = ask("13812345678")
    assert "13812345678" not in "".join(db.session.scalars(select(Question.text)))
    assert page.status in {200, 422}
