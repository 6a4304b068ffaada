from datetime import timedelta

import pytest

from directory.errors import Forbidden, Invalid, NotFound
from directory.operations import invitations, needs, shortlists
from directory.operations.paging import PAGE
from directory.policy import OPERATOR
from directory.rules.lifecycle import EntryState, NotAllowed
from directory.rules.roles import Role
from directory.rules.work import InvitationState, NeedState
from tests import factories, factories_work
from tests.factories import NOW, OTHER_STREET
from tests.operations.choosing import AFTER, DEADLINE, asked, deeds, proposed, told, town


@pytest.fixture
def made(app):
    return town(7)


def invite(made, *numbers, now=NOW, by=None, deadline=None, outside="居民熟悉"):
    wanted = {made.ids[n]: outside for n in numbers}
    return invitations.invite(made.need, wanted, deadline=deadline, by=by or made.neighbour, now=now)


def test_the_first_ones_asked_open_a_round_with_a_deadline_and_are_told(made):
    first, *_ = asked(made)
    assert (made.need.state, made.need.round, made.need.deadline) == (NeedState.SHORTLISTED, 1, DEADLINE)
    assert (first.state, first.round, first.outside, first.line_id is None) == (InvitationState.SENT, 1, "", False)
    assert deeds(made.need) == ["need:invite"]
    assert deeds(first) == ["invitation:send"]
    notices = told("invited")
    assert [n.account_id for n in notices] == [owner.id for owner in made.owners[:3]]
    assert notices[0].link == f"/organisation/invitations/{first.id}"
    assert notices[0].facts == {"need": "停车管理", "until": "2026-11-30", "hour": "12:00"}


def test_who_is_not_in_the_answer_is_asked_with_a_reason(made):
    with pytest.raises(Invalid) as fault:
        invite(made, 0, 5, deadline=DEADLINE, outside="  ")
    assert (fault.value.field, fault.value.rule) == (f"outside_{made.ids[5]}", "outside_empty")
    inside, outside = invite(made, 0, 5, deadline=DEADLINE, outside="做过隔壁小区，找王老师 13800138000")
    assert inside.outside == ""
    assert (outside.line_id, outside.outside) == (None, "做过隔壁小区，找王老师 ［手机号］")


def test_more_are_asked_in_the_round_up_to_the_limit(made):
    asked(made, 3)
    invite(made, 3, 4)
    assert (made.need.round, len(invitations.in_round(made.need))) == (1, 5)
    with pytest.raises(invitations.TooMany, match="5"):
        invite(made, 5)


def test_no_more_than_the_limit_are_asked_at_once(made):
    with pytest.raises(invitations.TooMany):
        asked(made, 6)


def test_more_are_asked_only_while_they_have_time_to_answer(made):
    asked(made)
    invite(made, 3, now=DEADLINE - timedelta(hours=1))
    late = DEADLINE - timedelta(minutes=59)
    with pytest.raises(Invalid) as fault:
        invite(made, 4, now=late)
    assert (fault.value.field, fault.value.rule, fault.value.value) == ("entries", "deadline_near", "2026-11-30 12:00")
    assert len(invitations.in_round(made.need)) == 4
    invitations.extend(made.need, DEADLINE + timedelta(days=1), by=made.neighbour, now=late)
    invite(made, 4, now=late)


@pytest.mark.parametrize(
    ("after", "rule"),
    [(timedelta(minutes=59), "too_soon"), (timedelta(days=60, seconds=1), "too_late"), (None, "empty")],
)
def test_a_deadline_must_be_a_fair_one(made, after, rule):
    with pytest.raises(Invalid) as fault:
        asked(made, deadline=None if after is None else NOW + after)
    assert (fault.value.field, fault.value.rule) == ("deadline", rule)


def test_nobody_an_organisation_twice_and_nobody_at_all_are_refused(made):
    asked(made, 1)
    twin = factories.entry(made.entries[0].service.organisation, "P-015", name="清运")
    for wanted, rule in (
        ({}, "empty"),
        ({twin.id: "也做"}, "same_organisation"),
        ({made.ids[0]: ""}, "same_organisation"),
    ):
        with pytest.raises(Invalid) as fault:
            invitations.invite(made.need, wanted, by=made.neighbour, now=NOW)
        assert fault.value.rule == rule
    with pytest.raises(NotFound):
        invitations.invite(made.need, {999_999: "x"}, by=made.neighbour, now=NOW)


def test_a_suspended_one_is_refused_and_named_with_the_reason(made):
    entry = made.entries[1]
    entry.state, entry.reason = EntryState.SUSPENDED, "grade"
    with pytest.raises(shortlists.NotListed) as refused:
        asked(made)
    assert (refused.value.name, refused.value.reason) == (entry.service.organisation.name, "grade")


def test_nobody_else_invites_extends_or_calls_off(made):
    stranger = factories.actor(Role.NEIGHBOURHOOD, area_code=OTHER_STREET)
    with pytest.raises(Forbidden):
        invite(made, 0, deadline=DEADLINE, by=stranger)
    asked(made)
    with pytest.raises(Forbidden):
        invitations.extend(made.need, AFTER, by=stranger, now=NOW)
    with pytest.raises(Forbidden):
        invitations.reopen(made.need, reason="x", by=stranger, now=NOW)


def test_a_deadline_only_moves_later_and_all_who_were_asked_are_told(made):
    asked(made)
    for wrong, rule in ((DEADLINE, "not_later"), (DEADLINE - timedelta(days=1), "not_later"), (NOW, "too_soon")):
        with pytest.raises(Invalid) as fault:
            invitations.extend(made.need, wrong, by=made.neighbour, now=NOW)
        assert fault.value.rule == rule
    later = DEADLINE + timedelta(days=3)
    invitations.extend(made.need, later, by=made.neighbour, now=NOW)
    assert made.need.deadline == later
    assert [n.facts["until"] for n in told("deadline_extended")] == ["2026-12-03"] * 3
    assert deeds(made.need)[-1] == "need:extend"


def test_once_proposals_may_be_read_nobody_is_added_and_no_time_is_given(made):
    made_of = asked(made, 2)
    proposed(made, made_of, 1000, 1200)  # everybody answered
    for at in (NOW, AFTER):
        with pytest.raises(invitations.Opened):
            invite(made, 3, now=at)
        with pytest.raises(invitations.Opened):
            invitations.extend(made.need, AFTER + timedelta(days=2), by=made.neighbour, now=at)


def test_a_round_called_off_leaves_the_need_open_for_another(made):
    there = asked(made, 3)
    proposed(made, there, 1000)
    invitations.reopen(made.need, reason="要换一种做法", by=made.neighbour, now=NOW)
    assert (made.need.state, made.need.deadline, made.need.round) == (NeedState.OPEN, None, 1)
    assert {each.state for each in there} == {InvitationState.RECALLED}
    assert len(told("invitation_recalled")) == 3
    again = invite(made, 0, 5, deadline=DEADLINE)
    assert (made.need.round, [each.round for each in again]) == (2, [2, 2])
    assert [each.round for each in invitations.rounds(made.need)[1]] == [1, 1, 1]


def test_a_need_taken_back_recalls_those_who_wait(made):
    sent, answered, declined = asked(made, 3)
    proposed(made, [answered], 1000)
    factories_work.need()
    declined.state, declined.reason = InvitationState.DECLINED, "other"
    invitations.recall_all(made.need, by=made.neighbour, now=NOW)
    needs.advance(made.need, "withdraw", by=made.neighbour, now=NOW, reason="solved")
    assert [each.state for each in (sent, answered)] == [InvitationState.RECALLED] * 2
    assert declined.state is InvitationState.DECLINED


@pytest.mark.parametrize("state", [NeedState.AWARDED, NeedState.IN_SERVICE, NeedState.CLOSED])
def test_what_is_decided_asks_nobody(made, state):
    need = factories_work.need(state=state, round=1, deadline=DEADLINE)
    with pytest.raises(NotAllowed):
        invitations.invite(need, {made.ids[0]: "x"}, deadline=DEADLINE, by=made.neighbour, now=NOW)
    for step in (
        lambda: invitations.extend(need, AFTER, by=made.neighbour, now=NOW),
        lambda: invitations.reopen(need, reason="x", by=made.neighbour, now=NOW),
    ):
        with pytest.raises(NotAllowed, match=state):
            step()


def test_an_organisation_lists_its_own_by_state_and_page(made):
    mine, owner = made.entries[0], made.owners[0]
    for _ in range(PAGE + 2):
        factories_work.invitation(factories_work.need(state=NeedState.SHORTLISTED), mine)
    factories_work.invitation(factories_work.need(state=NeedState.SHORTLISTED), mine, state=InvitationState.DECLINED)
    organisation = mine.service.organisation
    first = invitations.of(organisation, by=owner)
    assert (first.total, first.pages, first.rows[0].state) == (PAGE + 3, 2, InvitationState.DECLINED)
    assert len(invitations.of(organisation, state=InvitationState.SENT, page=2, by=owner).rows) == 2
    with pytest.raises(Forbidden):
        invitations.of(organisation, by=made.owners[1])
    with pytest.raises(Forbidden):
        invitations.get(first.rows[0].id, by=made.owners[1])


def due(at):
    return invitations.due(at.date(), by=OPERATOR, now=at)


def test_past_the_deadline_invitations_lapse_and_the_neighbourhood_is_told_once(made):
    there = asked(made, 3)
    proposed(made, there, 1000)
    assert due(DEADLINE) == {}
    assert due(AFTER) == {"lapsed": 2}
    assert [each.state for each in there[1:]] == [InvitationState.LAPSED] * 2
    assert len(told("invitation_lapsed")) == 2
    (notice,) = told("proposals_open")
    assert (notice.account_id, notice.link) == (made.neighbour.id, f"/neighbourhood/needs/{made.need.id}/proposals")
    assert due(AFTER + timedelta(days=1)) == {}


def test_where_nobody_proposed_the_neighbourhood_is_told_so(made):
    asked(made, 2)
    due(AFTER)
    assert (len(told("nobody_answered")), told("proposals_open")) == (1, [])


def test_those_who_have_not_answered_are_reminded_the_day_before_and_once_for_a_deadline(made):
    there = asked(made, 2)
    proposed(made, there, 1000)
    eve = DEADLINE - timedelta(days=1)
    assert due(eve - timedelta(days=1)) == {}
    assert due(eve) == {"asked_again": 1}
    due(eve)
    assert [n.account_id for n in told("answer_due")] == [made.owners[1].id]
    invitations.extend(made.need, DEADLINE + timedelta(days=5), by=made.neighbour, now=eve)
    assert due(DEADLINE) == {}
    due(DEADLINE + timedelta(days=4))
    assert len(told("answer_due")) == 2


def test_what_was_sent_after_a_day_is_left_to_the_next(made):
    asked(made, 2, deadline=NOW + timedelta(hours=20))
    assert due(NOW - timedelta(hours=6)) == {}
