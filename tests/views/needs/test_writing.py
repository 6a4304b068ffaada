import pytest
from sqlalchemy import func, select

from directory.db import db, transaction
from directory.models.learning import ConfirmedNeed
from directory.models.need import Need
from directory.rules.routes import Route
from directory.rules.work import NeedState
from tests import factories_work
from tests.operations.asking import ask
from tests.operations.posting import SAID, SECRETS
from tests.views.needs.conftest import NEXT_DOOR
from tests.views.page import said

NEW = "/neighbourhood/needs/new"


def write(desk, text="晚上没地方停车", **more):
    return desk.post(NEW, once=desk.hidden(NEW, "once"), said=text, public="y", **more)


def confirm(desk, need, category="P-001", **more):
    address = f"/neighbourhood/needs/{need.id}/understood"
    return desk.post(address, seen=desk.hidden(address, "seen"), category=category, **more)


def the_need():
    db.session.rollback()
    return db.session.scalars(select(Need).order_by(Need.id)).first()


def test_a_need_is_out_after_two_pages(desk):
    page = write(desk, people="200", budget_high="3,000", urgency="now")
    assert page.title == "我们这样理解，对吗？"
    assert "停车管理" in page.text
    assert "因为您提到" in page.text
    assert [said(mark) for mark in page.all("mark")] != []
    page = confirm(desk, the_need())
    assert "需求已经发布" in page.text
    assert page.title == "停车管理"
    need = the_need()
    assert (need.state, need.people, need.budget_high, need.urgency, need.public) == (
        NeedState.OPEN,
        200,
        3000,
        "now",
        True,
    )
    assert db.session.scalars(select(ConfirmedNeed.source)).all() == [need.area_code]


def test_the_parties_read_what_was_said_and_the_board_does_not(desk, other, client):
    write(desk, SAID, place="天山路 12 号", resident="李伯伯")
    page = confirm(desk, the_need())
    assert all(secret in page.text for secret in (*SECRETS, "天山路 12 号", "李伯伯"))
    need = the_need()
    for text in (
        client.get("/needs").text,
        client.get(f"/needs/{need.id}").text,
        other.get(f"/needs/{need.id}").response.text,
        client.get(f"/match/{need.run.public_id}").text,
    ):
        assert "没地方停车" in text
        assert [secret for secret in (*SECRETS, "天山路 12 号", "天山三村居民区") if secret in text] == []
    other.post(f"/needs/{need.id}/join", once=other.hidden(f"/needs/{need.id}/join", "once"))
    page = other.get(f"/needs/{need.id}")
    assert "你们加入了这一条" in page.text
    assert [secret for secret in (*SECRETS, "天山路 12 号", "李伯伯") if secret in page.response.text] == []


@pytest.mark.parametrize(
    ("wrong", "name", "words"),
    [
        ({"said": ""}, "said", "用自己的话"),
        ({"said": "？？"}, "said", "没有字"),
        ({"said": "停" * 1500}, "said", "最多 1000 个字，现在有 1500 个"),
        ({"said": "停" * 1001 + SECRETS[0]}, "said", "最多 1000 个字"),
        ({"people": "很多"}, "people", "整数"),
        ({"people": "0"}, "people", "1 到 10 万"),
        ({"budget_low": "500", "budget_high": "200"}, "budget_high", "预算上限 200 小于下限"),
        ({"budget_high": "三千"}, "budget_high", "只写数字"),
        ({"wanted_from": "明天"}, "wanted_from", "2026-11-23 这样"),
        ({"wanted_until": "2020-01-01"}, "wanted_until", "已经过去"),
        ({"resident": "王" * 51}, "resident", "最多 50 个字"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(desk, wrong, name, words):
    page = write(desk, **{"text": wrong.pop("said", "晚上没地方停车"), "place": "北门", **wrong})
    assert page.status == 422
    assert words in page.fault_beside(name)
    assert page.faults
    assert next(e.get("value") for e in page.all("input") if e.get("name") == "place") == "北门"
    if name in {"budget_high", "wanted_from", "wanted_until", "resident"}:
        assert page.one("details", kind="fold-more").get("open") is not None
    assert the_need() is None


def test_a_form_sent_again_writes_nothing_more(desk):
    once = desk.hidden(NEW, "once")
    assert desk.status(NEW, once=once, said="晚上没地方停车") == 303
    assert desk.status(NEW, once=once, said="晚上没地方停车") == 409
    assert desk.status(NEW, said="晚上没地方停车") == 409
    assert db.session.scalar(select(func.count(Need.id))) == 1


def test_several_problems_are_confirmed_one_by_one(desk):
    page = write(desk, "晚上没地方停车。另外楼上搭了违法建筑")
    assert "您说了 2 件事，分成了 2 条" in page.text
    page = confirm(desk, the_need())
    assert "待办" in desk.get("/neighbourhood").title
    assert len(desk.get("/neighbourhood/needs?state=draft").all("tr")) == 2  # its head and the other one


def test_a_category_is_corrected_and_found_by_a_word(desk):
    write(desk)
    need = the_need()
    page = desk.get(f"/neighbourhood/needs/{need.id}/understood?find=垃圾")
    assert "P-015" in [e.get("value") for e in page.all("input") if e.get("name") == "category"]
    confirm(desk, need, other="P-015")
    need = the_need()
    assert (need.category.code, need.run.routing["chosen"], need.route) == ("P-015", "P-015", Route.PROVIDER)


@pytest.mark.parametrize(
    ("sent", "words"),
    [({"category": ""}, "请选一类"), ({"category": "P-999"}, "P-999"), ({"route": "nobody"}, "nobody")],
)
def test_what_there_is_not_cannot_be_confirmed(desk, sent, words):
    write(desk)
    page = confirm(desk, the_need(), **sent)
    assert page.status == 422
    assert any(words in fault for fault in page.faults)
    assert the_need().state is NeedState.DRAFT


def test_what_is_for_an_authority_says_whom_to_call_and_what_to_say(desk):
    write(desk, "楼上搭了违法建筑", place="3 号楼顶")
    page = confirm(desk, the_need(), "P-024")
    assert page.title == "这件事找城管中队"
    assert [e.get("href") for e in page.all("a", kind="phone")] == ["tel:12345"]
    assert "楼上搭了违法建筑" in page.text
    assert "地点：3 号楼顶。" in page.text
    address = f"/neighbourhood/needs/{the_need().id}"
    assert desk.open(address).headers["Location"] == f"{address}/hand-off"  # until it is said what becomes of it
    page = desk.post(f"{address}/hand-off", note="工单 118")
    assert "转给了该管的单位" in page.text
    assert page.link("12345") == "tel:12345"  # whom it went to stays on its page
    assert (the_need().state, the_need().note) == (NeedState.CLOSED, "工单 118")
    assert desk.post(f"{address}/facilitate").status == 409


def test_beside_an_authority_a_provider_may_help(desk):
    write(desk, "楼上搭了违法建筑")
    confirm(desk, the_need(), "P-024")
    address = f"/neighbourhood/needs/{the_need().id}"
    page = desk.post(f"{address}/facilitate")
    assert "请社会组织在旁边协助" in page.text
    assert page.link("转给该管的单位") == f"{address}/hand-off"
    assert desk.get(f"{address}/hand-off").status == 200
    assert (the_need().state, the_need().route) == (NeedState.OPEN, Route.DEPARTMENT)


def test_the_other_way_a_provider_s_need_is_handed_to_nobody(desk):
    write(desk)
    confirm(desk, the_need())
    page = desk.get(f"/neighbourhood/needs/{the_need().id}/hand-off")
    assert (page.status, "不用转办" in page.response.text) == (409, True)


def test_two_who_change_a_draft_at_once(desk, seat):
    write(desk)
    address = f"/neighbourhood/needs/{the_need().id}/edit"
    seen, colleague = desk.hidden(address, "seen"), seat()
    assert colleague.post(address, seen=seen, said="晚上没地方停车，很挤").title == "我们这样理解，对吗？"
    page = desk.post(address, seen=seen, said="外面的车停进来")
    assert page.status == 409
    assert "很挤" in page.text
    assert the_need().text == "晚上没地方停车，很挤"


def test_confirming_what_has_changed_meanwhile_is_late(desk):
    write(desk)
    address = f"/neighbourhood/needs/{the_need().id}"
    seen = desk.hidden(f"{address}/understood", "seen")
    with transaction():
        the_need().since = the_need().since.replace(year=2027)
    page = desk.post(f"{address}/understood", seen=seen, category="P-001")
    assert (page.status, "不是最新" in page.response.text) == (409, True)


def test_a_need_like_it_next_door_is_offered_to_join_instead(desk, small):
    with transaction():
        theirs = factories_work.need("北门晚上停不下车", area_code=NEXT_DOOR).id
    page = write(desk)
    assert "附近已经有人提了同样的事" in page.text
    draft = the_need_of(desk)
    address = page.link("加入这一条")
    assert address == f"/needs/{theirs}/join?instead={draft.id}"
    page = desk.post(address, once=desk.hidden(address, "once"), instead=str(draft.id), people="40")
    assert "已经加入" in page.text
    db.session.rollback()
    assert db.session.get(Need, theirs).joined == 1
    draft = db.session.get(Need, draft.id)
    assert (draft.state, draft.reason) == (NeedState.WITHDRAWN, "done_otherwise")


def test_joining_instead_takes_back_nothing_that_was_published_meanwhile(desk, small):
    with transaction():
        theirs = factories_work.need("北门晚上停不下车", area_code=NEXT_DOOR).id
    address = write(desk).link("加入这一条")
    draft, once = the_need_of(desk), desk.hidden(address, "once")
    confirm(desk, draft)
    page = desk.post(address, once=once, instead=str(draft.id))
    assert (page.status, "已经不是草稿" in page.response.text) == (409, True)
    db.session.rollback()
    assert db.session.get(Need, draft.id).state is NeedState.OPEN
    assert db.session.get(Need, theirs).joined == 0


def the_need_of(_desk):
    db.session.rollback()
    return db.session.scalars(select(Need).filter_by(state=NeedState.DRAFT)).one()


def test_what_was_asked_on_the_public_page_is_taken_up_in_one_step(app, desk, client):
    run_id = ask(app, "晚上没地方停车")
    assert "作为我们居民区的需求" not in client.get(f"/match/{run_id}").text
    once = desk.hidden(f"/match/{run_id}", "once")
    page = desk.post("/neighbourhood/needs/take-up", run=run_id, once=once)
    assert page.title == "我们这样理解，对吗？"
    need = the_need()
    assert (need.text, need.run.question.area_code) == ("晚上没地方停车", need.area_code)
    assert desk.status("/neighbourhood/needs/take-up", run=run_id, once=once) == 409
    assert desk.status("/neighbourhood/needs/take-up", run="nothing", once=once) == 404
