from datetime import timedelta

import pytest

from directory.db import db, transaction
from directory.models.engagement import TermsChange
from directory.rules.work import MilestoneState, TermsState
from tests.factories_work import TODAY
from tests.views.page import said


def address(work):
    return f"/engagements/{work.id}/terms"


def typed(desk, address, **changed):
    """What the form of a page would send, with some of it typed over."""
    page = desk.get(address)
    fields = [e for e in page.all("input") + page.all("select") if e.get("name") and e.get("id") != "band-q"]
    values = {e.get("name"): e.get("value") or "" for e in fields if e.get("name") not in {"csrf_token", "q"}}
    values["funding"] = next(o.get("value") for o in page.all("option") if o.get("selected") is not None)
    return {**values, "reason": "材料涨价", **changed}


def proposed(desk, work, **changed):
    return desk.post(address(work), confirmed="1", **typed(desk, address(work), **changed))


def test_a_change_is_checked_as_a_difference_before_it_is_asked(work, provider, neighbour):
    values = typed(provider, address(work), amount="1,801", contract="CN-7")
    page = provider.post(address(work), **values)
    assert page.title == "核对要改的地方"
    changed = {said(div.find("dt")): said(div.find("dd")) for div in page.all("div", inside="difference")}
    assert changed["金额"] == "1,500 元 1,801 元"
    assert changed["合同编号"] == "（空） CN-7"
    assert "30%（540 元）" in changed["阶段和付款"]
    assert "30%（541 元）" in changed["阶段和付款"]
    assert db.session.query(TermsChange).count() == 0
    page = provider.post(address(work), confirmed="1", **values)
    assert page.title == "变更约定"
    shown = neighbour.get(page.response.request.path)
    assert [said(dd) for dd in shown.all("dd", inside="difference")] == [
        said(dd) for dd in page.all("dd", inside="difference")
    ]


def test_the_other_side_agrees_and_both_see_the_new_terms(work, provider, neighbour):
    page = proposed(provider, work, amount="1800", title="停车共治二期")
    page = neighbour.post(f"{page.response.request.path}/accept", answer="可以")
    assert "1,800 元" in page.text
    assert provider.get(f"/engagements/{work.id}").title == "停车共治二期"


def test_the_other_side_refuses_with_words(work, provider, neighbour):
    path = proposed(provider, work, amount="1800").response.request.path
    page = neighbour.post(f"{path}/refuse", reason=" ")
    assert (page.status, page.fault_beside("reason")) == (422, "错误：请写明原因，对方会看到。")
    neighbour.post(f"{path}/refuse", reason="预算只有这些")
    assert "预算只有这些" in provider.get(path).text
    assert work.now.amount == 1500


def test_who_proposed_takes_it_back(work, provider, neighbour):
    path = proposed(provider, work, amount="1800").response.request.path
    assert neighbour.post(f"{path}/withdraw").status == 403
    assert provider.post(f"{path}/accept").status == 403
    assert "变更已撤回" in provider.post(f"{path}/withdraw").text
    assert db.session.query(TermsChange).one().state is TermsState.WITHDRAWN


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"share_1": "40"}, "加起来要正好 100，现在是 110"),
        ({"share_1": ""}, "都要有名称、日期和付款比例"),
        ({"share_1": "-30", "share_2": "100"}, "付款比例要在 0 到 100 之间"),
        ({"name_1": "长" * 100}, "阶段名称最多 60 个字"),
        ({"due_1": "2030-01-01"}, "不在开始和结束日期之间"),
        ({"amount": "0"}, "免费服务的金额是 0"),
        ({"amount": "一千"}, "请只写数字"),
        ({"amount": "9" * 13}, "请只写数字"),
        ({"funding": "bribe"}, "没有“bribe”这种经费来源"),
        ({"ends_on": "2026-01-01"}, "早于开始日期"),
        ({"ends_on": "9999-01-01"}, "请检查年份"),
        ({"title": "长" * 101}, "项目名称最多 100 个字"),
        ({"contract": "1" * 61}, "合同编号最多 60 个字"),
        ({"reason": ""}, "请写明原因"),
        ({}, "没有要改的"),
    ],
)
def test_what_is_wrong_is_said_with_what_was_typed(work, provider, changed, words):
    page = proposed(provider, work, **changed)
    assert page.status == 422
    assert any(words in fault for fault in page.faults)
    for name, value in changed.items():
        kept = {e.get("name"): e.get("value") for e in page.all("input")}
        assert name in {"funding", "reason"} or kept[name].replace(",", "") == value
    assert db.session.query(TermsChange).count() == 0


def test_a_step_is_added_and_one_left_out(work, provider, neighbour):
    gone = {"name_2": "", "due_2": "", "share_2": ""}
    new = {"name_4": "回访", "due_4": str(TODAY + timedelta(days=29)), "share_4": "40"}
    path = proposed(provider, work, **gone, **new).response.request.path
    neighbour.post(f"{path}/accept")
    assert [(m.name, m.share) for m in work.now.milestones] == [("第1步", 30), ("回访", 40), ("第3步", 30)]


def test_what_is_delivered_is_shown_but_not_to_be_typed_over(work, provider):
    with transaction():
        work.now.milestones[0].state = MilestoneState.DELIVERED
    page = provider.get(address(work))
    assert "已交付或验收，不能改" in page.text
    page = proposed(provider, work, name_1="改名")
    assert any("已经交付或验收" in fault for fault in page.faults)


def test_a_form_sent_twice_asks_once(work, provider):
    values = typed(provider, address(work), amount="1800")
    assert provider.post(address(work), confirmed="1", **values).status == 200
    assert provider.post(address(work), confirmed="1", **values).status == 409
    assert db.session.query(TermsChange).count() == 1


@pytest.mark.parametrize("number", ["x", "9" * 30, "-1", "1;drop"])
def test_steps_of_no_work_are_refused(work, provider, number):
    page = proposed(provider, work, step_1=number, name_1="换了")
    assert page.status in {200, 422}
    assert len(work.now.milestones) == 3


def test_those_who_look_on_read_a_change_and_have_nothing_to_send(work, provider, at):
    path = proposed(provider, work, amount="1800").response.request.path
    page = at(work.strangers[3]).get(path)
    assert page.status == 200
    assert [f.get("action") for f in page.all("form") if "/engagements/" in (f.get("action") or "")] == []
