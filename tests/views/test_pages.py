"""What holds for every page: it answers, parses, has one heading, and asks nothing of other places."""

import re
from itertools import pairwise
from urllib.parse import urldefrag

import pytest
from flask.testing import FlaskClient

from tests.views.conftest import Ask, Read, sign_in_demo
from tests.views.page import WORKSPACES, Page, said

PAGES = {
    "public.home": ["/", "/?text=灭火器过期了"],
    "public.categories": ["/categories"],
    "public.category": ["/categories/SH-04", "/categories/P-008"],
    "public.search": [
        "/search",
        "/search?q=消防",
        "/search?q=没有这样的服务",
        "/search?field=SH-01&area=310105-05",
        "/search?price_low=9&price_high=1",
    ],
    "public.organisation": ["/organisations/1", "/organisations/160"],
    "public.organisation_reviews": ["/organisations/1/reviews"],
    "public.service": ["/services/1", "/services/600"],
    "public.ranking": ["/ranking"],
    "public.about": ["/about"],
    "standards.every": ["/rubrics"],
    "standards.rubric": ["/rubrics/1"],
    "public.accessibility": ["/accessibility"],
    "board.listing": ["/needs", "/needs?street=310105-05&order=joined", "/needs?state=gone"],
    "board.need": ["/needs/999999"],
    "neighbourhood.answer": ["answer"],
    "neighbourhood.again": ["again"],
    "neighbourhood.ask": ["question"],
    "evaluation.watch": ["/watch", "/watch?page=9", "/watch?page=0"],
    "evaluation.words": ["/watch/words", "/watch/words?word=停车&category=P-001", "/watch/words?word=停"],
    "evaluation.withdrawal": ["/watch/withdraw?source=nobody"],
    "door.sign_in": ["/account/sign-in"],
    "door.forgotten": ["/account/password"],
    "door.new_password": ["/account/password/spent"],
    "door.invited": ["/account/enrol/spent"],
    "claims.form": ["/account/claim"],
    "claims.filed": ["/account/claim/sent"],
    "account.me": ["/account"],
    "account.password": ["/account/change-password"],
    "notices.mine": ["/account/notices"],
    "people.people": ["/account/people"],
    "people.invitation": ["/account/people/invite"],
    "calls.listing": ["/calls"],
    "calls.call": ["/calls/99"],
    None: ["/no-such-page"],
}
NO_PAGES = {
    "public.preferences",
    "neighbourhood.confirm",
    "board.join",
    "board.joining",
    "board.leave",
    "public.health",
    "static",
    "bootstrap.static",
    "evidence.file",
}
INSIDE = {address for held in PAGES.values() for address in held if address.startswith("/watch")}
INSIDE |= {"/account", "/account/change-password", "/account/notices", "/account/people", "/account/people/invite"}
NOT_OK = {"/search?price_low=9&price_high=1": 422, "question": 422, "/no-such-page": 404}
NOT_OK |= {"/rubrics/1": 404}  # what is seeded are drafts
NOT_OK |= {"/account/password/spent": 404, "/account/enrol/spent": 404}
NOT_OK |= {"/needs?state=gone": 422, "/needs/999999": 404}
NOT_OK |= {"/calls/99": 404}
NOT_OK |= {"/watch?page=0": 422, "/watch/words?word=停": 422, "/watch/withdraw?source=nobody": 404}


@pytest.fixture(scope="session")
def read_before() -> dict[str, Page]:
    """Pages are read once: looking at one changes nothing."""
    return {}


@pytest.fixture(params=[address for addresses in PAGES.values() for address in addresses])
def address(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(address: str, read: Read, ask: Ask, visitor: FlaskClient, read_before: dict[str, Page]) -> Page:
    if address not in read_before:
        match address:
            case "answer":
                read_before[address] = ask("楼道里堆满杂物，灭火器也过期了", area="310105-05")
            case "again":
                given = ask("楼道里堆满杂物，灭火器也过期了").response.request.path
                read_before[address] = read(f"{given}/again")
            case "question":
                read_before[address] = ask("")
            case _ if address in INSIDE:
                sign_in_demo(visitor)
                read_before[address] = read(address)
            case _:
                read_before[address] = read(address)
    return read_before[address]


def test_every_page_is_among_those_looked_at(catalogue):
    """Those of the workspaces are opened by whom they are for: see journeys/test_every_workspace.py."""
    rules = [rule for rule in catalogue.url_map.iter_rules() if not rule.endpoint.startswith("api_")]
    outside = {rule.endpoint for rule in rules if not re.match(WORKSPACES, rule.rule)}
    assert outside <= PAGES.keys() | NO_PAGES


def test_it_answers_with_one_heading_and_a_title(page, address):
    assert page.status == NOT_OK.get(address, 200)
    assert page.title
    assert said(page.one("title")).endswith("社会组织推荐目录")
    assert page.one("html").get("lang") == "zh-CN"


def test_headings_leave_out_no_level(page):
    levels = [int(e.tag[1]) for e in page.all() if re.fullmatch("h[1-6]", str(e.tag))]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels


def test_it_holds_no_style_or_script_of_its_own(page):
    inline = [name for e in page.all() for name in e.keys() if name == "style" or name.startswith("on")]  # noqa: SIM118
    assert inline == []
    assert page.all("style") == []
    assert page.all("script") == []


def test_it_fetches_nothing_from_elsewhere(page):
    assert page.addresses()
    assert [a for a in page.addresses() if not re.match(r"(/(?!/)|#|tel:\d)", a)] == []


def test_every_id_is_its_own_and_every_label_has_its_field(page):
    ids = [e.get("id") for e in page.all() if e.get("id")]
    assert len(ids) == len(set(ids))
    naming = ("for", "aria-labelledby", "aria-describedby")
    assert {ref for e in page.all() for name in naming for ref in (e.get(name) or "").split()} <= set(ids)


def test_a_link_within_the_page_has_its_place(page):
    places = {e.get("id") for e in page.all()}
    assert {a[1:] for a in page.addresses() if a.startswith("#")} <= places


def test_it_carries_strict_headers(page):
    policy = page.response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.response.headers["X-Content-Type-Options"] == "nosniff"
    assert page.response.headers["X-Frame-Options"] == "DENY"
    assert page.response.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert page.response.headers["Cache-Control"] == "private, no-cache"


def test_it_says_it_is_a_recommendation_and_no_gate(page):
    assert "不是准入门槛" in said(page.one("footer"))


def test_every_link_leads_somewhere(read, ask, visitor):
    """Each kind of address once, from every page: the crawl of a visitor with little time."""
    seen: dict[str, str] = {}
    for address in ("/", "/categories", "/categories/P-008", "/search", "/organisations/1", "/services/1", "/ranking"):
        pages = [read(address)] + ([ask("楼道里堆满杂物，灭火器也过期了")] if address == "/" else [])
        links = [a for page in pages for a in page.addresses() if a.startswith("/")]
        seen.update({re.sub(r"\d+|=[^&]*", "·", a): urldefrag(a).url for a in links})
    answers = {a: visitor.get(a, buffered=True).status_code for a in seen.values() if not a.startswith("/match")}
    assert {a: status for a, status in answers.items() if status not in {200, 302}} == {}


def test_styles_fetch_nothing_from_elsewhere(visitor):
    for styles in ("app.css", "workspaces.css"):
        assert not re.search(r"@import|url\(", visitor.get(f"/static/{styles}", buffered=True).text)


@pytest.mark.parametrize(
    "nowhere",
    [
        "/categories/nothing",
        "/categories/SH-99",
        "/organisations/99999999",
        "/services/0",
        f"/services/{10**30}",
        "/match/nobody",
    ],
)
def test_what_is_not_there_is_a_404_that_helps_on(read, nowhere):
    page = read(nowhere)
    assert page.status == 404
    assert "没有找到" in page.title
    assert page.link("回到首页") == "/"
    assert not re.search(r"\bno [a-z]+", page.text)  # the words of a programmer
