from datetime import timedelta

import pytest

from directory.db import db, transaction
from directory.models.engagement import Engagement
from directory.rules.lifecycle import EntryState
from directory.rules.work import EngagementState
from tests.factories_work import TODAY
from tests.operations import agreed

SAID = {"title": "法律咨询角", "funding": "free", "amount": "0", "starts_on": str(TODAY)}


def address(work):
    return f"/engagements/new/{work.entry_id}"


def sent(desk, work, **changed):
    once = desk.hidden(address(work), "once")
    values = {**SAID, "ends_on": str(TODAY + timedelta(days=365)), "once": once}
    return desk.post(address(work), **(values | changed))


def test_a_service_is_found_by_name_and_work_begun_with_it(work, neighbour, at):
    page = neighbour.get("/engagements/new?text=停车")
    page = neighbour.get(page.link("选这一项"))
    assert page.title == "和示例·邻里1社约定服务"
    page = sent(neighbour, work)
    assert page.title == "法律咨询角"
    assert "等承接机构核对约定" in page.text
    page = at(work.provider).get(page.response.request.path)
    assert page.link("核对约定").endswith("/start")
    assert "居民区的原话" not in page.text


def test_nothing_found_says_what_to_do(work, neighbour):
    assert "换个词试试" in neighbour.get("/engagements/new?text=火箭").text
    assert neighbour.get(f"/engagements/new?text={'长' * 4000}").status == 422


def test_what_is_no_longer_listed_is_not_begun(work, neighbour):
    once = neighbour.hidden(address(work), "once")
    with transaction():
        entry = agreed.entry_of(work)
        entry.state, entry.reason = EntryState.SUSPENDED, "grade"
    page = neighbour.post(address(work), once=once, ends_on=str(TODAY), **SAID)
    assert page.status == 409
    assert "『暂停』" in page.text
    assert "没有列入的服务" in neighbour.get("/engagements/new").text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": ""}, "title"),
        ({"amount": "100"}, "funding"),
        ({"amount": ""}, "amount"),
        ({"funding": "donation"}, "funding"),
        ({"funding": "nobody"}, "funding"),
        ({"ends_on": "2026-01-01"}, "ends_on"),
        ({"ends_on": ""}, "ends_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(work, neighbour, changed, field):
    page = sent(neighbour, work, **changed)
    assert page.status == 422
    assert page.fault_beside(field)
    assert db.session.query(Engagement).count() == 1


def test_a_form_sent_twice_begins_once(work, neighbour):
    once = neighbour.hidden(address(work), "once")
    values = {**SAID, "ends_on": str(TODAY), "once": once}
    assert neighbour.post(address(work), **values).status == 200
    assert neighbour.post(address(work), **values).status == 409
    made = db.session.query(Engagement).filter_by(need_id=None).all()
    assert [each.state for each in made] == [EngagementState.AGREED]
