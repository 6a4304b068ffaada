"""Language and size of type: kept in a cookie, changed without losing one's place."""

from urllib.parse import parse_qs

import pytest

from tests.views.page import Page


def test_large_type_stays_on_from_page_to_page_until_switched_off(visitor):
    page = Page(visitor.get("/search?q=消防&page=2"))
    assert page.one("html").get("class") is None
    large = Page(visitor.get(page.link("大字版"), follow_redirects=True))
    assert parse_qs(large.response.request.query_string.decode()) == {"q": ["消防"], "page": ["2"]}
    assert large.one("html").get("class") == "large"
    assert Page(visitor.get("/about")).one("html").get("class") == "large"
    normal = Page(visitor.get(large.link("标准字号"), follow_redirects=True))
    assert normal.one("html").get("class") is None


def test_the_language_stays_on_from_page_to_page_and_turns_back(visitor):
    english = Page(visitor.get(Page(visitor.get("/categories/P-008")).link("English"), follow_redirects=True))
    assert english.response.request.path == "/categories/P-008"
    assert english.one("html").get("lang") == "en"
    assert Page(visitor.get("/")).one("html").get("lang") == "en"
    chinese = Page(visitor.get(english.link("中文"), follow_redirects=True))
    assert chinese.one("html").get("lang") == "zh-CN"


@pytest.mark.parametrize("cookie", ["fr", "", "en; lang=x", "<script>", "zh_Hant_TW"])
def test_a_language_that_is_none_is_chinese(visitor, cookie):
    visitor.set_cookie("language", cookie)
    assert Page(visitor.get("/")).one("html").get("lang") == "zh-CN"


@pytest.mark.parametrize("query", ["language=fr", "size=huge", "language=", "size=large%0d%0aX: y", ""])
def test_a_preference_that_is_none_sets_nothing(visitor, query):
    response = visitor.get(f"/preferences?{query}")
    assert response.status_code == 302
    assert response.headers.getlist("Set-Cookie") == []


@pytest.mark.parametrize(
    "back",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "", "x"],
)
def test_it_never_leads_to_another_place(visitor, back):
    response = visitor.get("/preferences", query_string={"size": "large", "back": back})
    assert response.status_code == 302
    assert response.headers["Location"] == "/"


@pytest.mark.parametrize("back", ["/\t/evil.example", "/\r\nX-Evil: 1", "/\n/evil.example", "/ /evil.example"])
def test_blanks_in_the_address_do_not_lead_away(visitor, back):
    response = visitor.get("/preferences", query_string={"size": "large", "back": back})
    assert response.status_code == 302
    assert not response.headers["Location"].replace("%0A", "").replace("%0D", "").replace("%09", "").startswith("//")
    assert "X-Evil" not in response.headers


def test_preferences_are_kept_from_scripts_and_other_sites(visitor):
    cookie = visitor.get("/preferences?size=large").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=31536000" in cookie


def test_from_a_refused_form_the_language_can_be_switched(ask, visitor):
    page = Page(visitor.get(ask("").link("English"), follow_redirects=True))
    assert page.status == 200
    assert page.one("html").get("lang") == "en"
