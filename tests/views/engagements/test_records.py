import csv
import io

import pytest

from directory.db import db, transaction
from directory.models.engagement import ServiceRecord
from directory.rules.roles import Role
from directory.rules.work import EngagementState
from tests import factories
from tests.factories_applications import PDF
from tests.factories_work import TODAY


def address(work, below=""):
    return f"/engagements/{work.id}/records{below}"


def sent(desk, work, **said):
    token = desk.hidden(address(work, "/new"), "once")
    return desk.post(address(work, "/new"), **({"once": token, "on": str(TODAY), "cases": "2", "people": "9"} | said))


def test_a_record_is_added_and_both_sides_see_it_summed(work, provider, neighbour):
    page = sent(provider, work, note="上门两户")
    assert "上门两户" in page.text
    for desk in (provider, neighbour):
        page = desk.get(f"/engagements/{work.id}")
        assert "上门两户" in page.text
        assert "服务人次9" in page.text


def test_one_after_another_is_quick(work, provider):
    page = sent(provider, work, again="1")
    assert page.title == "记一次服务"
    assert "服务次数2" in page.text


def test_the_same_form_sent_again_records_once(work, provider):
    token = provider.hidden(address(work, "/new"), "once")
    for status in (302, 409):
        got = provider.status(address(work, "/new"), once=token, on=str(TODAY), cases="1")
        assert got in {status, 303} if status == 302 else got == status
    assert db.session.query(ServiceRecord).count() == 1


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"on": "2026-11-24"}, "on", "还没有到"),
        ({"on": "2026-01-01"}, "on", "早于合约的开始日期"),
        ({"on": "昨天"}, "on", "请写一个日期"),
        ({"cases": "两"}, "cases", "请写一个整数"),
        ({"cases": "-2"}, "cases", "0 到 100 万"),
        ({"people": "99999999"}, "people", "0 到 100 万"),
        ({"people": "9" * 400}, "people", "请写一个整数"),
        ({"cases": "", "people": ""}, "cases", "至少写一项"),
        ({"note": "长" * 1001}, "note", "最多 1000 个字"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(work, provider, said, field, words):
    page = sent(provider, work, **said)
    assert page.status == 422
    assert words in page.fault_beside(field)
    assert db.session.query(ServiceRecord).count() == 0


def test_a_file_is_kept_and_opened_by_the_neighbourhood_not_by_others(work, provider, neighbour, at):
    page = sent(provider, work, file=(io.BytesIO(PDF), "签到 13800138000.pdf"))
    link = page.link("签到")
    assert "13800138000" not in page.text
    assert neighbour.open(link).data == PDF
    assert at(work.strangers[0]).open(link).status_code == 403
    assert at(work.strangers[1]).open(link).status_code == 403


@pytest.mark.parametrize("content", [b"<script>", b"GIF89a", b""])
def test_a_file_that_is_none_is_said_beside_its_field_and_nothing_is_kept(work, provider, content):
    page = sent(provider, work, file=(io.BytesIO(content), "a.pdf"))
    assert page.status == 422
    assert page.fault_beside("file")
    assert db.session.query(ServiceRecord).count() == 0


def test_a_file_a_little_too_large_is_answered_on_the_form(work, provider):
    page = sent(provider, work, file=(io.BytesIO(PDF + b" " * 11 * 2**20), "a.pdf"))
    assert page.status == 422
    assert page.fault_beside("file")


def test_one_far_too_large_is_answered_by_a_page(work, provider):
    page = sent(provider, work, file=(io.BytesIO(b" " * 25 * 2**20), "a.pdf"))
    assert page.status == 413
    assert "10 MB" in page.text


def test_a_record_is_struck_with_a_reason_and_stays(work, provider, neighbour):
    sent(provider, work, note="记错的")
    path = f"/engagements/records/{db.session.query(ServiceRecord).one().id}/strike"
    assert neighbour.get(path).status == 403
    page = provider.post(path, reason="")
    assert (page.status, page.fault_beside("reason")) == (422, "错误：请写明原因，对方会看到。")
    page = provider.post(path, reason="日期记错")
    assert "已划去：日期记错" in page.text
    assert "记错的" in neighbour.get(address(work)).text
    assert provider.post(path, reason="再划").status == 409


def test_records_are_exported_for_those_who_may_read_and_hold_no_formula(work, provider, at):
    sent(provider, work, note="=1+1")
    with transaction():
        district = factories.actor(Role.DISTRICT)
    data = at(district).open(address(work, ".csv")).data.decode("utf-8-sig")
    assert [(row["次数"], row["人数"], row["说明"]) for row in csv.DictReader(io.StringIO(data))] == [
        ("2", "9", "'=1+1")
    ]
    assert at(district).open(address(work, ".xlsx")).data[:2] == b"PK"
    assert at(work.strangers[0]).open(address(work, ".csv")).status_code == 403


def test_of_work_that_does_not_run_nothing_is_recorded(begun, at):
    work = begun(EngagementState.DELIVERED)
    page = at(work.provider).get(address(work, "/new"))
    assert page.status == 409
    assert "『进行中』" in page.text
    assert "『已交付，待签收』" in page.text
