from datetime import date, timedelta

import pytest

from directory.db import db, transaction
from directory.errors import Forbidden
from directory.models.engagement import TermsChange
from directory.models.parameters import Parameters
from directory.operations import daily, deadlines
from directory.policy import OPERATOR
from directory.rules.engagements import Side
from directory.rules.work import EngagementState, MilestoneState
from tests.factories import NOW
from tests.factories_rules import six
from tests.factories_work import TODAY
from tests.operations import agreed
from tests.operations.agreed import told


def due(day, now=None):
    with transaction(announce=False):
        return dict(deadlines.due(day, by=OPERATOR, now=now or six(day)))


def days(number):
    return TODAY + timedelta(days=number)


@pytest.fixture
def work(app):
    """Steps are due in 10, 20 and 30 days; it ends in 30."""
    return agreed.work()


def test_the_provider_is_reminded_three_days_before_and_once_late(work):
    assert due(days(6)) == {}
    assert due(days(7)) == {"milestone_due": 1}
    assert due(days(8)) == due(days(10)) == {}
    assert due(days(11)) == {"milestone_late": 1}
    assert due(days(12)) == {}
    assert told(work.provider) == ["milestone_due", "milestone_late"]
    assert told(work.neighbour) == []


def test_a_day_run_twice_reminds_once(work):
    assert due(days(7)) == {"milestone_due": 1}
    assert due(days(7)) == {}


def test_a_missed_week_is_made_up_for_day_by_day(app):
    work = agreed.work()
    for number in range(1, 15):
        due(days(number), now=daily.moment(days(number), now=six(days(14))))
    assert told(work.provider) == ["milestone_due", "milestone_late"]


def test_a_step_moved_by_agreement_is_due_anew(work):
    due(days(7))
    with transaction():
        work.now.milestones[0].due_on = days(12)
    assert due(days(9)) == {"milestone_due": 1}


@pytest.mark.parametrize("state", [EngagementState.SIGNED_OFF, EngagementState.TERMINATED])
def test_nothing_is_due_of_work_that_is_over(app, state):
    work = agreed.work(state)
    with transaction():
        for milestone in work.now.milestones:
            milestone.state = MilestoneState.PENDING
    assert due(days(60)) == {}


def test_what_waits_longer_than_a_week_is_recalled_to_the_neighbourhood(work):
    with transaction():
        work.now.milestones[0].state = MilestoneState.DELIVERED
    assert due(days(6)) == {}
    assert due(days(8)) == {"milestone_waits": 1}
    assert due(days(9)) == {}
    assert told(work.neighbour) == ["milestone_waits"]


def test_delivered_work_that_nobody_signs_is_recalled_too(app):
    work = agreed.work(EngagementState.DELIVERED)
    assert due(days(8)) == {"work_waits": 1}
    assert due(days(9)) == {}
    assert told(work.neighbour) == ["work_waits"]


def test_work_past_its_end_is_recalled_to_both_sides_once(work):
    for milestone in work.now.milestones:
        milestone.state = MilestoneState.DELIVERED
        milestone.since = six(days(30))
    db.session.commit()
    assert due(days(30)) == {}
    assert due(days(31)) == {"work_late": 1, "awaited_late": 1}
    assert due(days(32)) == {}
    assert (told(work.provider), told(work.neighbour)) == (["work_late"], ["awaited_late"])


def test_work_past_its_end_whose_every_step_was_accepted_is_not_late(work):
    for milestone in work.now.milestones:
        milestone.state = MilestoneState.ACCEPTED
    db.session.commit()
    assert due(days(31)) == {}


def test_work_that_nobody_confirmed_by_its_start_is_recalled_to_the_provider(app):
    work = agreed.work(EngagementState.AGREED, starts_on=days(5))
    assert due(days(5)) == {}
    assert due(days(6)) == {"start_late": 1}
    assert told(work.provider) == ["start_late"]


def test_it_is_part_of_what_is_due_every_day(work):
    with transaction(announce=False):
        done = daily.run(days(7), by=OPERATOR, now=six(days(7)))
    assert done["milestone_due"] == 1


def test_only_the_system_reminds(work):
    with pytest.raises(Forbidden):
        deadlines.due(date(2026, 12, 1), by=work.provider, now=NOW)


def test_a_change_of_terms_nobody_answers_is_recalled_to_the_other_side(work):
    with transaction():
        asked = {"side": Side.PROVIDER, "terms": {}, "reason": "下雨", "account_id": work.provider.id}
        db.session.add(TermsChange(engagement_id=work.id, created_at=NOW, **asked))
    assert [n for n in range(14) if "terms_wait" in due(days(n))] == [3, 10]
    assert due(days(10)) == {}
    assert told(work.neighbour) == ["terms_wait", "terms_wait"]


def test_days_are_as_the_district_has_them(work):
    with transaction():
        rules = db.session.get_one(Parameters, 1)
        rules.values = rules.values | {"reminders": {"step_days": 5}}
    assert (due(days(4)), due(days(5))) == ({}, {"milestone_due": 1})
