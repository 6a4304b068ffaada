"""Applications screened, returned, decided: alone and many at once, by one officer or two."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.models.application import Application
from directory.models.audit import AuditEvent
from directory.rules.lifecycle import ApplicationState
from tests import factories
from tests import factories_government as made
from tests.views.conftest import token


@pytest.fixture
def organisation():
    with transaction():
        return factories.organisation()


def submitted(organisation, **changed):
    with transaction():
        return made.application(organisation, **changed).id


def scored(organisation, *result):
    with transaction():
        return made.scored(organisation, *result).id


def stands(number):
    db.session.expire_all()
    return db.session.get_one(Application, number).state


def deeds(number):
    return list(db.session.scalars(select(AuditEvent.event).filter_by(thing=f"Application:{number}")))


def at(number, step=""):
    return f"/government/applications/{number}{step}"


def test_what_passes_goes_to_the_evaluation_centre(district, organisation):
    number = submitted(organisation)
    page = district.post(at(number, "/screen"), **district.form(at(number), "/screen"), follow=True)
    assert "初审通过" in page.text
    assert stands(number) is ApplicationState.SCREENED
    assert "区级经办" in page.text


def test_what_lacks_something_goes_back_with_the_reason(district, organisation):
    number = submitted(organisation)
    form = district.form(at(number), "/return")
    page = district.post(at(number, "/return"), **form, reason="")
    assert (page.status, page.faults) == (422, ["请写明原因，一句话就行；它会记进操作记录。"])
    page = district.post(at(number, "/return"), **form, reason="长" * 501)
    assert page.status == 422
    assert stands(number) is ApplicationState.SUBMITTED
    page = district.post(at(number, "/return"), **form, reason="缺年检报告<script>", follow=True)
    assert "缺年检报告<script>" in page.text
    assert stands(number) is ApplicationState.RETURNED


def test_a_step_from_a_wrong_state_names_both(district, organisation):
    number = scored(organisation)
    page = district.post(at(number, "/screen"), once="a")
    assert page.status == 409
    assert "现在是『评估中』，这一步只能从『已提交』开始" in page.text
    assert stands(number) is ApplicationState.ASSESSING


def test_a_form_sent_twice_acts_once(district, organisation):
    number = submitted(organisation)
    form = district.form(at(number), "/screen")
    district.post(at(number, "/screen"), **form, follow=True)
    again = district.post(at(number, "/screen"), **form)
    assert again.status == 409
    assert "只办理了一次" in again.text
    assert "区级经办" in again.text
    assert deeds(number) == ["application:screen"]


def decide(officer, number, decision="admit", **changed):
    form = officer.form(at(number, "/decide"), "/decide")
    return {**form, "decision": decision, "reason": "服务需要，条件符合。", **changed}


def test_a_decision_is_checked_before_it_is_made(district, organisation):
    number = scored(organisation)
    form = decide(district, number)
    page = district.post(at(number, "/decide"), **form)
    assert (page.status, page.title) == (200, "核对后再决定")
    assert "与评分的建议不同" not in page.text
    assert stands(number) is ApplicationState.ASSESSING
    back = district.post(at(number, "/decide"), **form, edit="1")
    assert "服务需要，条件符合。" in back.text
    page = district.post(at(number, "/decide"), **form, confirmed="1", follow=True)
    assert stands(number) is ApplicationState.PUBLICITY
    assert "已决定列入，公示从今天开始。" in page.text


@pytest.mark.parametrize(
    ("result", "decision", "words"),
    [
        (("52", ""), "admit", "评分建议不列入（52 / 100 · 未达等级），您的决定是列入。"),
        (("86", "A"), "reject", "评分建议列入，您的决定是不列入。"),
    ],
)
def test_a_decision_against_the_score_is_said_openly(district, passer_by, result, decision, words):
    with transaction():
        number = made.scored(factories.organisation(), *result).id
    form = decide(district, number, decision)
    assert words in district.post(at(number, "/decide"), **form).text
    page = district.post(at(number, "/decide"), **form, confirmed="1", follow=True)
    assert "与评分的建议不同" in page.text
    if decision == "admit":
        assert "这个决定与评分的建议不同" in passer_by.get(f"/publicity/{number}").text


@pytest.mark.parametrize(
    ("changed", "fault"),
    [({"reason": " "}, "原因"), ({"decision": "maybe"}, "选一项"), ({"decision": ""}, "列入还是不列入")],
)
def test_a_decision_says_what_and_why(district, organisation, changed, fault):
    number = scored(organisation)
    page = district.post(at(number, "/decide"), **decide(district, number, **changed), confirmed="1")
    assert page.status == 422
    assert fault in " ".join(page.faults)
    assert stands(number) is ApplicationState.ASSESSING


def test_nothing_is_admitted_before_it_was_scored(district, organisation):
    with transaction():
        number = made.application(organisation, ApplicationState.ASSESSING).id
    form = decide(district, number)
    page = district.post(at(number, "/decide"), **form, confirmed="1")
    assert (page.status, "评估还没有完成" in page.text) == (409, True)
    assert stands(number) is ApplicationState.ASSESSING


def test_a_second_officer_does_not_overturn_what_the_first_decided(district, officer, organisation):
    """A rejection is allowed during the notice, so only the page's age tells that this one is not meant so."""
    number, other = scored(organisation), officer()
    late = decide(other, number, "reject")
    district.post(at(number, "/decide"), **decide(district, number), confirmed="1")
    page = other.post(at(number, "/decide"), **late, confirmed="1")
    assert page.status == 409
    assert "有人办过这一件" in page.text
    assert "区级经办" in page.text
    assert "开始公示" in page.text
    assert stands(number) is ApplicationState.PUBLICITY
    admitted = other.post(at(number, "/decide"), **{**late, "decision": "admit"}, confirmed="1")
    assert "现在是『公示中』，这一步只能从『评估中』开始" in admitted.text


def test_of_two_officers_deciding_in_the_same_moment_one_wins(app, district, officer, organisation):
    number, other = scored(organisation), officer()
    sent = [(district, decide(district, number)), (other, decide(other, number, "reject"))]
    statuses, ready = [], threading.Barrier(2)
    forms = [(who.client, {**form, "csrf_token": token(who.client), "confirmed": "1"}) for who, form in sent]
    db.session.remove()

    def send(client, data):
        ready.wait()
        statuses.append(client.post(at(number, "/decide"), data=data).status_code)

    threads = [threading.Thread(target=send, args=pair) for pair in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 409]
    assert stands(number) in {ApplicationState.PUBLICITY, ApplicationState.REJECTED}
    assert len([event for event in deeds(number) if event in {"application:admit", "application:reject"}]) == 1


def test_many_are_screened_at_once_and_one_that_fails_stops_no_other(district, organisation):
    first, second = submitted(organisation, name="甲服务"), submitted(organisation, name="乙服务")
    moved = scored(organisation)
    form = district.form("/government/applications", "applications")
    chosen = [str(first), str(moved), "999999", "abc", str(second), str(first)]
    page = district.post("/government/applications", **form, chosen=chosen, step="screen", follow=True)
    told = [" ".join("".join(li.itertext()).split()) for li in page.all("li", inside="notice")]
    assert len(told) == 4
    assert told[0].startswith("✓ 已办 甲服务")
    assert "现在是『评估中』" in told[1]
    assert "没有这件申请" in told[2]
    assert stands(first) is stands(second) is ApplicationState.SCREENED
    assert stands(moved) is ApplicationState.ASSESSING
    assert deeds(first) == ["application:screen"]


def test_many_are_returned_with_one_reason_which_must_be_said(district, organisation):
    numbers = [submitted(organisation), submitted(organisation)]
    form = district.form("/government/applications", "applications")
    chosen = [str(number) for number in numbers]
    page = district.post("/government/applications", **form, chosen=chosen, step="return", reason="")
    assert page.status == 422
    assert len([box for box in page.all("input") if box.get("checked") is not None]) == 2
    district.post("/government/applications", **form, chosen=chosen, step="return", reason="缺年检报告", follow=True)
    assert {stands(number) for number in numbers} == {ApplicationState.RETURNED}
    again = district.post("/government/applications", **form, chosen=chosen, step="screen")
    assert again.status == 409


def test_choosing_none_says_so(district, organisation):
    submitted(organisation)
    form = district.form("/government/applications", "applications")
    page = district.post("/government/applications", **form, step="screen")
    assert (page.status, page.faults) == (422, ["请先在表里勾选要办的申请。"])
    assert district.post("/government/applications", **form, step="eat", chosen="1").status == 422


def test_a_listed_version_is_shown_against_the_one_applied_with(district, organisation):
    with transaction():
        listed = factories.entry(organisation, name="旧名称", state="exited", reason="removed")
        asked = made.application(organisation, name="会被换掉")
        asked.service, old = listed.service, asked.service
        asked.version = made.edit(listed, name="新名称")
        number = asked.id
        assert old
    page = district.get(at(number))
    assert [e.text for e in page.all("del")] == ["旧名称"]
    assert [e.text for e in page.all("ins")] == ["新名称"]


def test_the_longest_waiting_come_first(district, organisation, now):
    submitted(organisation, name="等了三天", since=now - timedelta(days=3))
    submitted(organisation, name="等了八天", since=now - timedelta(days=8))
    text = district.get("/government/applications").text
    assert text.index("等了八天") < text.index("等了三天")
    text = district.get("/government/applications?order=latest").text
    assert text.index("等了八天") > text.index("等了三天")
    page = district.get("/government/applications?waited=7")
    assert "等了八天" in page.text
    assert "等了三天" not in page.text


def test_an_address_in_no_known_writing_is_led_back_to_all_the_same(district, organisation):
    number = submitted(organisation)
    address = "/government/applications"
    sent = {**district.form(address), "csrf_token": token(district.client), "chosen": str(number), "step": "screen"}
    answer = district.client.post(address, data=sent, environ_overrides={"QUERY_STRING": "street=\xff"})
    assert answer.status_code == 303
    assert stands(number) is ApplicationState.SCREENED
