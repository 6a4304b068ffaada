from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.errors import Forbidden, Invalid, NotFound
from directory.models.audit import AuditEvent
from directory.models.engagement import TermsChange
from directory.operations import milestones, service_records, signing_off, terms
from directory.operations.sending import Overtaken
from directory.operations.service_records import Done
from directory.operations.terms import ChangeOpen, TermsMoved
from directory.rules.engagements import Funding, Side
from directory.rules.lifecycle import NotAllowed
from directory.rules.terms import Step
from directory.rules.work import EngagementState, MilestoneState, TermsState
from tests import factories_work
from tests.factories import NOW
from tests.factories_work import TODAY
from tests.operations import agreed
from tests.operations.agreed import at_once, events, get, told


@pytest.fixture
def work(app):
    return agreed.work()


def propose(work, by=None, **changed):
    by = by or work.provider
    with transaction():
        engagement = get(work, by)
        said = replace(terms.standing(engagement), **changed)
        seen = terms.seen(engagement)
        return terms.propose(engagement, said, reason="材料涨价了", seen_=seen, by=by, now=NOW).id


def change(number, by):
    return terms.get(number, by=by)


def accept(work, number, by=None):
    by = by or work.neighbour
    with transaction():
        terms.accept(change(number, by), answer="同意", by=by, now=NOW)


def test_a_change_asks_the_other_side_and_changes_nothing_yet(work):
    number = propose(work, amount=1800, contract="CN-2026-7")
    found = change(number, work.neighbour)
    assert (found.side, found.state) == (Side.PROVIDER, TermsState.OPEN)
    assert found.terms == {"contract": ["", "CN-2026-7"], "amount": [1500, 1800]}
    assert (work.now.amount, work.now.contract) == (1500, "")
    assert told(work.neighbour) == ["terms_proposed"]


def test_what_was_agreed_on_is_what_was_shown(work):
    number = propose(work, amount=1800, contract="CN-2026-7", funding=Funding.DONATION, title="停车共治（二期）")
    accept(work, number)
    now = work.now
    assert (now.amount, now.contract, now.funding, now.title) == (1800, "CN-2026-7", "donation", "停车共治（二期）")
    assert told(work.provider) == ["terms_accepted"]
    assert events(f"Engagement:{work.id}") == ["terms:propose", "terms:accept"]


def test_steps_are_renamed_moved_added_and_left_out(work):
    first, _, third = terms.standing(work.now).steps
    wanted = (
        replace(third, name="收尾", share=50, due_on=TODAY + timedelta(days=5)),
        replace(first, due_on=TODAY + timedelta(days=6), share=20),
        Step(None, "回访", TODAY + timedelta(days=20), 30),
    )
    accept(work, propose(work, steps=wanted))
    assert [(m.position, m.name, m.share, m.state) for m in work.now.milestones] == [
        (1, "收尾", 50, MilestoneState.PENDING),
        (2, "第1步", 20, MilestoneState.PENDING),
        (3, "回访", 30, MilestoneState.PENDING),
    ]


def test_steps_change_places_with_each_other(work):
    first, second, third = terms.standing(work.now).steps
    wanted = (replace(first, due_on=third.due_on), second, replace(third, due_on=first.due_on))
    accept(work, propose(work, steps=wanted))
    assert [m.name for m in work.now.milestones] == ["第3步", "第2步", "第1步"]


@pytest.mark.parametrize("state", [MilestoneState.DELIVERED, MilestoneState.ACCEPTED])
def test_what_is_delivered_or_accepted_does_not_change(work, state):
    with transaction():
        work.now.milestones[0].state = state
    first, second, third = terms.standing(work.now).steps
    for steps in ((replace(first, share=20), replace(second, share=50), third), (second, replace(third, share=60))):
        with pytest.raises(Invalid) as wrong:
            propose(work, steps=steps)
        assert (wrong.value.rule, wrong.value.value) == ("settled", "第1步")
    accept(work, propose(work, steps=(first, replace(second, name="换个名字"), third)))
    assert work.now.milestones[1].name == "换个名字"


def test_a_step_of_other_work_or_one_named_twice_is_none(work):
    with transaction():
        entry = agreed.entry_of(work)
        theirs = factories_work.engagement(entry).milestones[0].id
    first, second, third = terms.standing(work.now).steps
    for steps in ((replace(first, id=theirs), second, third), (first, replace(second, id=first.id), third)):
        with pytest.raises(Invalid) as wrong:
            propose(work, steps=steps)
        assert wrong.value.rule == "unknown"


def test_a_change_that_changes_nothing_is_none(work):
    with pytest.raises(Invalid) as wrong:
        propose(work)
    assert wrong.value.rule == "unchanged"


def test_one_change_at_a_time(work):
    number = propose(work, amount=1800)
    with pytest.raises(ChangeOpen):
        propose(work, work.neighbour, amount=1200)
    with transaction():
        terms.withdraw(change(number, work.provider), by=work.provider, now=NOW)
    propose(work, work.neighbour, amount=1200)
    assert told(work.neighbour) == ["terms_proposed", "terms_withdrawn"]


def test_who_proposed_does_not_answer_and_the_other_does_not_take_back(work):
    number = propose(work, amount=1800)
    for act in (
        lambda it: terms.accept(it, by=work.provider, now=NOW),
        lambda it: terms.refuse(it, answer="不", by=work.provider, now=NOW),
    ):
        with pytest.raises(Forbidden):
            act(change(number, work.provider))
    with pytest.raises(Forbidden):
        terms.withdraw(change(number, work.neighbour), by=work.neighbour, now=NOW)


def test_those_who_are_no_party_do_nothing(work):
    number = propose(work, amount=1800)
    found = change(number, work.neighbour)
    for actor in work.strangers:
        for act in (terms.accept, terms.withdraw):
            with pytest.raises(Forbidden):
                act(found, by=actor, now=NOW)
        with pytest.raises(Forbidden):
            terms.refuse(found, answer="不", by=actor, now=NOW)
        with pytest.raises(Forbidden):
            terms.compare(work.now, terms.standing(work.now), by=actor)


def test_a_refusal_says_why_and_leaves_the_terms(work):
    number = propose(work, amount=1800)
    with pytest.raises(Invalid):
        terms.refuse(change(number, work.neighbour), answer=" ", by=work.neighbour, now=NOW)
    with transaction():
        terms.refuse(change(number, work.neighbour), answer="预算就这些", by=work.neighbour, now=NOW)
    assert (work.now.amount, change(number, work.provider).answer) == (1500, "预算就这些")
    assert told(work.provider) == ["terms_refused"]


@pytest.mark.parametrize("state", [EngagementState.DELIVERED, EngagementState.SIGNED_OFF, EngagementState.TERMINATED])
def test_work_that_is_delivered_or_over_has_its_terms(app, state):
    work = agreed.work(state)
    with pytest.raises(NotAllowed) as refused:
        propose(work, amount=1800)
    assert (refused.value.state, set(refused.value.sources)) == (state, set(terms.OPEN_TO_CHANGE))


def test_an_answered_change_is_not_answered_again(work):
    number = propose(work, amount=1800)
    accept(work, number)
    with pytest.raises(NotAllowed) as refused:
        accept(work, number)
    assert (refused.value.state, refused.value.sources) == (TermsState.ACCEPTED, (TermsState.OPEN,))


def test_agreeing_to_steps_that_were_delivered_meanwhile_is_too_late(work):
    first, second, third = terms.standing(work.now).steps
    number = propose(work, work.neighbour, steps=(replace(first, share=20), second, replace(third, share=40)))
    with transaction():
        milestones.deliver(milestones.get(first.id, by=work.provider), by=work.provider, now=NOW)
    with pytest.raises(TermsMoved):
        accept(work, number, work.provider)
    assert [m.share for m in work.now.milestones] == [30, 40, 30]


def test_who_saw_other_terms_changes_nothing(work):
    engagement = get(work, work.provider)
    said, seen = replace(terms.standing(engagement), amount=1900), terms.seen(engagement)
    accept(work, propose(work, contract="CN-1"))
    with pytest.raises(Overtaken):
        terms.propose(get(work, work.provider), said, reason="涨价", seen_=seen, by=work.provider, now=NOW)


def test_of_two_who_agree_at_once_one_does(app, work):
    number = propose(work, amount=1800)
    both = [lambda: terms.accept(change(number, work.neighbour), by=work.neighbour, now=NOW)] * 2
    assert at_once(app, *both) == ["NotAllowed", "done"]


def test_both_sides_proposing_at_once_is_one_change(app, work):
    def ask(by, amount):
        engagement = get(work, by)
        said = replace(terms.standing(engagement), amount=amount)
        terms.propose(engagement, said, reason="改", seen_=terms.seen(engagement), by=by, now=NOW)

    ends = at_once(app, lambda: ask(work.provider, 1800), lambda: ask(work.neighbour, 1200))
    assert ends == ["ChangeOpen", "done"]


def test_what_is_still_asked_ends_with_the_work(app):
    work = agreed.work()
    number = propose(work, amount=1800)
    with transaction():
        engagement = work.now
        engagement.state = EngagementState.DELIVERED
        for milestone in engagement.milestones:
            milestone.state = MilestoneState.ACCEPTED
        signing_off.sign_off(engagement, by=work.neighbour, now=NOW)
    assert db.session.get(TermsChange, number).state is TermsState.WITHDRAWN


def test_a_start_after_something_was_done_is_none(work):
    with transaction():
        done = Done(on=TODAY - timedelta(days=9), cases=1)
        service_records.add(get(work, work.provider), done, by=work.provider, now=NOW)
    with pytest.raises(Invalid) as wrong:
        propose(work, starts_on=TODAY - timedelta(days=8))
    assert (wrong.value.field, wrong.value.rule) == ("starts_on", "recorded")
    propose(work, starts_on=TODAY - timedelta(days=9))


def test_words_are_masked_wherever_they_stand(work):
    steps = terms.standing(work.now).steps
    mobile = "13800138000"
    named = (replace(steps[0], name=f"找{mobile}"), *steps[1:])
    number = propose(work, title=f"停车 {mobile}", contract=f"CN {mobile}", steps=named)
    assert mobile not in str(change(number, work.neighbour).terms)
    assert not [said for said in db.session.scalars(select(AuditEvent.reason)) if mobile in said]


def test_a_change_that_is_not_there_is_not_found(work):
    with pytest.raises(NotFound):
        terms.get(7, by=work.neighbour)
