import csv
import io
from datetime import timedelta

import pytest

from directory.db import db, transaction
from directory.models.invitation import Invitation
from directory.models.need import Inquiry, Joining, Need
from directory.models.parameters import Parameters
from directory.models.service import Entry
from directory.rules.routes import Route
from directory.rules.work import EngagementState, InvitationState, MilestoneState, NeedState
from tests import factories, factories_work
from tests.factories import NOW, OTHER_STREET
from tests.views.needs.conftest import NEXT_DOOR
from tests.views.page import said


def need(**more):
    with transaction():
        return factories_work.need(**more).id


def read(need_id):
    db.session.rollback()
    return db.session.get(Need, need_id)


def page_of(need_id, *rest):
    return "/".join((f"/neighbourhood/needs/{need_id}", *rest))


def test_the_start_says_what_waits_and_until_when(desk, small):
    with transaction():
        factories_work.need(state=NeedState.DRAFT)
        factories_work.need()
        entry = db.session.get(Entry, small[0])
        over = factories_work.need(state=NeedState.SHORTLISTED, deadline=NOW - timedelta(hours=1), round=1)
        factories_work.invitation(over, entry, state=InvitationState.PROPOSED)
        factories_work.need(state=NeedState.SHORTLISTED, deadline=NOW + timedelta(days=3), round=1)
        running = factories_work.engagement(entry)
        running.milestones[0].state = MilestoneState.DELIVERED
        factories_work.engagement(entry, state=EngagementState.DELIVERED)
        factories_work.engagement(entry, state=EngagementState.SIGNED_OFF)
        factories_work.engagement(entry, state=EngagementState.SIGNED_OFF, area_code=NEXT_DOOR)
        written = factories_work.engagement(entry, state=EngagementState.SIGNED_OFF)
        factories_work.review(written)
        factories_work.need("楼上漏水", area_code=NEXT_DOOR)
        factories_work.need("远处的事", area_code=OTHER_STREET)
    page = desk.get("/neighbourhood")
    rows = [said(row) for row in page.all("li", inside="tasks")]
    assert rows == [
        "草稿等确认 1 最早的一条 2026年12月23日自动撤回",
        "打开方案，选定机构 1 方案已经启封，请尽快选定或说明",
        "还没有邀请机构 1",
        "等机构应标 1 最早 2026年11月26日截止",
        "机构提问等回答 0",
        "阶段成果等验收 1",
        "全部完成，等签收 1",
        "合约变更等答复 0",
        "评价还没有写 1 最早 2027年1月22日截止",
    ]
    assert "楼上漏水" in page.text
    assert "远处的事" not in page.text


def test_once_all_have_answered_the_proposals_wait_to_be_opened_and_no_question_does(desk, small):
    entry = db.session.get(Entry, small[0])
    need_id = need(state=NeedState.SHORTLISTED, deadline=NOW + timedelta(days=3), round=1)
    with transaction():
        asked = db.session.get(Need, need_id)
        invitation = factories_work.invitation(asked, entry)
        asking = {"organisation": entry.service.organisation, "text": "车位有几个？", "asked_at": NOW}
        db.session.add(Inquiry(need=asked, **asking))
    rows = [said(row) for row in desk.get("/neighbourhood").all("li", inside="tasks")]
    assert {"打开方案，选定机构 0", "机构提问等回答 1 截止以前回答，受邀机构都看得到"} <= set(rows)
    assert "方案已经启封" not in desk.get(page_of(need_id)).text
    with transaction():
        db.session.get(Invitation, invitation.id).state = InvitationState.PROPOSED
    rows = [said(row) for row in desk.get("/neighbourhood").all("li", inside="tasks")]
    assert {"打开方案，选定机构 1 方案已经启封，请尽快选定或说明", "等机构应标 0", "机构提问等回答 0"} <= set(rows)
    assert "方案已经启封，请比较以后选定一家" in desk.get(page_of(need_id)).text


def test_a_need_shows_where_it_stands_what_is_next_and_the_steps_open_to_it(desk, small):
    need_id = need(state=NeedState.SHORTLISTED, deadline=NOW + timedelta(days=2), round=1, people=100)
    with transaction():
        factories_work.joining(db.session.get(Need, need_id), NEXT_DOOR, people=30, note="我们也挤")
    page = desk.get(page_of(need_id))
    assert all(
        words in page.text for words in ("已邀请机构", "2026年11月25日截止", "约 130 人", "天山四村", "我们也挤")
    )
    assert page.link("撤回需求") == page_of(need_id, "withdraw")
    assert "照样再提一次" not in page.text


def test_an_open_need_says_how_many_may_be_invited_as_the_district_set_it(desk, small):
    need_id = need()
    with transaction():
        few = factories.PARAMETERS | {"contracting": {"most_invited": 3}}
        db.session.add(Parameters(version=2, since=NOW, values=few))
    assert "邀请最多 3 家来应标" in desk.get(page_of(need_id)).text


@pytest.mark.parametrize("state", sorted(set(NeedState) - {NeedState.DRAFT}))
def test_a_need_is_read_in_every_state(desk, small, state):
    need_id = need(state=state, reason="other" if state in {"withdrawn", "unmet"} else "")
    page = desk.get(page_of(need_id))
    assert (page.status, page.title) == (200, "停车管理")


def test_details_are_changed_and_of_two_at_once_one_is_told(desk, seat, small):
    need_id = need(place="南门")
    address = page_of(need_id, "details")
    seen, colleague = desk.hidden(address, "seen"), seat()
    sent = {"seen": seen, "urgency": "now", "people": "50", "public": "y"}
    assert "说明已更新" in colleague.post(address, place="北门", **sent).text
    page = desk.post(address, place="东门", **sent)
    assert (page.status, "北门" in page.text, "东门" in page.response.text) == (409, True, True)
    assert (read(need_id).place, read(need_id).urgency, read(need_id).people) == ("北门", "now", 50)
    page = desk.post(address, **{**sent, "people": "-3"})
    assert page.fault_beside("people")


def test_a_need_is_withdrawn_with_a_reason_and_said_again(desk, small):
    need_id = need(place="南门")
    page = desk.post(page_of(need_id, "withdraw"))
    assert page.status == 422
    assert "请选一个原因。" in page.text
    page = desk.post(page_of(need_id, "withdraw"), reason="solved", note="自己解决了")
    assert all(words in page.text for words in ("问题已经解决", "自己解决了", "撤回"))
    assert desk.post(page_of(need_id, "withdraw"), reason="solved").status == 409
    once = desk.hidden(page_of(need_id), "once")
    page = desk.post(page_of(need_id, "repeat"), once=once)
    assert page.title == "我们这样理解，对吗？"
    again = db.session.query(Need).filter_by(repeats_id=need_id).one()
    assert (again.state, again.place) == (NeedState.DRAFT, "南门")
    assert desk.status(page_of(need_id, "repeat"), once=once) == 409


def test_what_nobody_meets_is_given_up_and_opened_again(desk, small):
    need_id = need()
    once = desk.hidden(page_of(need_id, "nobody"), "once")
    desk.post(page_of(need_id, "nobody"), once=once, reason="too_dear", note="都超过三千")
    page = desk.get(page_of(need_id))
    assert all(words in page.text for words in ("没有找到合适的", "价格超出预算", "都超过三千"))
    assert "需求重新发布了" in desk.post(page_of(need_id, "reopen")).text
    page = desk.post(page_of(need_id, "reopen"))
    assert page.status == 409
    assert "已发布" in page.response.text
    assert "没有找到合适的" in page.response.text


def test_of_another_neighbourhood_nothing_is_open(desk, small):
    need_id = need(area_code=NEXT_DOOR)
    for step in ("", "/edit", "/details", "/understood", "/withdraw", "/nobody", "/hand-off"):
        assert desk.get(page_of(need_id) + step).status == 403
    for step in ("/reopen", "/repeat", "/facilitate", "/withdraw", "/details"):
        assert desk.status(page_of(need_id) + step) == 403


def test_whoever_joined_reads_it_on_the_board_and_goes_on_when_it_is_taken_back(desk, other, small):
    need_id = need(text="楼道太暗，找［手机号］", said="楼道太暗，找13812345678", place="3 号楼")
    address = f"/needs/{need_id}"
    other.post(f"{address}/join", once=other.hidden(f"{address}/join", "once"), people="20", note="我们也暗")
    assert other.get(page_of(need_id)).response.request.path == page_of(need_id)
    assert other.open(page_of(need_id)).headers["Location"] == address
    desk.post(page_of(need_id, "withdraw"), reason="mistaken")
    told = other.get("/account/notices")
    assert "您加入的需求被撤回" in told.text
    page = other.get(address)
    assert "接着提，作为我们自己的需求" in page.text
    page = other.post(page_of(need_id, "repeat"), once=other.hidden(address, "once"))
    assert page.title == "我们这样理解，对吗？"
    again = db.session.query(Need).filter_by(repeats_id=need_id).one()
    assert (again.area_code, again.said, again.place) == (NEXT_DOOR, "楼道太暗，找［手机号］", "")


def test_the_list_is_filtered_paged_and_exported(desk, counted, small):
    with transaction():
        for number in range(25):
            factories_work.need(f"=第{number}件事", place="南门", people=number + 1)
        factories_work.need("草稿一件", state=NeedState.DRAFT)
        theirs = factories_work.need("邻居的事", area_code=NEXT_DOOR, place="不告诉", said="不告诉")
        factories_work.joining(theirs, factories.NEIGHBOURHOOD)
    page = desk.get("/neighbourhood/needs")
    assert (len(page.all("tr")), "第 1 页，共 2 页" in page.text) == (21, True)
    assert len(desk.get("/neighbourhood/needs?page=2").all("tr")) == 7
    assert len(desk.get("/neighbourhood/needs?state=draft").all("tr")) == 2
    assert "邻居的事" in desk.get("/neighbourhood/needs?whose=joined").text
    page = desk.get("/neighbourhood/needs?state=gone")
    assert (page.status, "gone" in page.text) == (422, True)
    few = counted(lambda: desk.get("/neighbourhood/needs?state=draft"))
    assert counted(lambda: desk.get("/neighbourhood/needs")) <= few + 1 <= 12
    rows = list(csv.reader(io.StringIO(desk.open("/neighbourhood/needs.csv?state=open").data.decode("utf-8-sig"))))
    assert len(rows) == 26
    assert rows[1][1] == "'=第24件事"
    assert desk.open("/neighbourhood/needs.xlsx").data[:2] == b"PK"
    assert "不告诉" not in desk.open("/neighbourhood/needs.csv?whose=joined").text
    assert desk.open("/neighbourhood/needs.pdf").status_code == 404


def test_no_page_asks_the_database_more_than_a_dozen_times(desk, counted, small):
    need_id = need()
    with transaction():
        found = db.session.get(Need, need_id)
        for place in range(8):
            factories_work.joining(found, f"{OTHER_STREET}-{place:02}")
    for address in ("/neighbourhood", page_of(need_id), page_of(need_id, "details"), f"/needs/{need_id}"):
        assert counted(lambda address=address: desk.get(address)) <= 12, address
    draft = need(state=NeedState.DRAFT, route=Route.DEPARTMENT)
    assert counted(lambda: desk.get(page_of(draft, "hand-off"))) <= 12
    assert db.session.query(Joining).count() == 8
