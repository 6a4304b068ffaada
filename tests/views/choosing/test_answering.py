from datetime import timedelta

import pytest

from directory.db import db, transaction
from directory.models.invitation import Proposal
from directory.models.need import Inquiry
from directory.rules.work import InvitationState
from tests import factories_work
from tests.operations.choosing import DEADLINE
from tests.views.choosing.conftest import Street, once
from tests.views.page import said

PLAN = {
    "plan": "先数车位，再定规则",
    "price": "1,200",
    "starts_on": "2026-12-15",
    "ends_on": "2027-01-15",
    "schedule": "周末",
    "staff": "两人",
}


@pytest.fixture
def invited(street: Street) -> Street:
    street.ask(3)
    return street


def test_an_invitation_shows_the_need_without_its_address(invited: Street):
    with transaction():
        need = invited.need_in()
        need.place, need.said, need.resident, need.budget_low, need.budget_high = (
            "天山路 8 弄 3 号",
            "原话",
            "王阿婆",
            500,
            800,
        )
    page = invited.owner(0).get(invited.answer(0))
    assert "晚上小区没地方停车" in page.text
    assert "天山路街道" in page.text
    assert "500–800 元" in page.text
    assert "2026年11月30日 12:00截止" in page.text
    for secret in ("8 弄", "王阿婆", "原话", "天山三村"):
        assert secret not in page.response.text


def test_a_proposal_is_looked_at_once_more_sent_and_changed(invited: Street):
    owner, address = invited.owner(0), invited.answer(0, "/proposal")
    form = once(owner.get(address))
    check = owner.post(address, **form, **PLAN)
    assert "核对一遍，再提交方案" in check.text
    assert "1,200 元" in check.text
    assert db.session.query(Proposal).count() == 0
    carried = {e.get("name"): e.get("value") for e in check.all("input") if e.get("name") != "q"}
    assert "下一步：核对" in owner.post(address, **{**carried, "step": "edit"}).text
    done = owner.post(address, **{**carried, "step": "confirm"})
    assert "方案已提交" in done.text
    assert owner.status(address, **{**carried, "step": "confirm"}) == 409
    assert (db.session.query(Proposal).one().price, invited.invitation(0).state) == (1200, InvitationState.PROPOSED)
    again = owner.get(address)
    assert "先数车位" in again.response.text
    owner.post(address, **once(again), **{**PLAN, "price": "0"}, step="confirm")
    db.session.rollback()
    assert db.session.query(Proposal).one().price == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"plan": ""}, "plan"),
        ({"plan": "长" * 5001}, "plan"),
        ({"price": ""}, "price"),
        ({"price": "一千"}, "price"),
        ({"price": "200000000"}, "price"),
        ({"starts_on": "2026-02-30"}, "starts_on"),
        ({"starts_on": "2026-11-22"}, "starts_on"),
        ({"ends_on": "2026-12-01"}, "ends_on"),
        ({"staff": "长" * 2001}, "staff"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(invited: Street, changed, field):
    owner, address = invited.owner(0), invited.answer(0, "/proposal")
    answer = owner.post(address, **once(owner.get(address)), **{**PLAN, **changed})
    assert answer.status == 422
    assert answer.fault_beside(field)
    assert "周末" in answer.response.text


def test_one_second_after_the_deadline_it_says_so_and_keeps_what_was_typed(invited: Street, at):
    with at(DEADLINE):
        owner, address = invited.owner(0), invited.answer(0, "/proposal")
        assert owner.status(address, **once(owner.get(address)), **PLAN, step="confirm") == 303
    with at(DEADLINE + timedelta(seconds=1)):
        for number in (0, 1):
            owner, address = invited.owner(number), invited.answer(number, "/proposal")
            late = owner.post(address, once="x" * 32, **{**PLAN, "price": "5"}, step="confirm")
            assert late.status == 409
            assert "答复截止到2026年11月30日 12:00，已经过了" in late.text
            assert "周末" in late.response.text
            for page in ("/proposal", "/decline"):
                assert owner.get(invited.answer(number, page)).status == 409
            assert "答复已经截止" in owner.get(invited.answer(number)).text
    db.session.rollback()
    assert [each.price for each in db.session.query(Proposal)] == [1200]


def test_a_provider_declines_with_a_reason(invited: Street):
    owner, address = invited.owner(1), invited.answer(1, "/decline")
    form = once(owner.get(address))
    assert "请选一个不参加的原因" in " ".join(owner.post(address, **form).faults)
    assert owner.post(address, **form, reason="other").fault_beside("note")
    done = owner.post(address, **form, reason="no_capacity", note="下个月才有空")
    assert "现在排满了，接不了：下个月才有空" in done.text
    assert "现在排满了，接不了" in invited.clerk.get(invited.address("proposals")).text
    assert owner.get(address).status == 409


def test_others_do_not_see_it(invited: Street):
    stranger = invited.owner(1)
    for page in ("", "/proposal", "/decline"):
        assert stranger.get(invited.answer(0, page)).status == 403
    for page in ("/proposal", "/decline", "/questions"):
        assert stranger.status(invited.answer(0, page), **PLAN, text="x", once="y") == 403


def test_a_question_and_its_answer_are_for_all_asked_and_name_nobody(invited: Street):
    asking, other, clerk = invited.owner(0), invited.owner(1), invited.clerk
    form = once(asking.get(invited.answer(0)))
    assert "请写要问的问题" in " ".join(asking.post(invited.answer(0, "/questions"), **form, text=" ").faults)
    asking.post(invited.answer(0, "/questions"), **form, text="有多少车位？")
    question = db.session.query(Inquiry).one().id
    for reader in (other.get(invited.answer(1)), clerk.get(invited.address("proposals"))):
        assert "有多少车位？" in reader.text
    assert "示例·邻里1社" not in other.get(invited.answer(1)).response.text
    page = clerk.get(invited.address("proposals"))
    address = invited.address(f"inquiries/{question}/answer")
    wrong = clerk.post(address, **once(page), stood=stood(page), answer="")
    assert (wrong.status, "请写答复" in wrong.text) == (422, True)
    clerk.post(address, **once(page), stood=stood(page), answer="四十个，电话 13800138000")
    assert "四十个，电话 ［手机号］" in other.get(invited.answer(1)).text


def test_of_two_who_put_an_answer_right_the_second_is_shown_what_the_first_wrote(invited: Street):
    with transaction():
        question = Inquiry(need_id=invited.need_id, organisation_id=1, text="几点开始？", asked_at=DEADLINE)
        db.session.add(question)
        db.session.flush()
        address = invited.address(f"inquiries/{question.id}/answer")
    clerk = invited.clerk
    first, second = clerk.get(invited.address("proposals")), clerk.get(invited.address("proposals"))
    clerk.post(address, **once(first), stood=stood(first), answer="晚上七点")
    late = clerk.post(address, **once(second), stood=stood(second), answer="晚上八点")
    assert late.status == 409
    assert "有人改过答复" in late.text
    assert "晚上七点" in late.text
    assert "晚上八点" in late.text
    assert db.session.query(Inquiry).one().answer == "晚上七点"
    clerk.post(address, **once(late), stood=stood(late), answer="晚上八点")
    assert db.session.query(Inquiry).one().answer == "晚上八点"


def stood(page):
    return next(str(each.get("value")) for each in page.all("input") if each.get("name") == "stood")


def test_a_question_of_another_need_is_not_answered_here(invited: Street):
    with transaction():
        need = factories_work.need(deadline=DEADLINE)
        question = Inquiry(need=need, organisation_id=1, text="x", asked_at=DEADLINE)
        db.session.add(question)
        db.session.flush()
        number = question.id
    assert invited.clerk.status(invited.address(f"inquiries/{number}/answer"), answer="x", once="y") == 404


def test_the_list_is_filtered_by_state(invited: Street):
    owner = invited.owner(0)
    page = owner.get("/organisation/invitations")
    assert [said(e) for e in page.all("th") if e.get("scope") == "row"] == ["晚上小区没地方停车，天天吵架"]
    assert "没有这种状态的邀约" in owner.get("/organisation/invitations?state=declined").text
    for wrong in ("state=lost", "page=0"):
        assert owner.get(f"/organisation/invitations?{wrong}").status == 422
    assert "还没有居民区邀请你们" in invited.owner(4).get("/organisation/invitations").text


def test_pages_of_an_invitation_ask_a_dozen_times_at_most(invited: Street, counted):
    owner = invited.owner(0)
    owner.get("/")
    for page in ("", "/proposal", "/decline"):
        assert counted(lambda p=page: owner.get(invited.answer(0, p))) <= 12, page
    assert counted(lambda: owner.get("/organisation/invitations")) <= 12


def test_once_all_have_answered_a_proposal_is_open_before_its_deadline_and_the_page_says_why(invited: Street):
    owner, address = invited.owner(0), invited.answer(0, "/proposal")
    owner.post(address, **once(owner.get(address)), **PLAN, step="confirm")
    for number in (1, 2):
        other, decline = invited.owner(number), invited.answer(number, "/decline")
        assert other.status(decline, **once(other.get(decline)), reason="no_capacity") == 303
    page = owner.get(invited.answer(0))
    assert "受邀机构都答复了，方案已经启封，不能再改" in page.text
    assert "答复已经截止" not in page.text
