from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from directory.db import db
from directory.errors import Conflict, Forbidden, Invalid
from directory.models.notice import Notice
from directory.operations import appeals, applications, assessments, results, sheets
from directory.operations.appeals import AppealedBefore, TooLate
from directory.policy import OPERATOR
from directory.rules.calendar import day_of
from directory.rules.lifecycle import ApplicationState, NotAllowed
from directory.rules.roles import Role
from tests import factories
from tests import factories_evaluation as made
from tests.factories_evaluation import actor_of

LAST = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)  # a minute before midnight in the district
AFTER = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)


@pytest.fixture
def lead(app):
    factories.taxonomy()
    return factories.actor(Role.LEAD)


def owner_of(application):
    return factories.actor(Role.OWNER, organisation_id=application.organisation_id)


def file(application, now, by=None):
    return appeals.file(application, reason="评分没有看到复查材料", by=by or owner_of(application), now=now)


def test_an_owner_appeals_until_the_last_minute_of_the_notice(lead):
    application = made.announced()
    assert appeals.can_file(application, now=LAST)
    file(application, LAST)
    assert db.session.scalars(select(Notice.account_id).where(Notice.kind == "appeal_filed")).all() == [lead.id]


def test_a_late_appeal_is_refused(lead):
    application = made.announced()
    assert not appeals.can_file(application, now=AFTER)
    with pytest.raises(TooLate):
        file(application, AFTER)


def test_there_is_one_appeal(lead, now):
    application = made.announced()
    file(application, now)
    assert not appeals.can_file(application, now=now)
    with pytest.raises(AppealedBefore):
        file(application, now)


def test_only_the_owner_of_the_organisation_appeals(lead, now):
    application = made.announced()
    editor = factories.actor(Role.EDITOR, organisation_id=application.organisation_id)
    stranger = factories.actor(Role.OWNER, organisation_id=factories.organisation(99).id)
    for by in (editor, stranger, lead, factories.actor(Role.DISTRICT)):
        with pytest.raises(Forbidden):
            file(application, now, by)


@pytest.mark.parametrize("state", [ApplicationState.ASSESSING, ApplicationState.REJECTED, ApplicationState.LISTED])
def test_outside_the_notice_there_is_no_appeal(lead, now, state):
    application = made.announced()
    application.state = state
    with pytest.raises(NotAllowed, match=f"cannot appeal from {state}"):
        file(application, now)


def test_without_a_score_there_is_nothing_to_appeal_against(lead, now):
    application = made.application(state=ApplicationState.PUBLICITY, publicity_until=now.date(), admitted=True)
    with pytest.raises(Conflict, match="no result"):
        file(application, now)


@pytest.mark.parametrize(("reason", "rule"), [(" ", "appeal_empty"), ("长" * 1001, "appeal_too_long")])
def test_an_appeal_says_why(lead, now, reason, rule):
    application = made.announced()
    with pytest.raises(Invalid) as refused:
        appeals.file(application, reason=reason, by=owner_of(application), now=now)
    assert refused.value.rule == rule


def hear(application, lead, shares, now):
    others = [factories.account(Role.ASSESSOR), factories.account(Role.ASSESSOR)]
    heard = assessments.assign(application, rubric_id=None, assessor_ids=[o.id for o in others], by=lead, now=now)
    for sheet, share in zip(heard.sheets, shares, strict=True):
        sheets.declare(sheet, conflict="none", by=actor_of(sheet.assessor), now=now)
        sheets.submit(made.fill(sheet, share), by=actor_of(sheet.assessor), now=now)
    return heard


@pytest.mark.parametrize(
    ("shares", "outcome", "total"),
    [(("0.95", "0.95"), "changed", Decimal(95)), (("0.9", "0.8"), "confirmed", Decimal(85))],
)
def test_others_hear_it_by_the_same_rubric_and_their_result_stands(lead, now, shares, outcome, total):
    application = made.announced()
    first = applications.result(application)
    owner = factories.account(Role.OWNER, organisation_id=application.organisation_id)
    appeal = file(application, now, actor_of(owner))
    assert not applications.due(application, on=day_of(AFTER))
    with pytest.raises(Conflict, match="something stands against"):
        applications.complete(application, by=OPERATOR, now=AFTER)
    heard = hear(application, lead, shares, now)
    assert (heard.rubric_id, heard.appeal) == (first.rubric_id, appeal)
    assert (appeal.outcome, appeal.closed_at) == (outcome, now)
    assert applications.result(application).total == total
    assert applications.due(application, on=day_of(AFTER))
    told = db.session.scalars(select(Notice.account_id).where(Notice.kind == "appeal_closed")).all()
    assert sorted(told) == sorted([owner.id, lead.id])
    found = results.of(application.id, by=actor_of(owner))
    assert (found.assessment, found.earlier) == (heard, first)


def test_those_who_scored_before_do_not_hear_it(lead, now):
    application = made.announced()
    before = [sheet.assessor_id for sheet in applications.result(application).sheets]
    file(application, now)
    with pytest.raises(Invalid) as refused:
        assessments.assign(application, rubric_id=None, assessor_ids=before, by=lead, now=now)
    assert refused.value.rule == "before"


def test_an_appeal_is_assigned_once(lead, now):
    application = made.announced()
    file(application, now)
    others = [factories.account(Role.ASSESSOR).id for _ in range(4)]
    assessments.assign(application, rubric_id=None, assessor_ids=others[:2], by=lead, now=now)
    with pytest.raises((NotAllowed, Invalid)):
        assessments.assign(application, rubric_id=None, assessor_ids=others[2:], by=lead, now=now)
