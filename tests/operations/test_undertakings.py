from datetime import timedelta

import pytest

from directory.db import db
from directory.errors import Forbidden
from directory.models.engagement import TermsChange
from directory.operations import undertakings
from directory.policy import Actor
from directory.rules.engagements import Side
from directory.rules.periods import Periods
from directory.rules.roles import Role
from directory.rules.work import EngagementState, ReviewState
from tests import factories, factories_work
from tests.factories import NOW


@pytest.fixture
def entry(app):
    factories.taxonomy()
    return factories.entry(factories.organisation())


def waiting(entry):
    organisation = entry.service.organisation
    return undertakings.waiting(organisation, periods=Periods(), by=Actor(1, Role.OWNER, organisation.id), now=NOW)


def test_a_provider_with_nothing_to_do_has_nothing_waiting(entry):
    factories_work.engagement(factories.entry(factories.organisation(2)), state=EngagementState.AGREED)
    assert not waiting(entry)


def test_work_waits_for_its_start_its_steps_and_answers_to_changes(entry):
    factories_work.engagement(entry, state=EngagementState.AGREED)
    running = factories_work.engagement(entry)
    for side in Side:
        of = (
            running if side is Side.NEIGHBOURHOOD else factories_work.engagement(entry, state=EngagementState.DELIVERED)
        )
        change = TermsChange(
            engagement=of, side=side, terms={}, reason="改期", account_id=of.account_id, created_at=NOW
        )
        db.session.add(change)
    db.session.flush()
    found = waiting(entry)
    assert (found.to_start, found.milestones, found.terms) == (1, 3, 1)
    assert found.milestones_due == running.milestones[0].due_on


def test_a_review_is_owed_while_the_other_side_has_not_been_read(entry):
    owed, written, read, late = (
        factories_work.engagement(entry, state=EngagementState.SIGNED_OFF, signed_off_at=NOW - timedelta(days=days))
        for days in (10, 10, 10, 61)
    )
    factories_work.review(owed)
    factories_work.review(written, Side.PROVIDER)
    factories_work.review(read, state=ReviewState.PUBLISHED)
    assert late.signed_off_at < NOW
    found = waiting(entry)
    assert (found.reviews, found.reviews_due) == (
        1,
        (NOW + timedelta(days=13)).date(),
    )  # the day before the other's opens


def test_what_waits_is_for_the_organisation_itself(entry):
    with pytest.raises(Forbidden):
        undertakings.waiting(entry.service.organisation, periods=Periods(), by=Actor(1, Role.OWNER, 999), now=NOW)


def test_a_review_is_owed_through_the_evening_of_its_last_day(entry):
    last = NOW - timedelta(days=60, hours=3)
    factories_work.engagement(entry, state=EngagementState.SIGNED_OFF, signed_off_at=last)
    found = waiting(entry)
    assert (found.reviews, found.reviews_due) == (1, NOW.date())
