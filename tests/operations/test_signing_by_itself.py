"""Work whose every step was accepted and that nobody signs: it is signed off by itself, announced before."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.errors import Forbidden
from directory.models.audit import AuditEvent
from directory.models.need import Need
from directory.models.parameters import Parameters
from directory.operations import signing_off
from directory.policy import OPERATOR
from directory.rules.work import EngagementState, MilestoneState, NeedState
from tests.factories import NOW
from tests.factories_rules import six
from tests.factories_work import TODAY
from tests.operations import agreed
from tests.operations.agreed import told


def due(number):
    with transaction(announce=False):
        return dict(signing_off.due(day(number), by=OPERATOR, now=six(day(number))))


def day(number):
    return TODAY + timedelta(days=number)


def accept_all(work):
    with transaction():
        for step in work.now.milestones:
            step.state = MilestoneState.ACCEPTED


@pytest.fixture
def delivered(app):
    """Delivered and accepted today."""
    return agreed.work(EngagementState.DELIVERED)


def test_delivered_work_is_announced_a_week_before_and_signed_off_after_thirty_days(delivered, now):
    assert [due(number) for number in (22, 23, 24, 29)] == [{}, {"sign_announced": 1}, {}, {}]
    assert delivered.now.sign_on == day(30)
    assert due(30) == {"signed": 1}
    assert due(31) == {}
    work = delivered.now
    assert (work.state, work.reason, work.review_until) == (EngagementState.SIGNED_OFF, "unsigned", day(90))
    assert db.session.get(Need, work.need_id).state is NeedState.COMPLETED
    assert told(delivered.neighbour) == ["sign_soon", "signed_unasked", "review_open"]
    assert told(delivered.provider) == ["own_sign_soon", "signed_unasked", "review_open"]


def test_it_is_on_record_that_nobody_signed(delivered):
    due(23)
    due(30)
    event = db.session.scalars(select(AuditEvent).filter_by(event="engagement:sign_off")).one()
    assert (event.actor.split(":")[0], event.reason) == ("operator", "unsigned")


def test_work_long_accepted_is_never_signed_off_without_a_week_of_notice(delivered):
    assert due(50) == {"sign_announced": 1}
    assert due(56) == {}
    assert due(57) == {"signed": 1}


def test_a_provider_that_never_delivers_the_whole_keeps_nobody_from_the_reviews(app):
    work = agreed.work()
    accept_all(work)  # it ends in 30 days
    assert due(52) == {}
    assert due(53) == {"sign_announced": 1}
    assert due(60) == {"signed": 1}


def test_work_that_goes_on_all_year_is_not_signed_off_because_its_steps_were_accepted(app):
    work = agreed.work(ends_on=day(300))
    accept_all(work)
    assert due(30) == due(300) == {}
    assert due(323) == {"sign_announced": 1}


def test_work_with_a_step_left_is_not_signed_off(delivered):
    with transaction():
        delivered.now.milestones[2].state = MilestoneState.DELIVERED
    assert due(30) == due(60) == {}


def test_work_given_back_after_the_announcement_is_announced_anew(delivered):
    due(23)
    with transaction():
        engagement = agreed.get(delivered, delivered.neighbour)
        signing_off.give_back(engagement, reason="还差一块牌子", by=delivered.neighbour, now=six(day(25)))
    assert due(30) == due(52) == {}  # 30 days after its end, on day 30
    assert due(53) == {"sign_announced": 1}


def test_a_shorter_period_does_not_cut_what_was_announced(delivered):
    due(23)
    with transaction():
        latest = db.session.scalars(select(Parameters).order_by(Parameters.version.desc())).first()
        values = latest.values | {"periods": latest.values.get("periods", {}) | {"sign_days": 7}}
        db.session.add(Parameters(version=latest.version + 1, values=values, since=NOW))
    assert due(29) == {}
    assert due(30) == {"signed": 1}


def test_only_the_operator_signs_off_what_nobody_signed(delivered):
    with pytest.raises(Forbidden):
        signing_off.due(TODAY, by=delivered.neighbour, now=NOW)
