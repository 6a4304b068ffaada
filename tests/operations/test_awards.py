import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from directory.db import db, transaction
from directory.errors import Conflict, Forbidden, Invalid
from directory.models.engagement import Engagement
from directory.models.learning import ConfirmedNeed
from directory.operations import awards, confirmations, invitations, needs, proposals, shortlists, terminations
from directory.operations.changes import Wrong
from directory.policy import OPERATOR
from directory.rules.calendar import day_of
from directory.rules.engagements import Funding
from directory.rules.lifecycle import EntryState, NotAllowed
from directory.rules.roles import Role
from directory.rules.work import InvitationState, NeedState
from directory.wording import notices
from tests import factories, factories_work
from tests.factories import NOW, OTHER_STREET
from tests.operations.choosing import AFTER, DEADLINE, asked, deeds, proposed, said, told, town

WHY = ("plan", "做法具体")
FROM = NOW.date() + timedelta(days=20)
DAYS = (FROM, FROM + timedelta(days=30))


@pytest.fixture
def made(app):
    return town()


@pytest.fixture
def there(made):
    """Three asked: two proposed, one did not answer."""
    found = asked(made, 3)
    proposed(made, found, 1500, 1200)
    return found


def award(made, invitation, others, now=AFTER, **changed):
    values = {"funding": Funding.STREET_BUDGET, "why": WHY, "by": made.neighbour}
    return awards.award(invitation, others=others, now=now, **(values | changed))


def directly(made, entry_id, others, now=AFTER, **changed):
    values = {"amount": 800, "days": DAYS, "funding": Funding.DONATION, "why": ("experience", "去年做得好")}
    return awards.award_directly(made.need, entry_id, others=others, by=made.neighbour, now=now, **(values | changed))


def test_one_is_awarded_and_each_other_one_gets_its_reason(made, there):
    begun = award(made, there[0], {there[1].id: ("other_plan", "没有说怎么收尾")})
    assert made.need.state is NeedState.AWARDED
    assert [(each.state, each.reason) for each in there] == [
        (InvitationState.AWARDED, "plan"),
        (InvitationState.NOT_CHOSEN, "other_plan"),
        (InvitationState.LAPSED, ""),
    ]
    assert (begun.amount, begun.funding, begun.invitation_id) == (1500, Funding.STREET_BUDGET, there[0].id)
    assert (begun.starts_on, begun.ends_on) == (said().starts_on, said().ends_on)
    assert (begun.entry, begun.need, begun.title) == (made.entries[0], made.need, made.need.text)
    (passed,) = told("not_chosen")
    assert (passed.account_id, passed.facts["reason"], passed.facts["note"]) == (
        made.owners[1].id,
        "other_plan",
        "没有说怎么收尾",
    )
    assert [n.account_id for n in told("engagement_begun")] == [made.owners[0].id]
    assert [n.account_id for n in told("invitation_lapsed")] == [made.owners[2].id]
    assert deeds(made.need)[-1] == "need:award"
    assert deeds(there[0])[-1] == "invitation:award"


def test_those_who_joined_the_need_hear_of_it(made, there):
    factories_work.joining(made.need, "310105-06-01")
    begun = award(made, there[0], {there[1].id: ("other_price", "")})
    (notice,) = told("need_awarded")
    assert (notice.account_id, notice.link) == (factories_work.neighbour("310105-06-01").id, f"/needs/{made.need.id}")
    assert begun.organisation.name in notice.facts["organisation"]


def test_nothing_is_awarded_while_the_round_is_sealed(made, there):
    for act in (
        lambda: award(made, there[0], {there[1].id: ("other", "x")}, now=DEADLINE),
        lambda: directly(made, made.ids[4], {}, now=DEADLINE),
    ):
        with pytest.raises(proposals.Sealed):
            act()
    assert db.session.scalar(select(func.count(Engagement.id))) == 0


def test_each_other_proposal_needs_a_reason_of_its_own(made, there):
    for others, rule in (
        ({}, "passed_empty"),
        ({there[1].id: ("rain", "")}, "passed_empty"),
        ({there[1].id: ("other", "")}, "other_empty"),
    ):
        with pytest.raises(Wrong) as fault:
            award(made, there[0], others)
        assert [each.rule for each in fault.value.faults] == [rule]
    with pytest.raises(Wrong) as fault:
        award(made, there[0], {}, why=("", ""))
    assert [each.field for each in fault.value.faults] == ["reason", f"why_{there[1].id}"]
    assert made.need.state is NeedState.SHORTLISTED


def test_who_did_not_propose_has_no_proposal_to_award(made, there):
    with pytest.raises(Conflict, match="round"):
        award(made, there[2], {})


def test_only_the_neighbourhood_awards(made, there):
    for by in (factories.actor(Role.NEIGHBOURHOOD, area_code=OTHER_STREET), made.owners[0], factories.actor()):
        with pytest.raises(Forbidden):
            award(made, there[0], {there[1].id: ("other_price", "")}, by=by)
        with pytest.raises(Forbidden):
            awards.give_up(made.need, reason="too_dear", by=by, now=AFTER)


@pytest.mark.parametrize("at", ["invited", "proposed"])
def test_who_is_suspended_meanwhile_stays_readable_and_is_not_awarded(made, at):
    there = asked(made, 2)
    if at == "invited":
        made.entries[0].state, made.entries[0].reason = EntryState.SUSPENDED, "grade"
    proposed(made, there, 1500, 1200)
    made.entries[0].state, made.entries[0].reason = EntryState.SUSPENDED, "grade"
    with pytest.raises(shortlists.NotListed):
        award(made, there[0], {there[1].id: ("other_price", "")})
    assert len(proposals.read(made.need, there, by=made.neighbour, now=AFTER)) == 2
    begun = award(made, there[1], {there[0].id: ("not_eligible", "")})
    assert begun.organisation_id == there[1].organisation_id


def test_a_free_proposal_is_free_and_a_paid_one_says_who_pays(made):
    there = asked(made, 1)
    proposed(made, there, 0)
    with pytest.raises(Invalid) as fault:
        award(made, there[0], {})
    assert (fault.value.field, fault.value.rule) == ("funding", "free")


def test_a_provider_that_was_not_asked_is_awarded_with_words_why(made, there):
    others = {each.id: ("other_experience", "") for each in there[:2]}
    with pytest.raises(Invalid) as fault:
        directly(made, made.ids[4], others, why=("experience", " "))
    assert fault.value.rule == "direct_empty"
    begun = directly(made, made.ids[4], others)
    invitation = invitations.get(begun.invitation_id, by=made.neighbour)
    assert (invitation.direct, invitation.outside, invitation.round) == (True, "去年做得好", 2)
    assert (invitation.state, begun.amount, begun.funding) == (InvitationState.AWARDED, 800, Funding.DONATION)
    assert {each.state for each in there[:2]} == {InvitationState.NOT_CHOSEN}


def test_one_of_the_answer_is_awarded_at_once_without_asking_anybody(made):
    begun = directly(made, made.ids[0], {}, now=NOW)
    invitation = invitations.get(begun.invitation_id, by=made.neighbour)
    assert (invitation.outside, invitation.line_id is None, made.need.round) == ("", False, 1)


def test_who_did_not_answer_in_time_can_be_awarded_directly(made, there):
    others = {each.id: ("other_experience", "") for each in there[:2]}
    begun = directly(made, made.ids[2], others)
    assert begun.organisation_id == there[2].organisation_id
    assert there[2].state is InvitationState.LAPSED


def test_who_proposed_is_not_passed_by(made, there):
    with pytest.raises(awards.HasProposed):
        directly(made, made.ids[0], {})


def test_a_provider_out_of_the_catalogue_is_not_awarded_directly(made):
    made.entries[4].state, made.entries[4].reason = EntryState.EXITED, "removed"
    with pytest.raises(shortlists.NotListed):
        directly(made, made.ids[4], {}, now=NOW)


def test_of_what_was_awarded_is_learned_once(made, there):
    confirmations.confirm(made.need.run, category="P-001", route="provider", by=made.neighbour, now=NOW)
    award(made, there[0], {there[1].id: ("other_price", "")})
    first, second = db.session.scalars(select(ConfirmedNeed).order_by(ConfirmedNeed.id))
    assert (first.withdrawn_at, first.organisation_id) == (AFTER, None)
    assert (second.organisation_id, second.external_id) == (there[0].organisation_id, made.need.run.public_id)
    again = confirmations.solved(
        made.need.run,
        category_id=made.need.category_id,
        route=made.need.route,
        organisation=there[0].organisation,
        by=made.neighbour,
        now=AFTER,
    )
    assert again is second


def test_of_a_need_that_its_provider_did_not_meet_nobody_is_learned(made, there):
    confirmations.confirm(made.need.run, category="P-001", route="provider", by=made.neighbour, now=NOW)
    begun = award(made, there[0], {there[1].id: ("other_price", "")})
    said = {"reason": "not_delivered", "note": "一次也没来"}
    terminations.terminate(begun, **said, drafted=None, by=made.neighbour, now=AFTER)
    learned = db.session.scalars(select(ConfirmedNeed).filter_by(withdrawn_at=None)).one()
    assert (learned.organisation_id, learned.category_id) == (None, made.need.category_id)
    assert learned.external_id == made.need.run.public_id


def test_work_awarded_after_its_proposed_start_begins_today_and_lasts_as_long(made, there):
    late = AFTER + timedelta(days=40)
    begun = award(made, there[0], {there[1].id: ("other_price", "")}, now=late)
    assert begun.starts_on == day_of(late) > said().starts_on
    assert begun.ends_on - begun.starts_on == said().ends_on - said().starts_on


def test_where_nobody_fits_the_need_is_unmet_and_all_are_told(made, there):
    awards.give_up(made.need, reason="too_dear", note="都超出预算", by=made.neighbour, now=AFTER)
    assert (made.need.state, made.need.reason, made.need.note) == (NeedState.UNMET, "too_dear", "都超出预算")
    assert [each.state for each in there] == [*[InvitationState.NOT_CHOSEN] * 2, InvitationState.LAPSED]
    assert [n.account_id for n in told("need_unmet")] == [owner.id for owner in made.owners[:2]]
    assert {(n.facts["reason"], n.facts["note"]) for n in told("need_unmet")} == {("too_dear", "都超出预算")}
    assert [n.account_id for n in told("invitation_lapsed")] == [made.owners[2].id]


def test_where_nobody_fits_the_reason_is_told_also_without_words(made, there):
    awards.give_up(made.need, reason="too_dear", by=made.neighbour, now=AFTER)
    assert [each.reason for each in there] == ["too_dear", "too_dear", ""]
    assert {n.facts["reason"] for n in told("need_unmet")} == {"too_dear"}
    assert "too_dear" in notices.REASONS


def test_given_up_before_the_deadline_all_who_wait_are_recalled_with_the_reason(made, there):
    awards.give_up(made.need, reason="nobody_fits", by=made.neighbour, now=NOW)
    assert {n.facts["reason"] for n in told("invitation_recalled")} == {"nobody_fits"}
    assert {each.state for each in there} == {InvitationState.RECALLED}
    assert len(told("invitation_recalled")) == 3


@pytest.mark.parametrize(("reason", "note", "rule"), [("rain", "", "unmet_unknown"), ("other", "", "other_empty")])
def test_giving_up_says_why(made, reason, note, rule):
    with pytest.raises(Invalid) as fault:
        awards.give_up(made.need, reason=reason, note=note, by=made.neighbour, now=NOW)
    assert fault.value.rule == rule


def test_a_need_that_opens_again_asks_in_a_new_round_and_keeps_what_was(made, there):
    begun = award(made, there[0], {there[1].id: ("other_price", "")})
    begun.state, begun.reason = "terminated", "other"
    needs.advance(made.need, "reopen", by=made.neighbour, now=AFTER)
    later = AFTER + timedelta(days=7)
    again = invitations.invite(made.need, {made.ids[1]: ""}, deadline=later, by=made.neighbour, now=AFTER)
    assert [each.round for each in again] == [2]
    assert {each.id for each in invitations.rounds(made.need)[1]} == {each.id for each in there}
    proposals.propose(again[0], said(1100), by=made.owners[1], now=AFTER)
    second = award(made, again[0], {}, now=AFTER)
    assert (second.amount, made.need.state) == (1100, NeedState.AWARDED)


def test_of_two_awards_at_once_one_wins_and_there_is_one_engagement(app):
    with transaction():
        made = town()
        there = asked(made, 2)
        proposed(made, there, 1500, 1200)
        ids, by = [each.id for each in there], made.neighbour
    db.session.remove()
    ready, outcomes = threading.Barrier(2), []

    def choose(mine, other):
        with app.app_context():
            try:
                ready.wait(timeout=10)
                with transaction():
                    invitation = invitations.get(mine, by=by)
                    why = {other: ("other_price", "")}
                    awards.award(invitation, funding=Funding.STREET_BUDGET, why=WHY, others=why, by=by, now=AFTER)
                outcomes.append("won")
            except Conflict as late:
                outcomes.append(type(late).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=choose, args=pair) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["NotAllowed", "won"]
    assert db.session.scalar(select(func.count(Engagement.id))) == 1
    states = set(db.session.scalars(select(invitations.Invitation.state)))
    assert states == {InvitationState.AWARDED, InvitationState.NOT_CHOSEN}


def test_what_was_awarded_is_not_awarded_again(made, there):
    award(made, there[0], {there[1].id: ("other_price", "")})
    with pytest.raises(NotAllowed, match="awarded"):
        award(made, there[1], {})
    with pytest.raises(NotAllowed):
        directly(made, made.ids[4], {})
    assert invitations.due(AFTER.date(), by=OPERATOR, now=AFTER) == {}
