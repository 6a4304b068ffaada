from datetime import timedelta

import pytest

from directory.db import db
from directory.errors import Forbidden, Invalid
from directory.models.invitation import Proposal
from directory.models.notice import Notice
from directory.operations import inquiries, invitations, proposals
from directory.operations.changes import Wrong
from directory.operations.proposals import AnswersOver, Sealed
from directory.rules.lifecycle import EntryState, NotAllowed
from directory.rules.roles import Role
from directory.rules.work import InvitationState
from tests import factories
from tests.factories import NOW, OTHER_STREET
from tests.operations.choosing import AFTER, DEADLINE, asked, deeds, proposed, said, told, town

SECOND = timedelta(seconds=1)


@pytest.fixture
def made(app):
    return town()


@pytest.fixture
def there(made):
    return asked(made, 3)


def read(made, there, by=None, now=NOW):
    return proposals.read(made.need, there, by=by or made.neighbour, now=now)


def test_a_proposal_is_kept_masked_and_can_be_changed_until_the_deadline(made, there):
    owner = made.owners[0]
    proposals.propose(there[0], said(1500, staff="找李老师 13800138000"), by=owner, now=NOW)
    changed = proposals.propose(there[0], said(1200), by=owner, now=DEADLINE)
    assert (changed.price, changed.staff, changed.sent_at, changed.changed_at) == (1200, "", NOW, DEADLINE)
    assert db.session.query(Proposal).count() == 1
    assert there[0].state is InvitationState.PROPOSED
    assert deeds(there[0]) == ["invitation:send", "invitation:propose", "invitation:propose"]


def test_phone_numbers_in_a_proposal_are_masked(made, there):
    kept = proposals.propose(there[0], said(plan="打 13800138000", staff="021-52001234"), by=made.owners[0], now=NOW)
    assert (kept.plan, kept.staff) == ("打 ［手机号］", "［电话］")


@pytest.mark.parametrize("late", [timedelta(microseconds=1), SECOND, timedelta(days=1)])
def test_after_the_deadline_nothing_is_answered_or_changed(made, there, late):
    owner = made.owners[0]
    proposals.propose(there[0], said(), by=owner, now=DEADLINE)
    for answer in (
        lambda: proposals.propose(there[0], said(900), by=owner, now=DEADLINE + late),
        lambda: proposals.propose(there[1], said(900), by=made.owners[1], now=DEADLINE + late),
        lambda: proposals.decline(there[1], reason="too_soon", by=made.owners[1], now=DEADLINE + late),
        lambda: inquiries.ask(there[1], "还能问吗", by=made.owners[1], now=DEADLINE + late),
    ):
        with pytest.raises(AnswersOver) as refused:
            answer()
        assert (refused.value.late, refused.value.deadline) == (True, DEADLINE)
    assert there[0].proposal.price == 1500


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"plan": " \n。"}, "plan", "plan_empty"),
        ({"plan": "字" * 5001}, "plan", "over_5000"),
        ({"staff": "字" * 2001}, "staff", "over_2000"),
        ({"price": -1}, "price", "range"),
        ({"price": 100_000_001}, "price", "range"),
        ({"starts_on": NOW.date() - timedelta(days=1)}, "starts_on", "past"),
        ({"ends_on": NOW.date()}, "ends_on", "order"),
        ({"ends_on": NOW.date().replace(year=2040)}, "ends_on", "too_far"),
    ],
)
def test_what_is_wrong_with_a_proposal_is_named(made, there, changed, field, rule):
    with pytest.raises(Wrong) as fault:
        proposals.propose(there[0], said(**changed), by=made.owners[0], now=NOW)
    assert [(each.field, each.rule) for each in fault.value.faults] == [(field, rule)]
    assert there[0].state is InvitationState.SENT


def test_only_who_was_asked_answers(made, there):
    stranger = made.owners[1]
    for act in (
        lambda by: proposals.propose(there[0], said(), by=by, now=NOW),
        lambda by: proposals.decline(there[0], reason="too_soon", by=by, now=NOW),
        lambda by: proposals.own(there[0], by=by),
        lambda by: inquiries.ask(there[0], "在哪里", by=by, now=NOW),
    ):
        for by in (stranger, made.neighbour, factories.actor(Role.DISTRICT)):
            with pytest.raises(Forbidden):
                act(by)


def test_before_the_deadline_nobody_who_chooses_or_watches_reads_a_proposal(made, there):
    proposed(made, there, 1000)
    watchers = [made.neighbour, factories.actor(Role.DISTRICT), factories.actor(Role.AUDITOR)]
    for by in watchers:
        with pytest.raises(Sealed):
            read(made, there, by=by, now=DEADLINE)
        assert [p.price for p in read(made, there, by=by, now=DEADLINE + SECOND).values()] == [1000]
    with pytest.raises(Forbidden):
        read(made, there, by=factories.actor(Role.NEIGHBOURHOOD, area_code=OTHER_STREET), now=AFTER)
    assert proposals.own(there[0], by=made.owners[0]).price == 1000


def test_no_notice_carries_what_was_proposed(made, there):
    proposals.propose(there[0], said(7777, plan="秘密的办法"), by=made.owners[0], now=NOW)
    db.session.flush()
    for notice in db.session.query(Notice):
        assert "7777" not in str(notice.facts)
        assert "秘密" not in str(notice.facts)


def test_once_everybody_answered_the_round_is_open_and_nothing_changes_any_more(made, there):
    proposed(made, there, 1000, 1200)
    assert told("all_answered") == []
    proposals.decline(there[2], reason="no_capacity", by=made.owners[2], now=NOW)
    (notice,) = told("all_answered")
    assert notice.account_id == made.neighbour.id
    assert told("invitation_declined") == []
    assert sorted(p.price for p in read(made, there).values()) == [1000, 1200]
    with pytest.raises(AnswersOver) as refused:
        proposals.propose(there[0], said(900), by=made.owners[0], now=NOW)
    assert not refused.value.late


def test_a_provider_declines_with_a_reason_also_after_a_proposal(made, there):
    proposed(made, there, 1000)
    proposals.decline(there[0], reason="other", note="人手调走了", by=made.owners[0], now=NOW)
    assert (there[0].state, there[0].reason, there[0].note) == (InvitationState.DECLINED, "other", "人手调走了")
    assert [n.facts["organisation"] for n in told("invitation_declined")] == [there[0].organisation.name]
    assert read(made, there, now=AFTER) == {}
    with pytest.raises(NotAllowed, match="declined"):
        proposals.propose(there[0], said(), by=made.owners[0], now=NOW)


@pytest.mark.parametrize(
    ("reason", "note", "rule"),
    [
        ("", "", "decline_unknown"),
        ("rain", "", "decline_unknown"),
        ("other", " ", "other_empty"),
        ("too_soon", "字" * 501, "too_long"),
    ],
)
def test_a_reason_to_decline_must_be_one(made, there, reason, note, rule):
    with pytest.raises(Invalid) as fault:
        proposals.decline(there[0], reason=reason, note=note, by=made.owners[0], now=NOW)
    assert fault.value.rule == rule


def test_where_all_decline_the_neighbourhood_is_told_that_nobody_comes(made):
    there = asked(made, 1)
    proposals.decline(there[0], reason="too_soon", by=made.owners[0], now=NOW)
    assert (len(told("all_declined")), told("all_answered")) == (1, [])


def test_a_suspended_provider_can_still_answer(made, there):
    made.entries[0].state, made.entries[0].reason = EntryState.SUSPENDED, "grade"
    proposals.propose(there[0], said(), by=made.owners[0], now=NOW)
    assert there[0].state is InvitationState.PROPOSED


def test_what_was_called_off_stays_sealed(made, there):
    proposed(made, there, 1000)
    invitations.reopen(made.need, reason="换做法", by=made.neighbour, now=NOW)
    assert read(made, invitations.rounds(made.need)[1], now=AFTER) == {}


def test_a_question_is_masked_and_told_to_the_neighbourhood_not_who_asked(made, there):
    question = inquiries.ask(there[0], "车位有几个？我是 13800138000", by=made.owners[0], now=NOW)
    assert question.text == "车位有几个？我是 ［手机号］"
    (notice,) = told("question_asked")
    assert notice.account_id == made.neighbour.id
    assert there[0].organisation.name not in str(notice.facts)


def test_who_is_not_chosen_yet_learns_no_door_from_an_answer_or_a_reason(made, there):
    question = inquiries.ask(there[0], "住哪里？", by=made.owners[0], now=NOW)
    inquiries.answer(question, "住1288弄5号302室", by=made.neighbour, now=NOW)
    assert question.answer == "住＊＊＊"
    invitations.reopen(made.need, reason="5号楼302室的老人不要了", by=made.neighbour, now=NOW)
    assert there[0].note == "＊＊＊的老人不要了"


def test_an_answer_is_told_to_all_who_wait_and_can_be_put_right(made, there):
    question = inquiries.ask(there[0], "车位有几个？", by=made.owners[0], now=NOW)
    proposals.decline(there[2], reason="too_soon", by=made.owners[2], now=NOW)
    inquiries.answer(question, "四十个", by=made.neighbour, now=NOW)
    assert [n.account_id for n in told("question_answered")] == [owner.id for owner in made.owners[:2]]
    inquiries.answer(question, "四十二个", by=made.neighbour, now=NOW)
    assert [each.answer for each in inquiries.of(made.need)] == ["四十二个"]


@pytest.mark.parametrize(("text", "rule"), [("  ？", "question_empty"), ("问" * 501, "question_long")])
def test_a_question_has_words_and_not_too_many(made, there, text, rule):
    with pytest.raises(Invalid) as fault:
        inquiries.ask(there[0], text, by=made.owners[0], now=NOW)
    assert fault.value.rule == rule


def test_a_provider_asks_ten_times_at_most(made, there):
    for number in range(inquiries.MOST):
        inquiries.ask(there[0], f"问题{number}", by=made.owners[0], now=NOW)
    with pytest.raises(inquiries.AskedEnough):
        inquiries.ask(there[0], "再问", by=made.owners[0], now=NOW)
    inquiries.ask(there[1], "别家还能问", by=made.owners[1], now=NOW)


def test_only_the_neighbourhood_answers_and_only_while_it_asks(made, there):
    question = inquiries.ask(there[0], "车位有几个？", by=made.owners[0], now=NOW)
    with pytest.raises(Forbidden):
        inquiries.answer(question, "x", by=made.owners[1], now=NOW)
    with pytest.raises(Forbidden):
        inquiries.get(question.id, by=factories.actor(Role.NEIGHBOURHOOD, area_code=OTHER_STREET))
    invitations.reopen(made.need, reason="换做法", by=made.neighbour, now=NOW)
    with pytest.raises(NotAllowed):
        inquiries.answer(question, "四十个", by=made.neighbour, now=NOW)
