"""Facts confirmed and recorded, changes approved, entries suspended, restored and removed."""

from datetime import date, timedelta

import pytest

from directory.db import db, transaction
from directory.models.claimed import ClaimedFact
from directory.models.organisation import Fact
from directory.models.service import Entry, ServiceVersion
from directory.rules.calendar import day_of
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import ClaimedState, EntryState, VersionState
from tests import factories, factories_applications
from tests import factories_government as made


@pytest.fixture
def organisation():
    with transaction():
        return factories.organisation()


def again(kind, number):
    db.session.expire_all()
    return db.session.get_one(kind, number)


def test_a_claimed_fact_is_confirmed_from_its_page(district, organisation):
    with transaction():
        file = factories_applications.evidence(organisation, name="证书.pdf")
        number = made.claimed(organisation, evidence=file).id
        address = f"/evidence/{file.id}"
    page = district.get(f"/government/facts/{number}")
    assert page.link("证书.pdf") == address
    form = district.form(f"/government/facts/{number}", "/confirm")
    district.post(f"/government/facts/{number}/confirm", **form, follow=True)
    assert again(ClaimedFact, number).state is ClaimedState.CONFIRMED
    late = district.post(f"/government/facts/{number}/refuse", once="x", reason="看错了")
    assert "现在是『已核实』，这一步只能从『等待核实』开始" in late.text
    assert "区级经办" in late.text


def test_a_fact_is_refused_with_a_reason(district, organisation):
    with transaction():
        number = made.claimed(organisation).id
    form = district.form(f"/government/facts/{number}", "/refuse")
    assert district.post(f"/government/facts/{number}/refuse", **form).status == 422
    district.post(f"/government/facts/{number}/refuse", **form, reason="证书看不清", follow=True)
    assert again(ClaimedFact, number).reason == "证书看不清"


@pytest.mark.parametrize(
    ("kind", "typed", "told"),
    [
        (
            "grade",
            {"value": "3A", "since": "2025-01-02", "until": "2030-01-01"},
            ("3A", date(2025, 1, 2), date(2030, 1, 1)),
        ),
        ("annual_check", {"value": "passed", "year": "2023"}, ("passed", date(2023, 1, 1), date(2023, 12, 31))),
        ("abnormal_list", {"since": "2026-02-03", "until": ""}, ("", date(2026, 2, 3), None)),
        ("staff", {"value": "9", "since": "2026-02-03"}, ("9", date(2026, 2, 3), None)),
        ("honour", {"value": "先进（示例）", "since": "2026-02-03"}, ("先进（示例）", date(2026, 2, 3), None)),
        ("penalty", {"value": "minor", "since": "2026-02-03"}, ("minor", date(2026, 2, 3), None)),
    ],
)
def test_government_records_a_fact_of_any_kind(district, organisation, kind, typed, told):
    address = f"/government/organisations/{organisation.id}/facts/new?kind={kind}"
    number = organisation.id
    page = district.post(address, **{**district.form(address), **typed, "source": "公告（示例）"}, follow=True)
    assert "已记入" in page.text
    fact = db.session.query(Fact).order_by(Fact.id.desc()).first()
    assert (fact.organisation_id, fact.kind, (fact.value, fact.since, fact.until)) == (number, kind, told)


@pytest.mark.parametrize(
    ("kind", "typed", "fault"),
    [
        ("grade", {"value": "9A", "since": "2025-01-02"}, "没有“9A”这个选项"),
        ("grade", {"value": "3A", "since": "soon"}, "2026-11-23"),
        ("grade", {"value": "3A", "since": "2025-01-02", "until": "2024-01-01"}, "请改其中一个"),
        ("staff", {"value": "许多", "since": "2025-01-02"}, "“许多”不是人数"),
        ("staff", {"value": "9" * 5000, "since": "2025-01-02"}, "最多 200 个字"),
        ("annual_check", {"value": "passed", "year": "23"}, "四位数的年度"),
        ("annual_check", {"value": "passed", "year": "3023"}, "还没有到"),
        ("honour", {"value": "x", "since": "0001-01-01"}, "太早了"),
        ("honour", {"value": "x", "since": "2025-01-02", "source": "长" * 401}, "最多 400 个字"),
    ],
)
def test_a_wrong_fact_is_refused_with_what_is_wrong(district, organisation, kind, typed, fault):
    address = f"/government/organisations/{organisation.id}/facts/new?kind={kind}"
    before = db.session.query(Fact).count()
    page = district.post(address, **{**district.form(address), "source": "公告（示例）", **typed})
    assert page.status == 422
    assert fault in " ".join(page.faults)
    assert db.session.query(Fact).count() == before


def test_a_wrong_fact_is_put_right_with_a_reason_and_stays_to_be_seen(district, organisation):
    wrong = next(fact for fact in organisation.facts if fact.kind is FactKind.GRADE).id
    address = f"/government/organisations/{organisation.id}/facts/new?supersedes={wrong}"
    listed = f"/government/organisations/{organisation.id}/facts"
    form = {
        **district.form(address),
        "value": "3A",
        "since": "2024-11-16",
        "until": "2029-11-15",
        "source": "公告（示例）",
    }
    assert district.post(address, **form).faults == ["请写明原因，一句话就行；它会记进操作记录。"]
    district.post(address, **form, reason="把 3A 记成了 4A", follow=True)
    assert [e.text for e in district.get(listed).all("s")] == ["4A"]
    late = district.post(address, **{**form, "once": "another"}, reason="再改一次")
    assert (late.status, "刚刚被更正过" in late.text) == (409, True)
    other = f"/government/organisations/{organisation.id}/facts/new?supersedes={'9' * 5000}"
    assert district.get(other).status == 404
    other = f"/government/organisations/{organisation.id}/facts/new?supersedes=99999"
    assert district.get(other).status == 404
    assert district.get(f"/government/organisations/{organisation.id}/facts/new?kind=luck").status == 404


@pytest.fixture
def edited(organisation):
    with transaction():
        return made.edit(factories.entry(organisation, name="旧名称"), name="新名称").id


def test_an_approved_change_is_public_at_once_and_found(app, district, edited):
    address = f"/government/versions/{edited}"
    page = district.get(address)
    assert [e.text for e in page.all("del")] == ["旧名称"]
    assert [e.text for e in page.all("ins")] == ["新名称"]
    service = again(ServiceVersion, edited).service_id
    district.post(f"{address}/approve", **district.form(address, "/approve"), follow=True)
    assert district.get(f"/services/{service}").title.startswith("新名称")
    assert "新名称" in district.get("/search?q=新名称").text


def test_a_change_that_changed_since_it_was_read_is_not_approved(district, edited, now):
    address = f"/government/versions/{edited}"
    form = district.form(address, "/approve")
    with transaction():
        again(ServiceVersion, edited).changed_at = now
    late = district.post(f"{address}/approve", **form)
    assert (late.status, "已经不是最新的" in late.text) == (409, True)
    assert again(ServiceVersion, edited).state is VersionState.WAITING


def test_a_change_is_returned_with_a_reason(district, edited):
    address = f"/government/versions/{edited}"
    form = district.form(address, "/return")
    assert district.post(f"{address}/return", **form, reason="").status == 422
    district.post(f"{address}/return", **form, reason="价格不清楚", follow=True)
    assert again(ServiceVersion, edited).reason == "价格不清楚"


def test_a_version_of_an_application_is_decided_there(district, organisation):
    with transaction():
        asked = made.application(organisation)
        number, application = asked.version_id, asked.id
    assert "楼道清理" not in district.get("/government/versions").text
    page = district.get(f"/government/versions/{number}")
    assert page.link("去看申请") == f"/government/applications/{application}"
    assert "在申请里办理" in district.post(f"/government/versions/{number}/approve", once="x").text


@pytest.fixture
def listed(organisation):
    with transaction():
        return factories.entry(organisation).id


def step(district, number, name, **typed):
    address = f"/government/entries/{number}/{name}"
    return district.post(address, **({**district.form(address), "note": "居民投诉，已核实"} | typed))


def test_an_entry_is_suspended_restored_and_removed_each_after_a_check(district, listed, now):
    day = day_of(now) + timedelta(days=30)
    page = step(district, listed, "suspend", reason="complaint_confirmed", cure_until=day.isoformat())
    assert page.title == "核对后再办：暂停列入"
    assert again(Entry, listed).state is EntryState.LISTED
    step(district, listed, "suspend", reason="complaint_confirmed", cure_until=day.isoformat(), confirmed="1")
    entry = again(Entry, listed)
    assert (entry.state, entry.reason, entry.cure_until) == (EntryState.SUSPENDED, "complaint_confirmed", day)
    assert "投诉属实" in district.get(f"/government/entries/{listed}").text
    step(district, listed, "restore", confirmed="1")
    assert again(Entry, listed).state is EntryState.LISTED
    step(district, listed, "exit", reason="removed", confirmed="1")
    entry = again(Entry, listed)
    assert (entry.state, entry.reason) == (EntryState.EXITED, "removed")
    for name in ("suspend", "restore", "exit"):
        late = district.get(f"/government/entries/{listed}/{name}")
        assert late.status == 409
        assert "现在是『已退出』" in late.text


def test_an_entry_is_not_restored_while_a_gate_fails_and_the_gate_is_named(district, listed, organisation, now):
    step(district, listed, "suspend", reason="other", cure_until="", confirmed="1")
    with transaction():
        factories.fact(db.session.merge(organisation), FactKind.ABNORMAL_LIST, "", date(2026, 1, 5))
    page = step(district, listed, "restore", confirmed="1")
    assert page.status == 422
    assert page.faults == ["现在不能恢复：“异常名录”这一条今天没有通过（在异常名录中）。"]
    assert again(Entry, listed).state is EntryState.SUSPENDED


@pytest.mark.parametrize(
    ("name", "typed", "fault"),
    [
        ("suspend", {"reason": "grade"}, "选一项"),
        ("suspend", {"reason": "other", "note": ""}, "原因"),
        ("suspend", {"reason": "other", "note": "长" * 501}, "最多 500 个字"),
        ("suspend", {"reason": "other", "cure_until": "2020-01-01"}, "“2020-01-01”已经过了"),
        ("suspend", {"reason": "other", "cure_until": "someday"}, "2026-11-23"),
        ("exit", {"reason": "because"}, "选一项"),
    ],
)
def test_a_wrong_step_says_what_is_wrong(district, listed, name, typed, fault):
    page = step(district, listed, name, **typed, confirmed="1")
    assert page.status == 422
    assert fault in " ".join(page.faults)
    assert again(Entry, listed).state is EntryState.LISTED


def test_two_officers_with_one_entry(district, officer, listed):
    other = officer()
    address = f"/government/entries/{listed}/exit"
    late = {**other.form(address), "reason": "removed", "note": "停办", "confirmed": "1"}
    step(district, listed, "suspend", reason="other", cure_until="", confirmed="1")
    page = other.post(address, **late)
    assert (page.status, "有人办过这一件" in page.text) == (409, True)
    assert "暂停" in page.text
    assert again(Entry, listed).state is EntryState.SUSPENDED
