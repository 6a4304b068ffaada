import pytest
from sqlalchemy import func, select

from directory.db import db, transaction
from directory.models.application import Application
from directory.models.organisation import Fact
from directory.models.service import ServiceVersion
from directory.operations import applications
from directory.policy import Actor
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import ApplicationState, VersionState
from directory.rules.roles import Role
from tests import factories
from tests import factories_applications as made_of
from tests import factories_government as government
from tests.factories import GOOD_STANDING, NOW, STREET

WITHOUT_GRADE = tuple(fact for fact in GOOD_STANDING if fact[0] is not FactKind.GRADE)


@pytest.fixture
def offered(home):
    """The address of a service that may be applied with."""
    with transaction():
        return f"/organisation/services/{made_of.offer(home).service_id}"


def begin(desk, offered, **changed):
    once = desk.hidden(f"{offered}/apply", "once")
    return desk.post(f"{offered}/apply", **{"once": once, "statement": "做过三个小区", **changed})


def made():
    """The one application there is, and its address."""
    db.session.rollback()
    application = db.session.scalars(select(Application)).one()
    return application, f"/organisation/applications/{application.id}"


def submit(desk, address):
    return desk.post(f"{address}/submit", seen=desk.hidden(f"{address}/submit", "seen"))


def test_an_organisation_applies_from_gates_to_submission(editor, owner, offered):
    assert "评估等级" in editor.get("/organisation/applications/new").text
    page = editor.get(f"{offered}/apply")
    assert "各项条件都符合" in page.text
    assert "依据：公告（示例）" in page.text
    page = begin(editor, offered)
    assert "请机构负责人登录提交" in page.text
    application, address = made()
    page = owner.get(f"{address}/submit")
    assert all(words in page.text for words in ("夜间停车协商", "做过三个小区", "内容属实，提交申请"))
    page = submit(owner, address)
    assert "已提交" in page.text
    assert [e.text for e in page.all("strong", inside="timeline")] == ["起草", "提交"]
    application, _ = made()
    assert (application.state, application.version.state) == (ApplicationState.SUBMITTED, VersionState.WAITING)


def test_a_failing_gate_is_told_before_with_what_to_do_and_stops_the_submission(editor, owner, home, offered):
    with transaction():
        for fact in db.session.scalars(select(Fact).filter_by(organisation_id=home.id, kind=FactKind.GRADE)):
            db.session.delete(fact)
    page = editor.get(f"{offered}/apply")
    assert "现在还不能提交：有 1 项条件不符合" in page.text
    assert "拿到等级后" in page.text
    assert page.link("报一条“评估等级”") == "/organisation/facts/new?kind=grade"
    begin(editor, offered)
    application, address = made()
    assert not owner.get(f"{address}/submit").all("button", inside="panel-form")
    with owner.app.app_context():
        seen = applications.seen(db.session.get_one(Application, application.id))
    page = owner.post(f"{address}/submit", seen=seen)
    assert (page.status, "现在还不能提交" in page.text) == (422, True)
    assert made()[0].state is ApplicationState.DRAFT


def test_the_day_on_which_an_answer_changes_is_told(editor, offered):
    assert "2029年11月16日再看" in editor.get(f"{offered}/apply").text


def test_a_form_sent_twice_begins_one_application(editor, offered):
    once = editor.hidden(f"{offered}/apply", "once")
    assert begin(editor, offered, once=once).status == 200
    assert begin_again(editor, offered, once) == 409
    assert begin_again(editor, offered, "another-token") == 409  # one is under way
    assert db.session.scalar(select(func.count(Application.id))) == 1


def begin_again(desk, offered, once):
    return desk.post(f"{offered}/apply", once=once, statement="").status


def test_too_long_a_statement_is_refused(editor, offered):
    page = begin(editor, offered, statement="长" * 5000)
    assert page.status == 422
    assert "2,000" in page.fault_beside("statement")
    begin(editor, offered)
    _, address = made()
    page = editor.post(f"{address}/edit", seen=editor.hidden(f"{address}/edit", "seen"), statement="长" * 2001)
    assert page.status == 422


def test_two_who_write_the_statement_at_once(editor, owner, offered):
    begin(editor, offered)
    _, address = made()
    seen = editor.hidden(f"{address}/edit", "seen")
    owner.post(f"{address}/edit", seen=seen, statement="负责人写的")
    page = editor.post(f"{address}/edit", seen=seen, statement="编辑写的")
    assert (page.status, "负责人写的" in page.text) == (409, True)
    assert made()[0].statement == "负责人写的"


def test_the_owner_is_stopped_where_the_content_moved_under_the_page(editor, owner, offered):
    begin(editor, offered)
    _, address = made()
    seen = owner.hidden(f"{address}/submit", "seen")
    with transaction():
        db.session.scalars(select(ServiceVersion)).one().name = "编辑刚改的"
    page = owner.post(f"{address}/submit", seen=seen)
    assert (page.status, "编辑刚改的" in page.text) == (409, True)
    assert owner.post(f"{address}/submit").status == 409  # without saying what was seen
    assert made()[0].state is ApplicationState.DRAFT
    assert submit(owner, address).status == 200


def test_what_waits_is_neither_edited_nor_handed_in_again(editor, owner, offered):
    begin(editor, offered)
    _, address = made()
    seen = owner.hidden(f"{address}/submit", "seen")
    statement_seen = editor.hidden(f"{address}/edit", "seen")
    service_seen = editor.hidden(f"{offered}/edit", "seen")
    submit(owner, address)
    assert owner.post(f"{address}/submit", seen=seen).status == 409
    assert owner.get(f"{address}/submit").status == 409
    assert editor.post(f"{address}/edit", seen=statement_seen, statement="改").status == 409
    written = {"name": "改", "description": "改", "areas": [STREET], "category": "P-001"}
    assert editor.post(f"{offered}/edit", seen=service_seen, **written).status == 409
    assert editor.post(f"{offered}/recall").status == 409  # the application must be withdrawn
    assert made()[0].version.name == "夜间停车协商"


def test_a_returned_application_says_why_and_is_handed_in_again(editor, owner, offered):
    begin(editor, offered)
    _, address = made()
    submit(owner, address)
    with transaction():
        application = db.session.scalars(select(Application)).one()
        applications.give_back(application, reason="请写明服务时间", by=Actor(None, Role.DISTRICT), now=NOW)
    assert "请写明服务时间" in editor.get("/organisation").text
    assert "请写明服务时间" in editor.get(address).text
    editor.post(f"{address}/edit", seen=editor.hidden(f"{address}/edit", "seen"), statement="每晚七点")
    assert submit(owner, address).status == 200
    assert made()[0].state is ApplicationState.SUBMITTED


def test_withdrawing_asks_first_and_then_lets_the_version_go(editor, owner, offered):
    begin(editor, offered)
    _, address = made()
    submit(owner, address)
    assert "不能恢复" in owner.get(f"{address}/withdraw").text
    assert owner.post(f"{address}/withdraw", reason="长" * 201).status == 422
    assert "已撤回" in owner.post(f"{address}/withdraw", reason="明年再来").text
    assert owner.post(f"{address}/withdraw").status == 409
    application, _ = made()
    assert (application.state, application.version.state) == (ApplicationState.WITHDRAWN, VersionState.DRAFT)


def test_a_service_under_way_leads_to_its_application(editor, offered):
    begin(editor, offered)
    response = editor.open(f"{offered}/apply")
    assert (response.status_code, response.location) == (302, made()[1])


def test_a_public_notice_and_the_way_to_the_result_are_shown(editor, home):
    with transaction():
        application = made_of.application(made_of.offer(home), state=ApplicationState.PUBLICITY, reason="材料齐全")
        sheet = made_of.sheet(application, factories.account(Role.ASSESSOR, name="示例·不露面的人").id)
        assessment = sheet.assessment
        assessment.state, assessment.total, assessment.closed_at = "closed", 90, NOW
        address = f"/organisation/applications/{application.id}"
    page = editor.get(address)
    assert "2026年11月30日" in page.text
    assert page.link("看各项得分和理由") == address.removeprefix("/organisation") + "/result"
    assert "不露面的人" not in page.text
    assert "公示到2026年11月30日" in editor.get("/organisation/applications").text


def test_objections_are_shown_by_day_and_outcome_without_their_words_or_their_writer(editor, home):
    with transaction():
        announced = government.application(home, ApplicationState.PUBLICITY)
        government.objection(announced, text="他们从来不来。")
        address = f"/organisation/applications/{announced.id}"
    page = editor.get(address)
    assert "公示期的异议" in page.text
    assert "2026年11月23日收到 · 待答复" in page.text
    for kept in ("从来不来", "示例·居民", "13800000000"):
        assert kept not in page.text
