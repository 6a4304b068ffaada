from datetime import timedelta

import pytest

from directory.db import db
from directory.errors import Forbidden, Invalid
from directory.models.application import Appeal
from directory.operations import worklists
from directory.rules.lifecycle import ApplicationState, AssessmentState
from directory.rules.roles import Role
from tests import factories
from tests import factories_evaluation as made
from tests.factories_evaluation import actor_of


@pytest.fixture
def lead(app):
    factories.taxonomy()
    return factories.actor(Role.LEAD)


def test_a_lead_sees_what_waits(lead, now):
    oldest = now - timedelta(days=9)
    made.application(since=oldest)
    made.application()
    made.application(state=ApplicationState.SUBMITTED)
    made.assessment()
    made.closed()
    third = made.assessment()
    third.state = AssessmentState.THIRD
    appealed = made.announced()
    db.session.add(Appeal(application=appealed, reason="不同意", created_at=now))
    db.session.flush()
    found = worklists.counts(by=lead)
    assert (found.to_assign, found.oldest, found.to_hear, found.short, found.scoring, found.closed) == (
        2,
        oldest,
        1,
        1,
        2,
        2,
    )
    assert [applied.since for applied in worklists.to_assign(page=1, by=lead).shown] == [oldest, now]
    assert [appeal.application for appeal in worklists.to_hear(by=lead)] == [appealed]


@pytest.mark.parametrize(
    ("state", "number"), [("waiting", 2), ("short", 1), ("third", 1), ("appeal", 0), ("closed", 1), ("all", 4)]
)
def test_assessments_are_listed_by_how_they_stand(lead, state, number):
    made.assessment()
    made.closed()
    made.assessment().state = AssessmentState.THIRD
    made.assessment().application.state = ApplicationState.WITHDRAWN
    db.session.flush()
    assert worklists.listed(state=state, by=lead).total == number


def test_assessments_are_found_by_name_and_a_percent_sign_is_a_sign(lead):
    wanted = made.assessment()
    made.assessment()
    assert worklists.listed(query=wanted.application.organisation.name, by=lead).shown == [wanted]
    assert worklists.listed(query=wanted.application.version.name, by=lead).total == 1
    assert worklists.listed(query="%", by=lead).total == 0
    with pytest.raises(Invalid):
        worklists.listed(query="长" * 61, by=lead)
    with pytest.raises(Invalid):
        worklists.listed(state="odd", by=lead)


def test_one_s_own_sheets_and_nobody_else_s(lead, now):
    assessor = factories.account(Role.ASSESSOR)
    waiting = made.assessment(assessors=[assessor, factories.account(Role.ASSESSOR)])
    done = made.closed(assessors=[assessor, factories.account(Role.ASSESSOR)])
    me = actor_of(assessor)
    assert [sheet.assessment for sheet in worklists.sheets_of(by=me).shown] == [waiting]
    assert [sheet.assessment for sheet in worklists.sheets_of(done=True, by=me).shown] == [done]
    with pytest.raises(Forbidden):
        worklists.sheets_of(by=factories.actor(Role.DISTRICT))
    with pytest.raises(Forbidden):
        worklists.counts(by=me)


def test_long_lists_come_in_pages(lead):
    rubric = made.rubric()
    pair = [factories.account(Role.ASSESSOR), factories.account(Role.ASSESSOR)]
    for _ in range(21):
        made.assessment(assessors=pair, under=rubric)
    first, second = (worklists.listed(page=page, by=lead) for page in (1, 2))
    assert (len(first.shown), len(second.shown), first.total, first.pages) == (20, 1, 21, 2)
