"""English: every message of the code has its translation, and what stays Chinese on an English page says so."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from directory import wording
from directory.rules.groups import GROUPS
from tests.views.conftest import sign_in_demo, token
from tests.views.page import Page, said
from tests.views.test_pages import INSIDE, NOT_OK, PAGES

ROOT = Path(__file__).parents[1]
ENGLISH = ROOT / "directory" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
# Said in Chinese on purpose: the mark of invented names, and the name to give at the phone.
KEPT = {"示例", "社会组织推荐目录"}
READ_OUT = ("placeholder", "aria-label", "title", "alt", "data-name")
QUESTIONS = {
    "answer": {"text": "楼道里堆满杂物，灭火器也过期了", "area": "310105-05", "budget": "30000"},
    "answer, for an authority": {"text": "隔壁违章搭了个阳光房"},
    "answer, unsure": {"text": "心里不舒服，不知道找谁"},
    "answer, not understood": {"text": "qqqq"},
    "question": {"text": ""},
    "question, all wrong": {"text": "?!", "area": "nowhere", "budget": "much"},
    "question, too long": {"text": "灭" * 1001, "budget": "-1"},
}
MORE = {
    "/search?q=" + "长" * 300: 422,
    "/search?page=-1": 422,
    "/search?order=best": 422,
    "/search?price_low=ten": 422,
    "/search?price_low=-1": 422,
    "/search?area=nowhere": 422,
    "/search?page=99": 200,
    "/search?grade=4A&area=310105-05&route=provider&state=suspended": 200,
    "/categories/P-061": 200,
    "/categories/nothing": 404,
}
PAGES_READ = [*(a for addresses in PAGES.values() for a in addresses if a not in QUESTIONS), *QUESTIONS, *MORE]
STATUS = NOT_OK | MORE | {question: 422 for question in QUESTIONS if question.startswith("question")}


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[a-z]", text))


def strings(message: Any) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


@pytest.fixture(scope="module")
def english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def in_use() -> set[Any]:
    """Every message in the code and the templates; one with a plural is a pair."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, keywords={**DEFAULT_KEYWORDS, "_l": None})
    return {message for _, _, message, _, _ in found}


def test_every_message_is_translated_and_no_other(english, in_use):
    translated = {message.id for message in english if message.id and all(strings(message.string))}
    assert in_use - translated == set(), "run `make messages`, then translate the empty ones"
    assert {message.id for message in english if message.id} - in_use == set(), "run `make messages`"


def test_nothing_is_guessed_or_left_over(english):
    assert [message.id for message in english if message.fuzzy] == []
    assert english.obsolete == {}


def test_a_translation_fills_in_what_the_message_does(english):
    for message in english:
        wanted = placeholders("".join(strings(message.id)))
        for string in strings(message.string) if message.id else ():
            assert placeholders(string) == wanted, string
            assert string % dict.fromkeys(re.findall(r"%\((\w+)\)", string), 1), string


def test_the_compiled_messages_are_those_of_the_file(english):
    compiled = ENGLISH.with_suffix(".mo")
    assert compiled.exists(), "not compiled: `make test` does it"
    with compiled.open("rb") as file:
        read = {strings(message.id): strings(message.string) for message in read_mo(file) if message.id}
    written = {strings(message.id): strings(message.string) for message in english if message.id}
    assert read == written, "stale: `make test` compiles it"


def test_every_group_and_every_unit_of_price_has_its_word():
    with (ROOT / "seeds" / "demo" / "services.csv").open(encoding="utf-8") as file:
        services = list(csv.DictReader(file))
    categories = [
        category
        for file in (ROOT / "seeds" / "categories").glob("*.json")
        for category in json.loads(file.read_text("utf-8"))
    ]
    units = {row["price_unit"] for row in services} | {c["standard"]["price_unit"] for c in categories}
    assert units <= wording.PRICE_UNITS.keys()
    assert wording.GROUPS.keys() == set(GROUPS)


@pytest.mark.parametrize(
    ("language", "day", "price", "groups"),
    [
        ("zh", "2026年11月1日", "每场 600–1,000 元", "老年人、家庭"),
        ("en", "1 November 2026", "¥600–1,000 per session", "Older people, Families"),
    ],
)
def test_days_prices_and_lists_read_as_the_language_has_them(app, language, day, price, groups):
    with app.test_request_context(headers={"Cookie": f"language={language}"}):
        assert wording.day("2026-11-01") == day
        assert wording.money(600, 1000, "每场") == price
        assert wording.groups(["老年人", "家庭"]) == groups


@pytest.mark.parametrize(("number", "words"), [(1, "1 service"), (2, "2 services")])
def test_one_is_not_many(app, number, words):
    with app.test_request_context(headers={"Cookie": "language=en"}):
        marks = app.jinja_env.get_template("macros/marks.html").make_module()
        assert words + "<" in marks.count(number)


@pytest.fixture
def reader(visitor: FlaskClient) -> FlaskClient:
    """A visitor who reads English."""
    visitor.set_cookie("language", "en")
    return visitor


def open_page(reader: FlaskClient, address: str) -> Page:
    asked = address.removesuffix(", again")
    if asked in QUESTIONS:
        data = {"csrf_token": token(reader), **QUESTIONS[asked]}
        page = Page(reader.post("/match", data=data, follow_redirects=True))
        return page if address == asked else Page(reader.get(f"{page.response.request.path}/again"))
    if address in INSIDE:
        sign_in_demo(reader)
    return Page(reader.get(address))


def unmarked(element: Element, *, chinese: bool = False) -> Iterator[str]:
    """The Chinese words a screen reader would read out as English."""
    chinese = chinese if element.get("lang") is None else element.get("lang", "").startswith("zh")
    words = [element.get(name) for name in READ_OUT] + ([] if element.tag in {"title", "textarea"} else [element.text])
    if not chinese:
        yield from (found for text in words for found in CHINESE.findall(text or ""))
    for child in element:
        yield from unmarked(child, chinese=chinese)
        if not chinese:
            yield from CHINESE.findall(child.tail or "")


@pytest.mark.parametrize("address", PAGES_READ)
def test_an_english_page_speaks_english_and_marks_what_is_chinese(reader, address):
    page = open_page(reader, address)
    assert page.status == STATUS.get(address, 200)
    assert page.one("html").get("lang") == "en"
    assert page.title
    assert said(page.one("title")).endswith("Recommended catalogue of social organisations")
    assert set(unmarked(page.tree)) - KEPT == set()


def test_a_chinese_page_marks_nothing(visitor):
    for address in ("/", "/organisations/1", "/services/1"):
        assert Page(visitor.get(address)).all("span") != []
        assert [e for e in Page(visitor.get(address)).all("span") if e.get("lang")] == []


@pytest.mark.parametrize(
    "address", ["/", "/search?q=消防&area=310105-05&area=310105-06", "/organisations/1", "/no-such-page"]
)
def test_the_switch_changes_the_language_and_comes_back(visitor, address):
    def switched(words: str) -> Page:
        answer = visitor.get(Page(visitor.get(address)).link(words))
        assert answer.status_code == 302
        back = answer.headers["Location"]
        assert urlsplit(back).path == urlsplit(address).path
        return Page(visitor.get(back))

    before = Page(visitor.get(address))
    english = switched("English")
    assert english.one("html").get("lang") == "en"
    if "?" in address:
        assert [e.get("value") for e in english.all("input") if e.get("type") == "hidden"] == ["310105-05", "310105-06"]
    again = switched("中文")
    assert again.one("html").get("lang") == "zh-CN"
    assert again.text == before.text


def test_the_switch_leads_home_from_a_page_that_cannot_be_opened_again(reader):
    wrong = open_page(reader, "question")
    assert reader.get(wrong.link("中文"), follow_redirects=True).request.path == "/"


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "///evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\t\\evil.example",
        "/\n/evil.example",
        "/\r\nSet-Cookie: a=b",
        "\n//evil.example",
        " //evil.example",
        "/\0/evil.example",
        "",
    ],
)
def test_preferences_lead_to_no_other_site(visitor, back):
    answer = visitor.get("/preferences", query_string={"language": "en", "back": back})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
    assert answer.headers.getlist("Set-Cookie")[0].startswith("language=en;")


@pytest.mark.parametrize("back", ["/ranking", "/search?q=%E6%B6%88%E9%98%B2&page=2", "/match/a-b"])
def test_preferences_lead_back_to_where_one_was(visitor, back):
    assert visitor.get("/preferences", query_string={"size": "large", "back": back}).headers["Location"] == back


@pytest.mark.parametrize("chosen", ["fr", "", "en; path=/", "../en"])
def test_a_language_we_do_not_speak_is_not_remembered(visitor: FlaskClient, catalogue: Flask, chosen: str):
    assert "Set-Cookie" not in visitor.get("/preferences", query_string={"language": chosen}).headers
    other = catalogue.test_client()
    other.set_cookie("language", "fr")
    assert Page(other.get("/about")).one("html").get("lang") == "zh-CN"
