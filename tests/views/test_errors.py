"""Error pages, each brought about in earnest: they say what happened and what to do, and show no innards."""

import pytest
from flask.testing import FlaskClient

from directory.db import transaction
from directory.errors import Conflict, Forbidden
from directory.rules.roles import Role
from tests import factories
from tests.conftest import app_in
from tests.views.conftest import sign_in, token
from tests.views.page import Page

INNARDS = ("Traceback", "File ", "sqlite", "OperationalError", "RuntimeError", "may not", "secret")


def shows(page: Page, status: int, title: str) -> None:
    assert page.status == status
    assert title in page.title
    assert page.text.startswith(str(status))
    assert page.link("回到首页") == "/"
    assert not [word for word in INNARDS if word in page.response.text]


@pytest.fixture
def failing(tmp_path) -> FlaskClient:
    """A client of an app with routes that fail, and with no database."""
    app = app_in(tmp_path)

    @app.get("/fails/<how>")
    def fail(how: str) -> str:
        raise {"403": Forbidden("public may not open this"), "409": Conflict("cannot seal from sealed")}.get(
            how, RuntimeError("the secret is 42")
        )

    return app.test_client()


def test_400_for_a_form_without_its_token(client):
    page = Page(client.post("/match", data={"text": "灭火器过期了"}))
    shows(page, 400, "看不懂")
    assert "这张表单已经失效，请返回上一页刷新后再提交。" in page.text


def test_400_for_a_form_with_the_token_of_somebody_else(app):
    stolen = token(app.test_client())
    shows(Page(app.test_client().post("/match", data={"text": "灭火器", "csrf_token": stolen})), 400, "看不懂")


def test_400_for_a_form_of_another_kind(client):
    shows(Page(client.post("/match", data='{"text": ', content_type="application/json")), 400, "看不懂")


def test_403_for_what_one_may_not_do(failing):
    shows(Page(failing.get("/fails/403")), 403, "不对您开放")


def test_404_for_an_address_that_is_none(client):
    shows(Page(client.get("/<script>alert(1)</script>")), 404, "没有找到")


def test_405_for_a_way_of_asking_that_is_none(client):
    page = Page(client.get("/match"))
    shows(page, 405, "不能这样打开")
    assert set(page.response.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


def test_409_for_what_has_changed_meanwhile(failing):
    shows(Page(failing.get("/fails/409")), 409, "刚刚变了")


def test_413_for_a_form_of_half_a_megabyte(client):
    data = {"csrf_token": token(client), "text": "水" * 200_000}
    shows(Page(client.post("/match", data=data)), 413, "内容太大")


def test_429_for_the_third_page_of_a_visitor_allowed_two(tmp_path):
    app = app_in(tmp_path, rate_limit="2 per minute")
    client, neighbour = app.test_client(), app.test_client()
    assert [client.get("/about").status_code for _ in range(2)] == [200, 200]
    shows(Page(client.get("/about")), 429, "太频繁")
    assert client.get("/static/app.css", buffered=True).status_code == 200
    assert neighbour.get("/about", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_500_for_a_fault_of_ours(failing):
    shows(Page(failing.get("/fails/500")), 500, "出了差错")


def test_500_names_the_fault_in_the_log_only(failing, caplog):
    failing.get("/fails/500")
    assert "the secret is 42" in caplog.text


@pytest.fixture
def without_database(tmp_path) -> FlaskClient:
    return app_in(tmp_path, database_url=f"sqlite:///{tmp_path / 'gone' / 'directory.db'}").test_client()


@pytest.mark.parametrize(
    "address", ["/", "/categories", "/search?q=消防", "/services/1", "/match/anything", "/ranking"]
)
def test_503_for_every_page_that_needs_the_database_while_it_is_away(without_database, address):
    shows(Page(without_database.get(address)), 503, "暂时不能用")


@pytest.mark.parametrize("address", ["/about", "/accessibility"])
def test_pages_without_facts_stay_while_the_database_is_away(without_database, address):
    assert Page(without_database.get(address)).status == 200


def test_the_watchdog_hears_when_the_database_is_away(client, without_database):
    assert client.get("/health").status_code == 200
    assert without_database.get("/health").status_code == 503


def test_an_error_page_speaks_the_language_of_the_visitor(client):
    client.set_cookie("language", "en")
    page = Page(client.get("/no-such-page"))
    assert page.one("html").get("lang") == "en"


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/", 200, "说出小区的难题"),
        ("/categories", 200, "目录还是空的"),
        ("/search", 200, "没有同时符合这些条件的服务"),
        ("/search?q=消防&order=price", 200, "没有同时符合这些条件的服务"),
        ("/categories/SH-01", 404, "地址可能写错了"),
        ("/organisations/1", 404, "地址可能写错了"),
    ],
)
def test_an_empty_catalogue_answers_all_the_same(client, address, status, words):
    page = Page(client.get(address))
    assert page.status == status
    assert words in page.text


@pytest.mark.parametrize("number", [2**63, 10**30])
def test_404_for_a_number_that_no_database_has(client, number):
    with transaction():
        officer = factories.account(Role.DISTRICT)
    sign_in(client, officer)
    for address in (
        f"/account/notices/{number}",
        f"/applications/{number}/result",
        f"/account/people/{number}/close",
        f"/account/claims/{number}",
    ):
        assert client.get(address).status_code == 404, address
