"""The evaluation centre's pages: who gets in, what an assessor may see, how a score comes about."""

import re

import pytest
from sqlalchemy import event

from directory.db import db, transaction
from directory.models.application import Application
from directory.models.assessment import Assessment
from directory.rules.lifecycle import ApplicationState, AssessmentState, RubricState, SheetState
from directory.rules.roles import Role
from tests import factories
from tests import factories_evaluation as made
from tests.architecture.routes.evaluation import ROUTES
from tests.views.evaluating import SECRETS, account, get, hand_in, once, organisation, post


def test_a_visitor_is_asked_to_sign_in(app, people):
    visitor = app.test_client()
    for route in ROUTES:
        method, rule = route.split()
        if method == "GET":
            answer = visitor.get(re.sub("<[a-z_]+>", "1", rule))
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/account/sign-in?next=")


def test_a_lead_assigns_and_the_page_shows_nothing_of_the_content(people, desk):
    with transaction():
        applied = made.application(organisation()).id
        rubric = made.rubric().id
    lead = desk(Role.LEAD)
    page = get(lead, f"/evaluation/applications/{applied}")
    assert "手上 0 份" in page.text
    assert not any(secret in page.text for secret in SECRETS)
    data = {"once": once(), "rubric": rubric, "assessors": [people["assessor"], people["other"]]}
    answer = post(lead, f"/evaluation/applications/{applied}", **data)
    assert answer.response.status_code == 303
    assert post(lead, f"/evaluation/applications/{applied}", **data).status == 409  # the same form again
    data["once"] = once()
    assert post(lead, f"/evaluation/applications/{applied}", **data).status in {409, 422}  # another form, too late
    db.session.rollback()
    assert db.session.query(Assessment).count() == 1
    assert db.session.get_one(Application, applied).state is ApplicationState.ASSESSING
    assert "不用分派" in get(lead, f"/evaluation/applications/{applied}").text


def test_an_assignment_that_is_wrong_is_shown_again_with_what_was_chosen(people, desk):
    with transaction():
        applied, rubric = made.application(organisation()).id, made.rubric().id
    lead = desk(Role.LEAD)
    page = post(lead, f"/evaluation/applications/{applied}", once=once(), rubric=rubric, assessors=[people["assessor"]])
    assert page.status == 422
    assert page.faults == ["请选两位不同的评估员。"]
    picked = [e.get("value") for e in page.all("input") if "checked" in e.attrib and e.get("name") == "assessors"]
    assert picked == [str(people["assessor"])]


def test_a_lead_sees_progress_only_until_all_is_in(people, desk, scoring):
    assessment, (one, two) = scoring
    hand_in(one, "0.77")
    lead = desk(Role.LEAD)
    for address in (
        f"/evaluation/assessments/{assessment}",
        "/evaluation/assessments",
        "/evaluation/agreement",
        "/evaluation/assessments.csv",
    ):
        text = lead.get(address).text
        assert not [trace for trace in ("对方的理由", "77") if trace in re.sub("<[^>]*>", " ", text)]
    hand_in(two, "0.8")
    assert "78.5" in get(lead, f"/evaluation/assessments/{assessment}").text


def test_a_lead_who_scores_is_as_blind_as_the_others(people, desk):
    with transaction():
        applied = made.application(organisation(), ApplicationState.ASSESSING)
        found = made.assessment(applied, [account(people, Role.LEAD), account(people, "other")]).id
    page = get(desk(Role.LEAD), f"/evaluation/assessments/{found}")
    assert account(people, "other").name not in page.text
    assert "您也在评这份申请" in page.text


def test_a_gap_calls_a_third_whom_the_lead_finds(people, desk, scoring):
    assessment, (one, two) = scoring
    hand_in(one, "0.9")
    hand_in(two, "0.6")
    lead = desk(Role.LEAD)
    page = get(lead, "/evaluation")
    assert "缺评估员的评估 1" in page.text
    page = get(lead, f"/evaluation/assessments/{assessment}")
    assert "相差超过 10 分" in page.text
    with transaction():
        third = factories.account(Role.ASSESSOR).id
    address = f"/evaluation/assessments/{assessment}/assessors"
    assert post(lead, address, once=once(), assessor=third).response.status_code == 303
    db.session.rollback()
    found = db.session.get_one(Assessment, assessment)
    assert (found.state, [sheet.third for sheet in found.sheets]) == (AssessmentState.THIRD, [False, False, True])


def test_a_sheet_is_taken_back_with_a_reason(people, desk, scoring):
    assessment, (one, _) = scoring
    lead, address = desk(Role.LEAD), f"/evaluation/assessments/{assessment}/release"
    assert post(lead, address, sheet=one, reason=" ").status == 422
    page = post(lead, address, sheet=one, reason="休长假", follow=True)
    assert "还缺 1 位评估员" in page.text


@pytest.fixture
def counted(app):
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)

    def count(client, address):
        db.session.remove()
        statements.clear()
        assert client.get(address).status_code == 200
        return len(statements)

    yield count
    event.remove(db.engine, "before_cursor_execute", note)


def test_big_rubrics_and_long_lists_ask_a_dozen_times_at_most(people, desk, counted):
    with transaction():
        big = made.rubric(made.flat(200))
        mine = [account(people, Role.ASSESSOR), account(people, "other")]
        applied = made.application(organisation(), ApplicationState.ASSESSING)
        found = made.assessment(applied, mine, big)
        made.fill(found.sheets[0])
        closed = made.closed(made.application(organisation(), ApplicationState.ASSESSING), under=big, assessors=mine)
        draft = made.rubric(made.flat(200), state=RubricState.DRAFT)
        for _ in range(25):
            made.assessment(assessors=mine, under=big, state=SheetState.ASSIGNED)
            made.application()
        sheet = found.sheets[0].id
        places = {
            Role.ASSESSOR: [
                "/evaluation",
                "/evaluation/sheets",
                "/evaluation/sheets?done=1",
                f"/evaluation/sheets/{sheet}",
                f"/evaluation/sheets/{sheet}/sections/3",
                f"/evaluation/sheets/{sheet}/check",
            ],
            Role.LEAD: [
                "/evaluation",
                "/evaluation/applications",
                f"/evaluation/applications/{db.session.query(Application.id).filter_by(state='screened').first()[0]}",
                "/evaluation/assessments",
                "/evaluation/assessments.csv",
                f"/evaluation/assessments/{found.id}",
                "/evaluation/agreement",
                "/evaluation/rubrics",
                f"/evaluation/rubrics/{draft.id}",
                f"/evaluation/rubrics/{draft.id}/criteria/{draft.criteria[5].id}",
                f"/applications/{closed.application_id}/result",
            ],
            Role.OWNER: [f"/applications/{closed.application_id}/result"],
        }
    for who, addresses in places.items():
        client = desk(who)
        numbers = {address: counted(client, address) for address in addresses}
        assert {address: n for address, n in numbers.items() if n > 12} == {}


def test_a_list_can_be_taken_away_and_no_cell_is_a_formula(people, desk):
    with transaction():
        made.assessment(made.application(factories.organisation(7, name="=1+1"), ApplicationState.ASSESSING))
    answer = desk(Role.LEAD).get("/evaluation/assessments.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "'=1+1" in answer.text
    assert answer.text.startswith("\ufeff编号,")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/evaluation/assessments?state=odd", "没有“odd”这种筛选"),
        ("/evaluation/assessments?q=" + "x" * 61, "最多 60 个字"),
        ("/evaluation/agreement?since=yesterday", "不是日期"),
        ("/evaluation/assessments?page=0", "页码"),
    ],
)
def test_odd_addresses_are_explained(people, desk, address, said):
    page = get(desk(Role.LEAD), address)
    assert page.status == 422
    assert said in page.text


@pytest.mark.parametrize("address", ["applications/9999", "assessments/9999", "sheets/9999", "rubrics/9999"])
def test_what_is_not_there_is_not_found(people, desk, address):
    assert desk(Role.LEAD).get(f"/evaluation/{address}").status_code == 404


def test_agreement_says_too_few_and_hides_names_from_government(people, desk):
    with transaction():
        made.closed(assessors=[account(people, Role.ASSESSOR), account(people, "other")])
    name = account(people, "other").name
    page = get(desk(Role.LEAD), "/evaluation/agreement")
    assert "份数太少" in page.text
    assert name in page.text
    assert name in desk(Role.LEAD).get("/evaluation/agreement.csv").text
    for who in (Role.DISTRICT,):
        assert name not in desk(who).get("/evaluation/agreement").text
        assert name not in desk(who).get("/evaluation/agreement.csv").text
