from datetime import date

from sqlalchemy import func, select

from directory.db import db, transaction
from directory.models.audit import AuditEvent
from directory.operations import deeds
from tests import factories

ADDRESS = "/organisation/profile"
SAID = {
    "summary": "请居民坐下来商量。",
    "short_name": "邻里社",
    "area_code": factories.STREET,
    "address": "天山路 1 号",
    "phone": "021-52001234",
    "website": "https://example.org",
}


def save(desk, **changed):
    return desk.post(ADDRESS, **{**SAID, "seen": desk.hidden(ADDRESS, "seen"), **changed})


def public(desk, home):
    return desk.get(f"/organisations/{home.id}").text


def test_a_change_is_public_at_once(editor, home):
    page = save(editor)
    assert "马上就是新的" in page.text
    assert "021-52001234" in public(editor, home)
    assert deeds.of(f"Organisation:{home.id}")[-1].reason.startswith("summary: ∅ → 请居民坐下来商量。")


def test_a_mobile_is_refused_with_the_reason_and_what_was_typed_stays(editor, home):
    page = save(editor, phone="138 0013 8000", short_name="新简称")
    assert page.status == 422
    assert "手机号" in page.fault_beside("phone")
    assert [e.get("value") for e in page.all("input") if e.get("name") == "short_name"] == ["新简称"]
    assert "138" not in public(editor, home)
    db.session.rollback()
    assert db.session.scalar(select(func.count(AuditEvent.id))) == 0


def test_every_fault_stands_beside_its_field(editor):
    page = save(editor, phone="找老王", website="javascript:alert(1)", address="长" * 5000)
    assert page.status == 422
    assert len(page.faults) == 3
    assert all(page.fault_beside(name) for name in ("phone", "website", "address"))


def test_an_area_that_is_not_offered_is_refused(editor):
    page = save(editor, area_code="310105-99")
    assert (page.status, page.faults) == (422, ["没有这个地方，请从列表里选。"])


def test_what_another_saved_meanwhile_is_shown_before_it_is_written_over(editor, owner, home):
    shown = editor.hidden(ADDRESS, "seen")
    save(owner, phone="021-52001111")
    page = editor.post(ADDRESS, **{**SAID, "seen": shown, "phone": "021-52002222"})
    assert page.status == 409
    assert "别人刚改过" in page.text
    assert (
        "".join(page.one("del").itertext()),
        "".join(page.one("ins").itertext()),
    ) == ("021-52001111", "021-52002222")
    assert "021-52001111" in public(editor, home)
    again = next(e.get("value") for e in page.all("input") if e.get("name") == "seen")
    assert editor.post(ADDRESS, **{**SAID, "seen": again, "phone": "021-52002222"}).status == 200
    assert "021-52002222" in public(editor, home)


def test_markup_in_a_profile_is_text(editor, home):
    save(editor, summary="<script>alert(1)</script>")
    assert "<script>alert(1)</script>" in public(editor, home)  # as words, not as an element
    assert not [e for e in editor.get(f"/organisations/{home.id}").all("script") if e.text]


def test_what_was_not_confirmed_for_six_months_is_marked_until_it_is(editor, home):
    with transaction():
        db.session.merge(home).confirmed_on = date(2020, 1, 31)
        entry = factories.entry(home)
        service_id = entry.service_id
    mark = "资料已超过 6 个月未确认"
    assert mark in public(editor, home)
    assert mark in editor.get(f"/services/{service_id}").text
    listed = editor.get("/organisation/confirm")
    assert "停车共治" in listed.text
    assert "评估等级" in listed.text
    assert "已确认" in editor.post("/organisation/confirm").text
    assert mark not in public(editor, home)
    assert mark not in editor.get(f"/services/{service_id}").text


def test_one_that_never_confirmed_says_so(editor, other):
    assert "还没有确认过" in public(editor, other)
