"""From the formal check to a result: who scores, what each may see, what two sheets add up to."""

from decimal import Decimal
from threading import Thread

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.errors import Conflict, Forbidden, Invalid
from directory.models.audit import AuditEvent
from directory.models.notice import Notice
from directory.operations import applications, assessments, assessors, sheets, worklists
from directory.rules.conflicts import Conflict as Kind
from directory.rules.lifecycle import (
    ApplicationState,
    AssessmentState,
    NotAllowed,
    RubricState,
    SheetState,
)
from directory.rules.roles import Role
from tests import factories
from tests import factories_evaluation as made
from tests.factories_evaluation import actor_of
from tests.operations.scoring import declared, submit

D = Decimal


@pytest.fixture
def lead(app):
    factories.taxonomy()
    return factories.actor(Role.LEAD)


@pytest.fixture
def pair(lead):
    return [factories.account(Role.ASSESSOR), factories.account(Role.ASSESSOR)]


def ids(accounts):
    return [account.id for account in accounts]


def assign(applied, lead, accounts, now, rubric=None):
    rubric = rubric or made.rubric()
    return assessments.assign(applied, rubric_id=rubric.id, assessor_ids=ids(accounts), by=lead, now=now)


def told(kind):
    return db.session.scalars(select(Notice.account_id).where(Notice.kind == kind).order_by(Notice.account_id)).all()


def test_two_assessors_are_assigned_and_told_and_the_application_moves_on(lead, pair, now):
    applied = made.application()
    assessment = assign(applied, lead, pair, now)
    assert applied.state is ApplicationState.ASSESSING
    assert [sheet.state for sheet in assessment.sheets] == [SheetState.ASSIGNED] * 2
    assert told("sheet_assigned") == ids(pair)


def test_an_application_is_assigned_once(lead, pair, now):
    applied = made.application()
    assign(applied, lead, pair, now)
    others = [factories.account(Role.ASSESSOR), factories.account(Role.ASSESSOR)]
    with pytest.raises(NotAllowed, match="cannot assess from assessing"):
        assign(applied, lead, others, now)


DECIDED = {ApplicationState.DECIDED, ApplicationState.PUBLICITY, ApplicationState.LISTED}


@pytest.mark.parametrize("state", sorted(set(ApplicationState) - {ApplicationState.SCREENED}))
def test_only_what_passed_the_formal_check_is_assigned(lead, pair, now, state):
    more = {"publicity_until": now.date(), "admitted": True} if state in DECIDED else {}
    applied = made.application(state=state, **more)
    with pytest.raises(NotAllowed):
        assign(applied, lead, pair, now)


def test_two_different_assessors_are_needed(lead, pair, now):
    for wanted in ([], pair[:1], [pair[0], pair[0]], [*pair, factories.account(Role.ASSESSOR)]):
        with pytest.raises(Invalid) as refused:
            assign(made.application(), lead, wanted, now)
        assert refused.value.rule == "two"


@pytest.mark.parametrize(("role", "changed"), [(Role.DISTRICT, {}), (Role.ASSESSOR, {"active": False})])
def test_only_those_who_score_can_be_chosen(lead, pair, now, role, changed):
    with pytest.raises(Invalid) as refused:
        assign(made.application(), lead, [pair[0], factories.account(role, **changed)], now)
    assert refused.value.rule == "unknown"


def test_nobody_assigns_themselves_but_a_lead_may_be_assigned_by_another(lead, pair, now):
    other = factories.account(Role.LEAD)
    with pytest.raises(Invalid) as refused:
        assign(made.application(), actor_of(other), [other, pair[0]], now)
    assert refused.value.rule == "self"
    assert assign(made.application(), lead, [other, pair[0]], now)


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.DISTRICT, Role.AUDITOR])
def test_only_a_lead_assigns(lead, pair, now, role):
    with pytest.raises(Forbidden):
        assign(made.application(), factories.actor(role), pair, now)


def test_using_a_draft_freezes_it_and_one_that_does_not_add_up_is_refused(lead, pair, now):
    draft, half = made.rubric(state=RubricState.DRAFT), made.rubric({"甲": 50}, state=RubricState.DRAFT)
    assign(made.application(), lead, pair, now, draft)
    assert draft.state is RubricState.FROZEN
    for wrong in (half, made.rubric(state=RubricState.RETIRED)):
        with pytest.raises(Invalid):
            assign(made.application(), lead, pair, now, wrong)


def test_the_lead_sees_load_and_what_is_known_against_each(lead, pair, now):
    applied = made.application()
    earlier = made.assessment(made.application(applied.organisation, ApplicationState.ASSESSING), pair)
    sheets.declare(earlier.sheets[0], conflict="kin", by=actor_of(pair[0]), now=now)
    namesake = factories.account(Role.ASSESSOR, name="示例·同名")
    factories.account(Role.EDITOR, organisation_id=applied.organisation_id, name="示例·同名")
    found = {c.account.id: c for c in assessors.candidates(applied, by=lead)}
    assert [(c.load, [kind for _, kind in c.recusals], c.namesake) for c in map(found.get, ids([*pair, namesake]))] == [
        (0, ["kin"], False),
        (1, [], False),
        (0, [], True),
    ]
    assert found[lead.id].barred == "self"


def test_sheets_of_a_withdrawn_application_are_no_load(lead, pair):
    earlier = made.assessment(assessors=pair)
    earlier.application.state = ApplicationState.WITHDRAWN
    db.session.flush()
    found = assessors.candidates(made.application(), by=lead)
    assert {c.load for c in found} == {0}


def test_a_conflict_takes_an_assessor_off_and_another_is_found_who_was_not_asked_before(lead, pair, now):
    assessment = assign(made.application(), lead, pair, now)
    own = assessment.sheets[0]
    sheets.declare(own, conflict="interest", note="持有股份", by=actor_of(pair[0]), now=now)
    assert (own.state, own.conflict) == (SheetState.RECUSED, Kind.INTEREST)
    assert told("sheet_recused") == [lead.id]
    assert assessments.missing(assessment) == 1
    with pytest.raises(Invalid) as refused:
        assessments.add(assessment, pair[0].id, by=lead, now=now)
    assert refused.value.rule == "before"
    new = assessments.add(assessment, factories.account(Role.ASSESSOR).id, by=lead, now=now)
    assert (new.state, new.third) == (SheetState.ASSIGNED, False)
    with pytest.raises(Conflict, match="has all its assessors"):
        assessments.add(assessment, factories.account(Role.ASSESSOR).id, by=lead, now=now)


def test_a_conflict_that_comes_to_light_later_takes_an_assessor_off_too(lead, pair, now):
    assessment = made.assessment(assessors=pair)
    sheets.declare(assessment.sheets[0], conflict="other", note="新同事是理事", by=actor_of(pair[0]), now=now)
    assert assessment.sheets[0].state is SheetState.RECUSED
    for again in ("none", "kin"):
        with pytest.raises(NotAllowed):
            sheets.declare(assessment.sheets[0], conflict=again, by=actor_of(pair[0]), now=now)


def test_a_lead_takes_a_sheet_back_from_somebody_who_does_not_get_to_it(lead, pair, now):
    assessment = made.assessment(assessors=pair, state=SheetState.ASSIGNED)
    assessments.release(assessment, assessment.sheets[0].id, reason="休长假", by=lead, now=now)
    assert assessment.sheets[0].conflict == "released"
    assert assessors.candidates(made.application(assessment.application.organisation), by=lead)[0].recusals == []
    submit(made.fill(declared(assessment.sheets[1], now)), now)
    with pytest.raises(NotAllowed, match="cannot recuse from submitted"):
        assessments.release(assessment, assessment.sheets[1].id, reason="休长假", by=lead, now=now)


def test_two_sheets_near_each_other_make_a_result_and_all_concerned_are_told(lead, pair, now):
    assessment = made.assessment(assessors=pair)
    owner = factories.account(Role.OWNER, organisation_id=assessment.application.organisation_id)
    district = factories.account(Role.DISTRICT)
    for sheet, share in zip(assessment.sheets, ("0.9", "0.8"), strict=True):
        submit(made.fill(sheet, share), now)
    assert (assessment.state, assessment.total, assessment.grade) == (AssessmentState.CLOSED, D(85), "4A")
    assert applications.result(assessment.application) is assessment
    assert told("result_ready") == sorted([lead.id, owner.id, district.id])
    events = set(db.session.scalars(select(AuditEvent.event)))
    assert {"sheet:submit", "assessment:close"} <= events


def test_a_gap_calls_a_third_and_the_two_closest_make_the_result(lead, pair, now):
    assessment = made.assessment(assessors=pair)
    for sheet, share in zip(assessment.sheets, ("0.9", "0.7"), strict=True):
        submit(made.fill(sheet, share), now)
    assert assessment.state is AssessmentState.THIRD
    assert applications.result(assessment.application) is None
    assert told("third_called") == [lead.id]
    assert told("result_ready") == []
    with pytest.raises(Invalid, match="before"):
        assessments.add(assessment, pair[0].id, by=lead, now=now)
    third = assessments.add(assessment, factories.account(Role.ASSESSOR).id, by=lead, now=now)
    assert third.third
    submit(made.fill(declared(third, now), "0.75"), now)
    assert (assessment.state, assessment.total, assessment.grade) == (AssessmentState.CLOSED, D("72.5"), "3A")


def test_a_third_who_recuses_is_replaced(lead, pair, now):
    assessment = made.assessment(assessors=pair)
    for sheet, share in zip(assessment.sheets, ("0.9", "0.7"), strict=True):
        submit(made.fill(sheet, share), now)
    third = assessments.add(assessment, factories.account(Role.ASSESSOR).id, by=lead, now=now)
    sheets.declare(third, conflict="competes", by=actor_of(third.assessor), now=now)
    assert assessments.missing(assessment) == 1
    assert worklists.listed(state="short", by=lead).total == 1
    assert assessments.add(assessment, factories.account(Role.ASSESSOR).id, by=lead, now=now).third


def test_a_gap_as_wide_as_allowed_calls_nobody(lead, pair, now):
    assessment = made.assessment(assessors=pair)
    for sheet, share in zip(assessment.sheets, ("0.9", "0.8"), strict=True):
        submit(made.fill(sheet, share), now)
    assert assessment.state is AssessmentState.CLOSED


def test_nothing_is_scored_that_nobody_waits_for(lead, pair, now):
    assessment = made.assessment(assessors=pair)
    assessment.application.state = ApplicationState.WITHDRAWN
    db.session.flush()
    with pytest.raises(NotAllowed, match="cannot score from withdrawn"):
        sheets.to_change(assessment.sheets[0].id, by=actor_of(pair[0]))
    assert worklists.sheets_of(by=actor_of(pair[0])).total == 0
    assert worklists.sheets_of(by=actor_of(pair[0]), done=True).total == 1


def test_a_lead_who_scores_neither_sees_nor_chooses_the_others(lead, pair, now):
    scoring = factories.account(Role.LEAD)
    assessment = made.assessment(assessors=[scoring, pair[0]])
    me = actor_of(scoring)
    assert assessments.takes_part(assessment, by=me)
    assert not assessments.takes_part(assessment, by=lead)
    with pytest.raises(Forbidden):
        assessments.release(assessment, assessment.sheets[1].id, reason="换人", by=me, now=now)
    sheets.declare(assessment.sheets[1], conflict="kin", by=actor_of(pair[0]), now=now)
    with pytest.raises(Forbidden):
        assessments.add(assessment, pair[1].id, by=me, now=now)
    assert told("sheet_recused") == [lead.id]


@pytest.mark.parametrize(("shares", "state"), [(("0.9", "0.8"), "closed"), (("0.9", "0.5"), "third")])
def test_of_two_sheets_submitted_at_once_one_is_the_second(app, now, shares, state):
    with transaction():
        factories.taxonomy()
        pair = [factories.account(Role.ASSESSOR), factories.account(Role.ASSESSOR)]
        assessment = made.assessment(assessors=pair)
        work = []
        for sheet, share in zip(assessment.sheets, shares, strict=True):
            made.fill(sheet, share)
            work.append((sheet.id, actor_of(sheet.assessor)))
        assessment_id = assessment.id
    faults = []

    def hand_in(sheet_id, me):
        with app.app_context():
            try:
                with transaction():
                    sheets.submit(sheets.to_change(sheet_id, by=me), by=me, now=now)
            except Exception as fault:
                faults.append(fault)
            db.session.remove()

    threads = [Thread(target=hand_in, args=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    db.session.rollback()
    assert assessments.locked(assessment_id).state == state
    outcome = "assessment:close" if state == "closed" else "assessment:call_third"
    events = db.session.scalars(select(AuditEvent.event)).all()
    assert events.count(outcome) == 1
    assert events.count("sheet:submit") == 2
