from datetime import timedelta

import pytest

from directory.db import db, transaction
from directory.models.need import Need
from directory.models.taxonomy import Area
from directory.operations import board
from directory.rules.work import NeedState
from tests import factories, factories_work
from tests.factories import NEIGHBOURHOOD, NOW, OTHER_STREET, STREET
from tests.views.organisation.conftest import Desk, counted
from tests.views.page import Page, said

__all__ = ["counted"]
NEXT_DOOR, AFAR = f"{STREET}-02", f"{OTHER_STREET}-01"


@pytest.fixture
def needs(app):
    with transaction():
        factories.taxonomy()
        parents = {area.code: area for area in db.session.query(Area)}
        db.session.add(Area(code=NEXT_DOOR, level=2, name="天山四村", parent=parents[STREET]))
        db.session.add(Area(code=AFAR, level=2, name="仙霞一村", parent=parents[OTHER_STREET]))
        made = [
            factories_work.need("没地方停车", opened_at=NOW - timedelta(days=3), people=10),
            factories_work.need("垃圾没人清", category="P-015", area_code=AFAR, opened_at=NOW - timedelta(days=2)),
            factories_work.need("车位不够", state=NeedState.IN_SERVICE, opened_at=NOW - timedelta(days=1)),
        ]
        factories_work.joining(made[0], NEXT_DOOR, people=5)
        factories_work.need("不公开的", public=False)
        for state in (NeedState.DRAFT, NeedState.COMPLETED, NeedState.CLOSED, NeedState.WITHDRAWN, NeedState.UNMET):
            factories_work.need(f"不在板上的{state}", state=state, reason="other")
        return [need.id for need in made]


@pytest.fixture
def read(client):
    return lambda address: Page(client.get(address))


def titles(page):
    return [said(each) for each in page.all("h3", inside="need-lines")]


def test_the_board_shows_what_is_open_or_under_way_by_street(needs, read):
    page = read("/needs")
    assert titles(page) == ["车位不够", "垃圾没人清", "没地方停车"]
    assert all(words in page.text for words in ("天山路街道", "仙霞新村街道", "1 个居民区加入", "约 15 人"))
    assert [
        word for word in ("不公开", "不在板上", "天山三村", "仙霞一村", "天山四村") if word in page.response.text
    ] == []


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("street=310105-06", ["垃圾没人清"]),
        ("street=310105-05", ["车位不够", "没地方停车"]),
        ("category=P-001", ["车位不够", "没地方停车"]),
        ("category=SH-04", ["车位不够", "垃圾没人清", "没地方停车"]),
        ("state=in_service", ["车位不够"]),
        ("order=joined", ["没地方停车", "车位不够", "垃圾没人清"]),
        ("street=310105-06&category=P-001", []),
        ("street=nowhere", []),
        ("page=99", ["车位不够", "垃圾没人清", "没地方停车"]),
    ],
)
def test_it_is_filtered_and_sorted(needs, read, asked, shown):
    assert titles(read(f"/needs?{asked}")) == shown


@pytest.mark.parametrize(
    "asked", ["state=draft", "state=unmet", "state=x", "order=best", "page=0", "street=" + "1" * 99]
)
def test_what_cannot_be_asked_is_said(needs, read, asked):
    page = read(f"/needs?{asked}")
    assert (page.status, len(titles(page))) == (422, 3)


def test_what_is_not_on_the_board_is_not_there(needs, read):
    for each in db.session.query(Need.id).filter(Need.id.not_in(needs)):
        assert read(f"/needs/{each.id}").status == 404
    assert [read(f"/needs/{need_id}").status for need_id in needs] == [200] * 3


def test_a_neighbourhood_joins_and_leaves_from_the_page(app, needs):
    with transaction():
        desk = Desk(app, factories_work.neighbour(AFAR))
    address = f"/needs/{needs[0]}"
    assert desk.get(address).link("我们居民区也有这个问题") == f"{address}/join"
    once = desk.hidden(f"{address}/join", "once")
    page = desk.post(f"{address}/join", once=once, people="x")
    assert page.fault_beside("people")
    page = desk.post(f"{address}/join", once=once, people="7")
    assert all(words in page.text for words in ("已经加入", "你们那里约 7 人", "约 22 人", "3 个居民区"))
    assert desk.status(f"{address}/join", once=once) == 409
    page = desk.post(f"{address}/join", once="another", people="7")
    assert (page.status, "已经加入" in page.response.text) == (409, True)
    assert "已经退出" in desk.post(f"{address}/leave").text
    assert desk.post(f"{address}/leave").status == 404


def test_one_s_own_need_is_led_to_and_not_joined(app, needs):
    with transaction():
        desk = Desk(app, factories_work.neighbour(NEIGHBOURHOOD))
    assert desk.get(f"/needs/{needs[0]}").link("这是你们的需求") == f"/neighbourhood/needs/{needs[0]}"
    page = desk.post(f"/needs/{needs[0]}/join", once="a")
    assert (page.status, "不用加入" in page.response.text) == (409, True)


def test_joining_what_is_awarded_names_both_states(app, needs):
    with transaction():
        desk = Desk(app, factories_work.neighbour(AFAR))
    page = desk.post(f"/needs/{needs[2]}/join", once="a")
    assert page.status == 409
    assert all(word in page.response.text for word in ("服务中", "已发布", "已邀请机构"))


def test_whoever_is_not_signed_in_is_asked_to(needs, client):
    for method in (client.get, client.post):
        token = Page(client.get("/")).all("input")
        sent = {e.get("name"): e.get("value") for e in token if e.get("name") == "csrf_token"}
        answer = method(f"/needs/{needs[0]}/join", data=sent)
        assert "/account/sign-in" in answer.headers["Location"]


def test_a_long_board_is_paged_and_asks_no_more_often(needs, read, counted):
    few = counted(lambda: read("/needs?street=310105-06"))
    with transaction():
        for number in range(40):
            joined = factories_work.need(f"第{number}件")
            factories_work.joining(joined, NEXT_DOOR, people=1)
    page = read("/needs")
    assert (len(titles(page)), "第 1 页，共 3 页" in page.text) == (board.paged.__kwdefaults__["size"], True)
    assert counted(lambda: read("/needs")) <= few + 1
    assert len(titles(read("/needs?page=3"))) == 3


def test_the_board_is_reached_from_every_page(needs, read):
    assert read("/").link("居民区需求") == "/needs"
    assert "现在没有公开的需求" not in read("/needs").text


def test_an_empty_board_says_why(app, read):
    with transaction():
        factories.taxonomy()
    assert "现在没有公开的需求" in read("/needs").text
