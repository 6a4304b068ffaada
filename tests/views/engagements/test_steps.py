import pytest

from directory.db import db, transaction
from directory.models.need import Need
from directory.rules.work import EngagementState, MilestoneState, NeedState
from tests.operations import agreed

MET = {"met_0": "yes", "met_1": "yes"}


def address(work, below=""):
    return f"/engagements/{work.id}{below}"


def step(work, place=0, below=""):
    return f"/engagements/milestones/{work.now.milestones[place].id}{below}"


def send(desk, page, to, **said):
    """The form of a page, as it was shown."""
    return desk.post(to, seen=desk.hidden(page, "seen"), **said)


def test_from_start_to_sign_off_in_the_browser(begun, at):
    work = begun(EngagementState.AGREED)
    provider, neighbour = at(work.provider), at(work.neighbour)
    page = send(provider, address(work, "/start"), address(work, "/start"))
    assert "服务开始" in page.text
    for place in range(3):
        page = send(provider, step(work, place), step(work, place, "/deliver"), note=f"做完{place}")
        assert "已交付" in page.text
        page = send(neighbour, step(work, place), step(work, place, "/accept"), **MET)
        assert "验收通过" in page.text
    page = send(provider, address(work, "/deliver"), address(work, "/deliver"), note="全部做完")
    assert work.now.state is EngagementState.DELIVERED
    check = neighbour.get(address(work, "/sign-off"))
    assert "每条标准都达到了" in check.text
    page = send(neighbour, address(work, "/sign-off"), address(work, "/sign-off"))
    assert page.link("写评价") == address(work, "/review")
    assert db.session.get(Need, work.now.need_id).state is NeedState.COMPLETED


def test_starting_terms_that_are_not_those_shown_is_too_late(begun, at):
    work = begun(EngagementState.AGREED)
    provider = at(work.provider)
    seen = provider.hidden(address(work, "/start"), "seen")
    with transaction():
        work.now.amount = 999
    page = provider.post(address(work, "/start"), seen=seen)
    assert page.status == 409
    assert "已经不是最新的" in page.text
    assert work.now.state is EngagementState.AGREED


def test_accepting_asks_of_every_sentence_and_keeps_what_was_chosen(work, neighbour):
    with transaction():
        work.now.milestones[0].state = MilestoneState.DELIVERED
    page = send(neighbour, step(work), step(work, below="/accept"), met_0="no", note="甲" * 20)
    assert page.status == 422
    assert page.faults == ["请选“达到”或“没达到”。"]
    assert [e.get("value") for e in page.all("input") if e.get("checked") is not None] == ["no"]
    page = send(neighbour, step(work), step(work, below="/accept"), met_0="no", met_1="yes")
    assert page.fault_beside("note") == "错误：有没达到的，要验收请写明为什么；不然请退回。"
    page = send(neighbour, step(work), step(work, below="/accept"), met_0="no", met_1="yes", note="施工中，下月补")
    assert page.status == 200
    assert "没达到" in neighbour.get(step(work)).text


def test_giving_a_step_back_needs_a_reason(work, neighbour, provider):
    with transaction():
        work.now.milestones[0].state = MilestoneState.DELIVERED
    page = send(neighbour, step(work), step(work, below="/return"), reason="")
    assert (page.status, page.fault_beside("reason")) == (422, "错误：请写明原因，对方会看到。")
    send(neighbour, step(work), step(work, below="/return"), reason="少三户")
    assert "少三户" in provider.get(step(work)).text


def test_a_step_that_moved_since_its_page_was_shown_is_not_accepted(work, neighbour):
    with transaction():
        work.now.milestones[0].state = MilestoneState.DELIVERED
    page = neighbour.post(step(work, below="/accept"), seen="2020-01-01T00:00:00+00:00", **MET)
    assert page.status == 409


@pytest.mark.parametrize("path", ["/start", "/deliver", "/return", "/sign-off"])
def test_a_page_for_a_step_that_cannot_be_taken_now_names_both_states(begun, at, path):
    work = begun(EngagementState.SIGNED_OFF)
    side = work.provider if path in {"/start", "/deliver"} else work.neighbour
    page = at(side).get(address(work, path))
    assert page.status == 409
    assert "『已签收』" in page.text


def test_delivering_all_while_a_step_is_left_names_the_step(work, provider):
    page = send(provider, address(work, "/deliver"), address(work, "/deliver"))
    assert page.status == 409
    assert "第1步" in page.text


def test_an_end_is_checked_before_it_is_final(work, neighbour):
    at_end = address(work, "/terminate")
    seen = neighbour.hidden(at_end, "seen")
    page = neighbour.post(at_end, seen=seen, reason="", note="")
    assert (page.status, len(page.faults)) == (422, 2)
    said = {"reason": "no_funds", "note": "经费没有批", "unmet": "too_dear"}
    page = neighbour.post(at_end, seen=seen, **said)
    assert page.title == "核对后再终止"
    assert "经费没有落实" in page.text
    assert work.now.state is EngagementState.RUNNING
    page = neighbour.post(at_end, seen=seen, edit="1", **said)
    assert page.title == "终止合约"
    page = neighbour.post(at_end, seen=seen, confirmed="1", **said)
    assert "终止原因：经费没有落实" in page.text
    need = db.session.get(Need, work.now.need_id)
    assert (need.state, need.reason) == (NeedState.UNMET, "too_dear")


def test_the_provider_is_not_asked_what_becomes_of_the_need(work, provider):
    names = {e.get("name") for e in provider.get(address(work, "/terminate")).all("select")}
    assert names == {"reason"}
    said = {"seen": provider.hidden(address(work, "/terminate"), "seen"), "reason": "other", "note": "人手不够"}
    page = provider.post(address(work, "/terminate"), confirmed="1", unmet="too_dear", **said)
    assert page.status == 200
    assert db.session.get(Need, work.now.need_id).state is NeedState.OPEN


@pytest.mark.parametrize("size", [501, 200_000])
def test_words_without_end_are_refused_on_the_form(work, neighbour, size):
    with transaction():
        work.now.milestones[0].state = MilestoneState.DELIVERED
    page = send(neighbour, step(work), step(work, below="/return"), reason="a" * size)
    assert page.status == 422
    assert work.now.milestones[0].state is MilestoneState.DELIVERED


def test_signing_off_names_what_was_accepted_without_being_met(begun, at):
    work = begun(EngagementState.DELIVERED)
    with transaction():
        first = work.now.milestones[0]
        first.checked, first.note = {"每户都问过一遍": True, "规则张贴在门口": False}, "门口施工"
    page = at(work.neighbour).get(address(work, "/sign-off"))
    assert "规则张贴在门口 第1步：门口施工" in page.text


def test_a_stranger_is_refused_before_a_form_is_looked_at(work, at):
    desk = at(work.strangers[0])
    for path in ("", "/start", "/deliver", "/return", "/sign-off", "/terminate", "/terms", "/records"):
        assert desk.get(address(work, path)).status == 403
    assert desk.get(step(work)).status == 403
    assert agreed.events(f"Engagement:{work.id}") == []


def test_what_is_left_to_accept_is_said_where_it_cannot_be_signed_off_yet(begun, at):
    work = begun(EngagementState.DELIVERED)
    with transaction():
        work.now.milestones[-1].state = MilestoneState.DELIVERED
    page = at(work.neighbour).get(address(work, "/sign-off"))
    assert "还有 1 个阶段没有验收" in page.text
    assert "确定签收" not in page.text
