import csv
import io
from datetime import timedelta

import openpyxl
import pytest

from directory.db import db, transaction
from directory.models.account import Account
from directory.models.engagement import ServiceRecord
from directory.operations import terminations
from directory.rules.lifecycle import EntryState
from directory.rules.roles import Role
from directory.rules.work import EngagementState, MilestoneState
from tests import factories, factories_work
from tests.factories import NOW
from tests.factories_work import TODAY
from tests.operations import agreed
from tests.views.page import said

PLACE, WORDS = "天山三村 5 号 402", "张阿姨"


def office(role):
    with transaction():
        return factories.actor(role)


def address(work):
    return f"/engagements/{work.id}"


@pytest.mark.parametrize("role", [Role.STREET, Role.DISTRICT, Role.AUDITOR])
def test_those_who_look_on_see_the_work_but_neither_address_nor_own_words(work, at, role):
    page = at(office(role)).get(address(work))
    assert page.status == 200
    assert PLACE not in page.text
    assert WORDS not in page.text
    assert "原话" not in page.text
    assert [a for a in page.addresses() if a.startswith(f"{address(work)}/")] == []


def test_both_sides_see_the_same_with_address_and_own_words_marked_as_personal(work, provider, neighbour):
    ours, theirs = provider.get(address(work)), neighbour.get(address(work))
    for page in (ours, theirs):
        assert PLACE in page.text
        assert WORDS in page.text
        assert "只有合约双方看得到" in page.text
    for section in ("steps-title", "terms-title", "standard-title", "records-title", "way-title"):
        assert said(ours.one(inside=section, tag="h2")) == said(theirs.one(inside=section, tag="h2"))
    assert [said(li) for li in ours.all("li", inside="work-steps")] == [
        said(li) for li in theirs.all("li", inside="work-steps")
    ]


def test_work_that_was_ended_tells_its_provider_no_more_where_the_residents_live(begun, at):
    work = begun(EngagementState.TERMINATED)
    ended, own = at(work.provider).get(address(work)), at(work.neighbour).get(address(work))
    assert (ended.status, PLACE in ended.text, WORDS in ended.text) == (200, False, False)
    assert (PLACE in own.text, WORDS in own.text) == (True, True)


def test_the_provider_learns_for_which_resident_a_clerk_wrote_as_the_form_says(work, at):
    with transaction():
        work.now.need.resident = "李阿婆"
    assert "李阿婆" in at(work.provider).get(address(work)).text
    assert "李阿婆" not in at(office(Role.DISTRICT)).get(address(work)).text


def test_the_payments_of_the_steps_are_in_yuan_and_sum_to_the_amount(begun, at):
    work = begun(amount=1001)
    page = at(work.neighbour).get(address(work))
    assert [said(p).split(" · ")[1:] for p in page.all("p", kind="hint", inside="work-steps")] == [
        ["30%", "300 元"],
        ["40%", "400 元"],
        ["30%", "301 元"],
    ]


@pytest.mark.parametrize(
    ("state", "step", "provider_may", "neighbour_may"),
    [
        (EngagementState.AGREED, MilestoneState.PENDING, {"start", "terms", "terminate"}, {"terms", "terminate"}),
        (
            EngagementState.RUNNING,
            MilestoneState.PENDING,
            {"records/new", "terms", "terminate"},
            {"terms", "terminate"},
        ),
        (
            EngagementState.RUNNING,
            MilestoneState.DELIVERED,
            {"records/new", "deliver", "terms", "terminate"},
            {"terms", "terminate"},
        ),
        (EngagementState.DELIVERED, MilestoneState.DELIVERED, {"terminate"}, {"return", "terminate"}),
        (EngagementState.RUNNING, MilestoneState.ACCEPTED, {"records/new", "deliver", "terms"}, {"sign-off", "terms"}),
        (EngagementState.DELIVERED, MilestoneState.ACCEPTED, set(), {"sign-off", "return"}),
        (EngagementState.SIGNED_OFF, MilestoneState.ACCEPTED, {"review"}, {"review"}),
        (EngagementState.TERMINATED, MilestoneState.PENDING, set(), set()),
    ],
)
def test_each_side_is_offered_what_is_its_to_do_now(begun, at, state, step, provider_may, neighbour_may):  # noqa: PLR0917 - a table
    work = begun(state)
    with transaction():
        for milestone in work.now.milestones:
            milestone.state = step
    for actor, may in ((work.provider, provider_may), (work.neighbour, neighbour_may)):
        page = at(actor).get(address(work))
        offered = {a.removeprefix(f"{address(work)}/") for a in page.addresses() if a.startswith(f"{address(work)}/")}
        assert offered - {"records"} == may


@pytest.mark.parametrize("state", EngagementState)
def test_work_whose_service_is_suspended_says_so_until_it_is_over(begun, at, state):
    work = begun(state)
    with transaction():
        entry = agreed.entry_of(work)
        entry.state, entry.reason = EntryState.SUSPENDED, "complaint_confirmed"
    for actor in (work.provider, work.neighbour, work.strangers[3]):
        page = at(actor).get(address(work))
        over = state in {EngagementState.SIGNED_OFF, EngagementState.TERMINATED}
        assert ("不在推荐之列" in page.text) is not over
        assert ("投诉属实" in page.text) is not over


def test_a_reader_reads_in_a_frame_of_their_own(work, at, provider, neighbour):
    for desk, words in ((provider, "入录申请"), (neighbour, "待办"), (at(office(Role.DISTRICT)), "目录条目")):
        page = desk.get("/engagements")
        assert words in said(page.one("div", kind="desk"))
        assert "停车共治" in page.text
    assert "操作记录" in at(office(Role.AUDITOR)).get(address(work)).text


def test_a_list_is_filtered_by_state_and_by_what_waits(work, provider, neighbour):
    assert "还没有合约" not in provider.get("/engagements?state=running").text
    assert "没有符合这些条件的合约" in provider.get("/engagements?state=delivered").text
    with transaction():
        work.now.milestones[0].state = MilestoneState.DELIVERED
    page = neighbour.get("/engagements")
    assert "有 1 项等您办" in page.text
    assert "停车共治" in neighbour.get(page.link("有 1 项等您办")).text
    assert "没有符合这些条件的合约" in provider.get("/engagements?state=waiting").text


@pytest.mark.parametrize("asked", ["state=never", f"text={'长' * 5000}", "state=%00"])
def test_what_cannot_be_asked_is_told_with_the_whole_list_below(work, provider, asked):
    page = provider.get(f"/engagements?{asked}")
    assert page.status == 422
    assert "停车共治" in page.text


@pytest.mark.parametrize("asked", ["page=0", "page=abc", f"page={10**9}"])
def test_a_page_that_no_list_has_is_told(work, provider, asked):
    assert provider.get(f"/engagements?{asked}").status == 422


def test_an_empty_list_says_why_and_what_to_do(app, at):
    with transaction():
        factories.taxonomy()
        actor = factories.actor(Role.NEIGHBOURHOOD)
    page = at(actor).get("/engagements")
    assert "还没有合约" in page.text
    assert page.link("不经需求") == "/engagements/new"


def test_the_list_is_exported_as_it_is_filtered_and_holds_no_formula(work, at):
    with transaction():
        work.now.title = "=1+1"
    desk = at(office(Role.DISTRICT))
    rows = list(csv.DictReader(io.StringIO(desk.open("/engagements/list.csv").data.decode("utf-8-sig"))))
    assert [(row["项目"], row["状态"], row["金额（元）"]) for row in rows] == [("'=1+1", "进行中", "1500")]
    book = openpyxl.load_workbook(io.BytesIO(desk.open("/engagements/list.xlsx").data))
    assert {cell.data_type for line in book.worksheets[0].iter_rows() for cell in line}.isdisjoint({"f", "e"})
    empty = desk.open("/engagements/list.csv?state=delivered").data.decode("utf-8-sig")
    assert len(empty.splitlines()) == 1
    assert desk.open("/engagements/list.exe").status_code == 404


def test_500_records_and_60_pieces_of_work_cost_as_few_statements_as_one(work, provider, neighbour, counted):
    with transaction():
        entry = agreed.entry_of(work)
        for _ in range(60):
            factories_work.engagement(entry)
        values = {"account_id": work.provider.id, "created_at": NOW}
        db.session.add_all(
            ServiceRecord(engagement_id=work.id, on=TODAY - timedelta(days=n % 20), cases=1, **values)
            for n in range(500)
        )
    for desk in (provider, neighbour):
        for path in (address(work), f"{address(work)}/records?page=3", "/engagements?page=2", f"{address(work)}/terms"):
            desk.get(path)
            assert counted(lambda path=path, desk=desk: desk.client.get(path)) <= 12, path
    assert "500" in said(provider.get(address(work)).one("dl", kind="work-sums"))


def test_the_way_so_far_is_told_in_words(begun, at):
    work = begun(EngagementState.AGREED)
    desk = at(work.provider)
    desk.post(f"{address(work)}/start", seen=desk.hidden(f"{address(work)}/start", "seen"))
    page = desk.get(address(work))
    assert "机构确认约定，服务开始" in said(page.one("ol", kind="timeline"))
    assert "engagement:" not in page.text


def test_a_visitor_signs_in_first(app, work):
    answer = app.test_client().get(address(work))
    assert "/account/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize(
    ("gone", "words"), [("provider", "承接机构的账号都停用了"), ("neighbour", "居民区的账号都停用了")]
)
def test_a_side_whose_accounts_were_closed_is_named_and_the_other_one_can_end_the_work(begun, at, gone, words):
    work = begun()
    left = work.neighbour if gone == "provider" else work.provider
    assert "账号都停用了" not in at(left).get(f"/engagements/{work.id}").text
    with transaction():
        account = db.session.get_one(Account, getattr(work, gone).id)
        account.active = False
    page = at(left).get(f"/engagements/{work.id}")
    assert words in page.text
    assert page.link("终止合约") == f"/engagements/{work.id}/terminate"
    with transaction():
        found = agreed.get(work, left)
        terminations.terminate(found, reason="other", note="联系不上", drafted=None, by=left, now=NOW)
    assert "账号都停用了" not in at(left).get(f"/engagements/{work.id}").text


def test_an_account_opened_anew_goes_on_with_the_work_of_its_side(begun, at):
    work = begun()
    with transaction():
        db.session.get_one(Account, work.neighbour.id).active = False
        successor = factories.actor(Role.NEIGHBOURHOOD, area_code=work.neighbour.area)
    page = at(successor).get(f"/engagements/{work.id}")
    assert page.status == 200
    assert "账号都停用了" not in page.text
