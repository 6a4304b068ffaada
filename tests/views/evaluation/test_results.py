"""The result as the organisation sees it, as others do, and the appeal against it."""

from datetime import UTC, datetime, timedelta

import pytest

from directory.db import db, transaction
from directory.models.account import Account
from directory.models.application import Appeal, Application
from directory.models.notice import Notice
from directory.rules.calendar import day_of
from directory.rules.lifecycle import ApplicationState, AssessmentState, SheetState
from tests import factories_evaluation as made
from tests.views.evaluating import OTHER, get, once, organisation, post


@pytest.fixture
def announced(people):
    """An application of organisation 1 in its notice, scored 90 and 80 by the two assessors: its id."""
    with transaction():
        applied = made.application(organisation(), ApplicationState.ASSESSING)
        pair = [db.session.get_one(Account, people[who]) for who in ("assessor", OTHER)]
        made.closed(applied, assessors=pair)
        applied.state, applied.admitted = ApplicationState.PUBLICITY, True
        applied.publicity_until = day_of(datetime.now(UTC)) + timedelta(days=3)
        return applied.id


def names(people):
    return [db.session.get_one(Account, people[who]).name for who in ("assessor", OTHER)]


@pytest.mark.parametrize("who", ["owner", "editor"])
def test_the_organisation_sees_points_and_reasons_and_nobody_s_name(people, desk, announced, who):
    page = get(desk(who), f"/applications/{announced}/result")
    assert "85 / 100" in page.text
    assert "12.75 / 15" in page.text
    assert page.link("按什么标准评的") == "/rubrics/1"
    assert "第0.9份：资格" in page.text
    assert not [trace for trace in (*names(people), "90 分", "80 分", "各份评分") if trace in page.response.text]


@pytest.mark.parametrize(("who", "named"), [("lead", True), ("auditor", True), ("district", False)])
def test_those_who_watch_see_the_totals(people, desk, announced, who, named):
    page = get(desk(who), f"/applications/{announced}/result")
    assert "90 分" in page.text
    assert [name in page.response.text for name in names(people)] == [named, named]
    assert "提交申诉" not in page.text


def test_without_a_result_the_page_says_what_comes_next(people, desk):
    with transaction():
        applied = made.application(organisation(), ApplicationState.SCREENED).id
    assert "评估还没有完成" in get(desk("owner"), f"/applications/{applied}/result").text


@pytest.mark.parametrize("who", ["owner", "lead", "district"])
@pytest.mark.parametrize("sheets", [0, 1])
def test_a_result_without_its_sheets_shows_the_total_and_says_what_is_missing(people, desk, who, sheets):
    with transaction():
        applied = made.application(organisation(), ApplicationState.ASSESSING)
        assessment = made.assessment(applied, [db.session.get_one(Account, people["assessor"])])
        (sheet,) = assessment.sheets
        sheet.state, sheet.total, sheet.submitted_at = SheetState.SUBMITTED, 70, made.NOW
        if not sheets:
            db.session.delete(sheet)
        assessment.state, assessment.total, assessment.closed_at = AssessmentState.CLOSED, 82, made.NOW
        assessment.grade = "4A"
    page = get(desk(who), f"/applications/{applied.id}/result")
    assert page.status == 200
    assert "82 / 100" in page.text
    assert "没有逐项的评分表" in page.text
    assert page.all("table") == []


def test_an_owner_appeals_once(people, desk, announced):
    owner, address = desk("owner"), f"/applications/{announced}/appeal"
    assert "可以申诉一次" in get(owner, f"/applications/{announced}/result").text
    page = post(owner, address, once=once(), reason=" ")
    assert page.status == 422
    assert page.faults == ["请写明对哪一项、为什么有异议。"]
    token = once()
    page = post(owner, address, follow=True, once=token, reason="清单一项没有看到第二本台账")
    assert "申诉已提交" in page.text
    assert "复评中" in page.text
    assert post(owner, address, once=token, reason="再来").status == 409
    assert post(owner, address, once=once(), reason="再来").status == 409
    db.session.rollback()
    assert db.session.query(Appeal).count() == 1
    assert db.session.query(Notice).filter_by(kind="appeal_filed", account_id=people["lead"]).count() == 1
    lead = desk("lead")
    assert "安排复评" in get(lead, "/evaluation/applications").text
    page = get(lead, f"/evaluation/applications/{announced}")
    assert "第二本台账" in page.text
    boxes = {e.get("value"): "disabled" in e.attrib for e in page.all("input") if e.get("name") == "assessors"}
    assert boxes[str(people["assessor"])]
    assert boxes[str(people[OTHER])]


def test_an_editor_and_other_organisations_cannot_appeal(people, desk, announced):
    editor = desk("editor")
    assert "提交申诉" not in get(editor, f"/applications/{announced}/result").text
    assert post(editor, f"/applications/{announced}/appeal", once=once(), reason="不同意").status == 403
    with transaction():
        foreign = made.announced().id
    owner = desk("owner")
    assert get(owner, f"/applications/{foreign}/result").status == 403
    assert post(owner, f"/applications/{foreign}/appeal", once=once(), reason="不同意").status == 403


def test_a_late_appeal_is_refused(people, desk, announced):
    with transaction():
        db.session.get_one(Application, announced).publicity_until = day_of(datetime.now(UTC)) - timedelta(days=1)
    owner = desk("owner")
    assert "提交申诉" not in get(owner, f"/applications/{announced}/result").text
    assert post(owner, f"/applications/{announced}/appeal", once=once(), reason="不同意").status == 409
