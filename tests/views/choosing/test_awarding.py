from datetime import timedelta

import pytest

from directory.db import db, transaction
from directory.models.engagement import Engagement
from directory.models.service import Entry
from directory.rules.lifecycle import EntryState
from directory.rules.work import InvitationState, NeedState
from tests.operations.choosing import AFTER, DEADLINE
from tests.views.choosing.conftest import Street, once

WHY = {"reason": "plan", "note": "做法具体", "funding": "street_budget"}


@pytest.fixture
def choosing(street: Street) -> Street:
    """Two asked, both proposed: the round is open."""
    street.ask(2)
    street.propose(1500, 1200)
    return street


def others(street: Street, *numbers: int, code: str = "other_price") -> dict[str, str]:
    return {f"why_{street.asked[n]}": code for n in numbers}


def test_before_the_deadline_the_page_shows_nothing_of_a_proposal(street: Street, at):
    street.ask(3)
    street.propose(7777)
    with at(DEADLINE):
        page = street.clerk.get(street.address("proposals"))
        assert "方案封着" in page.text
        assert "7,777" not in page.response.text
        assert "先数车位" not in page.response.text
        sealed = street.clerk.get(street.address(f"award?invitation={street.asked[0]}"))
        assert (sealed.status, "方案还封着" in sealed.text) == (409, True)
        posted = street.clerk.post(street.address("award"), invitation=street.asked[0], **WHY, step="confirm")
        assert posted.status == 409
    with at(DEADLINE + timedelta(seconds=1)):
        page = street.clerk.get(street.address("proposals"))
        assert "7,777 元" in page.text
        assert "先数车位" in page.text


def test_an_award_is_looked_at_once_more_and_then_done(choosing: Street):
    clerk = choosing.clerk
    page = clerk.get(choosing.address(f"award?invitation={choosing.asked[0]}"))
    sent = {**once(page), **WHY, **others(choosing, 1), "invitation": str(choosing.asked[0])}
    check = clerk.post(choosing.address("award"), **sent)
    assert check.status == 200
    assert "核对一遍，再选定" in check.text
    assert "方案更合适：做法具体" in check.text
    assert "别家的价格更合适" in check.text
    assert choosing.need.state is NeedState.SHORTLISTED
    carried = {e.get("name"): e.get("value") for e in check.all("input") if e.get("name") != "q"}
    back = clerk.post(choosing.address("award"), **{**carried, "step": "edit"})
    assert "下一步：核对" in back.text
    assert "做法具体" in back.response.text
    done = clerk.open(choosing.address("award"), method="POST", data={**carried, "step": "confirm"})
    assert done.status_code == 303
    engagement = db.session.query(Engagement).one()
    assert done.headers["Location"] == f"/engagements/{engagement.id}"
    assert (engagement.amount, choosing.need.state) == (1500, NeedState.AWARDED)
    assert clerk.status(choosing.address("award"), **{**carried, "step": "confirm"}) == 409
    page = clerk.get(choosing.address("proposals"))
    assert "已经选定示例·邻里1社" in page.text
    assert "别家的价格更合适" in choosing.owner(1).get(choosing.answer(1)).text
    assert "方案更合适：做法具体" in choosing.owner(0).get(choosing.answer(0)).text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reason": ""}, "请选一个选定的理由"),
        ({"reason": "other", "note": ""}, "请写明是什么原因"),
        ({"funding": "lottery"}, "请选钱从哪里来"),
        ({"funding": "free"}, "价格是 0 才算免费"),
        ({"note": "长" * 501}, "最多 500 个字"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_done(choosing: Street, changed, words):
    clerk = choosing.clerk
    page = clerk.get(choosing.address(f"award?invitation={choosing.asked[0]}"))
    sent = {**once(page), **WHY, **others(choosing, 1), "invitation": str(choosing.asked[0]), **changed}
    for step in ("", "confirm"):
        answer = clerk.post(choosing.address("award"), **sent, step=step)
        assert answer.status == 422
        assert words in " ".join(answer.faults)


def test_each_one_not_chosen_gets_a_reason(choosing: Street):
    clerk = choosing.clerk
    page = clerk.get(choosing.address(f"award?invitation={choosing.asked[1]}"))
    answer = clerk.post(choosing.address("award"), **once(page), **WHY, invitation=str(choosing.asked[1]))
    assert "机构会看到" in answer.fault_beside(f"why_{choosing.asked[0]}")
    sent = {**once(page), **WHY, **others(choosing, 0, code="other"), "invitation": str(choosing.asked[1])}
    answer = clerk.post(choosing.address("award"), **sent)
    assert "请写明是什么原因" in answer.fault_beside(f"note_{choosing.asked[0]}")


@pytest.mark.parametrize("when", ["invited", "proposed"])
def test_one_suspended_meanwhile_can_be_read_and_not_chosen(street: Street, when):
    def suspend():
        with transaction():
            entry = db.session.get_one(Entry, street.ids[0])
            entry.state, entry.reason = EntryState.SUSPENDED, "grade"

    street.ask(2)
    if when == "invited":
        suspend()
        assert "恢复以前不能被选定" in street.owner(0).get(street.answer(0)).text
    street.propose(1500, 1200)
    if when == "proposed":
        suspend()
    clerk = street.clerk
    page = clerk.get(street.address("proposals"))
    assert "不在推荐之列，方案可以看，不能选定" in page.text
    assert "1,500 元" in page.text
    for answer in (
        clerk.get(street.address(f"award?invitation={street.asked[0]}")),
        clerk.post(street.address("award"), invitation=street.asked[0], **WHY, **others(street, 1), step="confirm"),
    ):
        assert answer.status == 409
        assert "示例·邻里1社现在暂停" in answer.text


def test_a_provider_that_did_not_propose_is_chosen_with_words(choosing: Street):
    choosing.keep(3)
    clerk = choosing.clerk
    pick = clerk.get(choosing.address("award"))
    address = pick.link("选定示例·邻里4社")
    page = clerk.get(address)
    assert "不在匹配结果里，也没有交方案" in page.text
    sent = {**once(page), **others(choosing, 0, 1), "entry": str(choosing.ids[3]), "reason": "experience"}
    sent |= {"amount": "0", "starts_on": "2026-12-01", "ends_on": "2026-12-31", "funding": "free"}
    silent = clerk.post(choosing.address("award"), **sent, note="")
    assert "请写明为什么直接选它" in silent.fault_beside("note")
    for wrong, field in (
        ({"ends_on": "2026-11-30"}, "ends_on"),
        ({"amount": "x"}, "amount"),
        ({"starts_on": ""}, "starts_on"),
    ):
        assert clerk.post(choosing.address("award"), **{**sent, **wrong}, note="一直在做").fault_beside(field)
    clerk.status(choosing.address("award"), **sent, note="一直在做", step="confirm")
    engagement = db.session.query(Engagement).one()
    assert (engagement.amount, engagement.entry_id) == (0, choosing.ids[3])
    assert choosing.invitation(0).state is InvitationState.NOT_CHOSEN
    page = clerk.get(choosing.address("proposals"))
    assert "没有邀请，直接选定" in page.text
    assert "当时的方案" in page.text


def test_what_is_no_choice_is_refused_in_words(choosing: Street):
    clerk = choosing.clerk
    for query, status in (("invitation=999", 409), (f"entry={choosing.ids[0]}", 409), ("entry=999999", 404)):
        assert clerk.get(choosing.address(f"award?{query}")).status == status


def test_where_nobody_fits_the_need_is_unmet_with_a_reason(choosing: Street):
    clerk = choosing.clerk
    page = clerk.get(choosing.address("nobody"))
    silent = clerk.post(choosing.address("nobody"), **once(page))
    assert (silent.status, "请选一个没有合适机构的原因" in " ".join(silent.faults)) == (422, True)
    done = clerk.post(choosing.address("nobody"), **once(page), reason="too_dear", note="都超出预算")
    assert done.status == 200
    assert (choosing.need.state, choosing.need.reason) == (NeedState.UNMET, "too_dear")
    assert "都超出预算" in choosing.owner(0).get(choosing.answer(0)).text
    assert clerk.get(choosing.address("nobody")).status == 409


def test_a_page_of_many_answers_asks_a_dozen_times_at_most(street: Street, counted, at):
    street.ask(5)
    street.propose(1000, 1200, 900, 0)
    with at(AFTER):
        clerk = street.clerk
        clerk.get("/")
        for page in ("proposals", f"award?invitation={street.asked[0]}", "award"):
            assert counted(lambda p=page: clerk.get(street.address(p))) <= 12, page
