"""What the steps of agreed work are paid, and what becomes of a step that is changed away."""

from dataclasses import replace

import pytest

from directory.db import db, transaction
from directory.errors import Invalid
from directory.models.engagement import Milestone
from directory.operations import engagements, milestones, terms
from directory.operations.milestones import Dropped
from directory.operations.terms import TermsMoved
from tests.factories import NOW
from tests.operations import agreed
from tests.operations.agreed import get


@pytest.fixture
def work(app):
    return agreed.work()


def step(work, place):
    return work.now.milestones[place].id


def accept_step(work, number):
    with transaction():
        milestones.deliver(milestones.get(number, by=work.provider), by=work.provider, now=NOW)
        met = dict.fromkeys(work.now.acceptance, True)
        milestones.accept(milestones.get(number, by=work.neighbour), met=met, by=work.neighbour, now=NOW)


def propose(work, **changed):
    with transaction():
        engagement = get(work, work.provider)
        said = replace(terms.standing(engagement), **changed)
        seen = terms.seen(engagement)
        return terms.propose(engagement, said, reason="涨价了", seen_=seen, by=work.provider, now=NOW).id


def agree(work, number):
    with transaction():
        terms.accept(terms.get(number, by=work.neighbour), by=work.neighbour, now=NOW)


def paid(work):
    return list(engagements.payments(work.now).values())


def test_an_accepted_step_keeps_the_payment_it_was_accepted_with(work):
    accept_step(work, step(work, 0))
    assert work.now.milestones[0].paid == 450
    agree(work, propose(work, amount=1800))
    assert paid(work) == [450, 771, 579]


def test_an_amount_below_what_was_accepted_is_refused(work):
    accept_step(work, step(work, 0))
    with pytest.raises(Invalid) as wrong:
        propose(work, amount=449)
    assert (wrong.value.field, wrong.value.rule) == ("amount", "below_paid")
    assert terms.compare(work.now, replace(terms.standing(work.now), amount=450), by=work.provider)


def test_more_money_needs_a_step_it_can_go_to(work):
    for place in range(3):
        accept_step(work, step(work, place))
    with pytest.raises(Invalid) as wrong:
        propose(work, amount=1800)
    assert (wrong.value.field, wrong.value.rule) == ("amount", "no_step_left")


def test_a_lower_amount_proposed_before_a_step_was_accepted_comes_too_late(work):
    number = propose(work, amount=400)
    accept_step(work, step(work, 0))
    with pytest.raises(TermsMoved):
        agree(work, number)


def test_a_step_changed_away_stays_on_record_and_can_no_longer_be_taken(work):
    number = step(work, 1)
    with transaction():
        milestones.deliver(milestones.get(number, by=work.provider), by=work.provider, now=NOW)
        milestones.give_back(milestones.get(number, by=work.neighbour), reason="再问一户", by=work.neighbour, now=NOW)
    first, _, third = terms.standing(work.now).steps
    agree(work, propose(work, steps=(replace(first, share=60), replace(third, share=40))))
    assert [each.share for each in work.now.milestones] == [60, 40]
    dropped = db.session.get_one(Milestone, number, populate_existing=True)
    assert (dropped.dropped_at, dropped.note) == (NOW, "再问一户")
    with pytest.raises(Dropped):
        milestones.deliver(milestones.get(number, by=work.provider), by=work.provider, now=NOW)
