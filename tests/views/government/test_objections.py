"""The public notice, objections to it, and government's answers."""

from datetime import timedelta

import pytest

from directory.db import db, transaction
from directory.models.application import Application, Objection
from directory.models.audit import AuditEvent
from directory.rules.calendar import day_of
from directory.rules.lifecycle import ApplicationState, ObjectionState
from directory.rules.roles import Role
from tests import factories
from tests import factories_government as made

TEXT = "去年没有按时来清理，有照片。"


@pytest.fixture
def notice(now):
    with transaction():
        return announced(now).id


def announced(now, **changed):
    asked = made.application(factories.organisation(), ApplicationState.PUBLICITY, since=now, **changed)
    made.result(asked)
    return asked


def file(who, number, **changed):
    address = f"/publicity/{number}"
    return who.post(address, **({**who.form(address), "text": TEXT} | changed), follow=True)


def only():
    db.session.expire_all()
    return db.session.query(Objection).one()


def test_anyone_reads_what_is_announced(passer_by, notice):
    for address in ("/publicity", f"/publicity/{notice}"):
        page = passer_by.get(address)
        for words in ("楼道清理", "邻里1社", "停车管理", "86.5 / 100 · A"):
            assert words in page.text, (address, words)
    assert page.link("按什么标准评的").startswith("/rubrics/")


def test_anyone_objects_and_gets_a_receipt_that_leads_to_the_answer(passer_by, district, notice):
    page = file(passer_by, notice, name="示例·居民", contact="13800000000")
    assert page.title == "已收到您的异议"
    filed = only()
    assert (filed.name, filed.contact, filed.text) == ("示例·居民", "13800000000", TEXT)
    assert "示例·居民" not in page.text
    shown = f"{filed.receipt[:4]}-{filed.receipt[4:8]}-{filed.receipt[8:]}"
    assert shown in page.text
    address = f"/government/objections/{filed.id}"
    form = {**district.form(address), "outcome": "dismiss", "answer": "查过照片，日期不对。"}
    assert district.post(address, **form).title == "核对后再答复"
    assert only().state is ObjectionState.OPEN
    district.post(address, **form, confirmed="1")
    answered = passer_by.get(f"/publicity/receipts/{filed.receipt}")
    assert "查过照片，日期不对。" in answered.text
    found = passer_by.client.get(f"/publicity/receipts?receipt={shown.lower()}")
    assert found.headers["Location"].endswith(filed.receipt)


def test_upheld_the_application_is_rejected(passer_by, district, notice):
    file(passer_by, notice)
    address = f"/government/objections/{only().id}"
    form = {**district.form(address), "outcome": "uphold", "answer": "查实。"}
    page = district.post(address, **form, confirmed="1", follow=True)
    assert "异议成立" in page.text
    assert db.session.get_one(Application, notice).state is ApplicationState.REJECTED
    assert "结果：未列入" in passer_by.get(f"/publicity/{notice}").text
    replayed = district.post(address, **form, confirmed="1")
    assert (replayed.status, "只办理了一次" in replayed.text) == (409, True)
    other = district.post(address, **{**form, "once": "other", "outcome": "dismiss"}, confirmed="1")
    assert "现在是『异议成立』，这一步只能从『待答复』开始" in other.text


def test_an_objection_sent_twice_is_one(passer_by, notice):
    form = {**passer_by.form(f"/publicity/{notice}"), "text": TEXT}
    passer_by.post(f"/publicity/{notice}", **form, follow=True)
    again = passer_by.post(f"/publicity/{notice}", **form)
    assert (again.status, "只办理了一次" in again.text) == (409, True)
    assert only()


def test_after_the_end_nothing_is_taken_and_the_day_is_said(passer_by, now):
    with transaction():
        over = announced(now)
        over.publicity_until = day_of(now) - timedelta(days=1)
        number = over.id
    page = passer_by.get(f"/publicity/{number}")
    assert "公示已于" in page.text
    assert not [form for form in page.all("form", inside="main") if form.get("method") == "post"]
    for text in (TEXT, "", "长" * 20_000):
        answer = passer_by.post(f"/publicity/{number}", text=text, once="x")
        assert answer.status == 409
        assert "不能再提出异议" in answer.text
    assert db.session.query(Objection).count() == 0


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"text": ""}, "请写下您的异议"),
        ({"text": "不行"}, "至少写 5 个字"),
        ({"text": "长" * 2001}, "最多 2000 个字"),
        ({"text": "长" * 25_000}, "最多 2000 个字"),
        ({"name": "长" * 51}, "最多 50 个字"),
        ({"contact": "长" * 101}, "最多 100 个字"),
    ],
)
def test_what_cannot_be_taken_says_which_and_keeps_what_was_typed(passer_by, notice, changed, fault):
    page = file(passer_by, notice, **changed)
    assert page.status == 422
    assert fault in " ".join(page.faults)
    assert db.session.query(Objection).count() == 0


def test_far_too_much_is_refused_at_the_door(passer_by, notice):
    assert passer_by.post(f"/publicity/{notice}", text="长" * 300_000, once="x").status == 413


def test_markup_stays_text(passer_by, district, notice):
    page = file(passer_by, notice, text="<script>alert(1)</script> ]]> \x00 很不满意")
    assert "<script>alert(1)</script>" in page.text
    assert "<script>alert(1)</script>" in district.get(f"/government/objections/{only().id}").text


def test_who_knows_the_receipt_reads_no_phone(passer_by, notice):
    page = file(passer_by, notice, text="我的电话是 13900000000，请回电。")
    assert "［手机号］" in page.text
    assert "13900000000" not in page.text


def test_an_officer_who_objects_is_no_one_in_particular(officer, notice):
    file(officer(Role.AUDITOR), notice)
    assert [event.actor for event in db.session.query(AuditEvent)] == ["public"]


def test_objections_are_taken_less_often_than_pages_are_read(passer_by, notice):
    statuses = [file(passer_by, notice).status for _ in range(11)]
    assert statuses == [200] * 10 + [429]
    assert passer_by.get(f"/publicity/{notice}").status == 200


@pytest.mark.parametrize("address", ["/publicity/999", f"/publicity/{2**70}", "/publicity/receipts/NOPE"])
def test_what_was_not_announced_is_not_found(passer_by, address):
    assert passer_by.get(address).status == 404


def test_an_unknown_receipt_is_said_to_be_unknown(passer_by):
    page = passer_by.get("/publicity/receipts?receipt=<b>12</b>")
    assert page.status == 404
    assert "“<b>12</b>”查不到" in page.text


def test_what_is_only_submitted_is_not_announced(passer_by):
    with transaction():
        number = made.application(factories.organisation()).id
    assert passer_by.get(f"/publicity/{number}").status == 404
    assert "现在没有公示" in passer_by.get("/publicity").text
