from datetime import UTC, datetime, timedelta

import pytest

from directory.errors import Forbidden
from directory.operations import inquiries, invitations, undecided
from directory.policy import OPERATOR
from directory.rules.calendar import day_of
from directory.rules.work import InvitationState
from tests.factories import NOW
from tests.factories_rules import six
from tests.operations.choosing import DEADLINE, asked, proposed, told, town

DAY = timedelta(days=1)


@pytest.fixture
def made(app):
    return town()


def due(days, *, after=DEADLINE):
    """What a whole day's run does that many days after."""
    day = day_of(after) + days * DAY
    invitations.due(day, by=OPERATOR, now=six(day))
    return dict(undecided.due(day, by=OPERATOR, now=six(day)))


def test_a_round_that_can_be_read_is_recalled_after_three_days_and_after_ten(made):
    proposed(made, asked(made), 1000)
    found = [due(days) for days in range(14)]
    assert [days for days, each in enumerate(found) if each] == [3, 10]
    assert found[3] == found[10] == {"decide_due": 1}
    (first, second) = told("decide_due")
    assert (first.account_id, first.link) == (made.neighbour.id, f"/neighbourhood/needs/{made.need.id}/proposals")
    assert (first.facts, second.facts["days"]) == ({"need": "停车管理", "days": "3"}, "10")


def test_a_day_run_twice_recalls_once(made):
    proposed(made, asked(made), 1000)
    assert due(3) == {"decide_due": 1}
    assert due(3) == {}


def test_a_round_open_before_its_deadline_counts_from_the_last_answer(made):
    proposed(made, asked(made, 2), 1000, 1200)
    assert due(2, after=NOW) == {}
    assert due(3, after=NOW) == {"decide_due": 1}


def test_a_round_without_a_proposal_is_recalled_in_other_words(made):
    asked(made)
    assert [due(days) for days in (1, 3)] == [{}, {"empty_round_due": 1}]


def test_a_round_still_sealed_is_not_to_be_decided(made):
    proposed(made, asked(made), 1000)
    assert due(6, after=NOW) == {}


def test_what_is_decided_or_called_off_is_not_recalled(made):
    proposed(made, asked(made), 1000)
    due(1)
    invitations.reopen(made.need, reason="再想想", by=made.neighbour, now=six(day_of(DEADLINE) + DAY))
    assert due(3) == due(10) == {}


def test_the_next_round_is_recalled_anew(made):
    proposed(made, asked(made), 1000)
    due(3)
    invitations.reopen(made.need, reason="换一种做法", by=made.neighbour, now=six(day_of(DEADLINE) + 4 * DAY))
    later = DEADLINE + 10 * DAY
    invitations.invite(
        made.need, {made.ids[3]: "熟悉"}, deadline=later, by=made.neighbour, now=six(day_of(DEADLINE) + 4 * DAY)
    )
    assert due(3, after=later) == {"empty_round_due": 1}


def test_days_are_counted_over_the_leap_day(made):
    proposed(made, asked(made), 1000)
    made.need.deadline = datetime(2028, 2, 27, 4, 0, tzinfo=UTC)
    found = [due(days, after=made.need.deadline) for days in range(5)]
    assert found[3] == {"decide_due": 1}  # on 1 March
    assert [found[days] for days in (0, 1, 2, 4)] == [{}] * 4


def test_a_deadline_on_the_leap_day_is_recalled_the_day_before(made):
    there = asked(made)
    inquiries.ask(there[0], "有多少车位？", by=made.owners[0], now=NOW)
    made.need.deadline = datetime(2028, 2, 29, 4, 0, tzinfo=UTC)
    assert [due(days, after=made.need.deadline) for days in (-2, -1)] == [{}, {"inquiries_due": 1}]
    assert told("answer_due")[0].facts["until"] == "2028-02-29"


def test_questions_without_an_answer_are_recalled_the_day_before_the_deadline(made):
    there = asked(made)
    inquiries.ask(there[0], "有多少车位？", by=made.owners[0], now=NOW)
    second = inquiries.ask(there[1], "有没有地下车库？", by=made.owners[1], now=NOW)
    assert due(-2) == {}
    inquiries.answer(second, "没有。", by=made.neighbour, now=NOW)
    assert due(-1) == {"inquiries_due": 1}
    assert due(-1) == due(0) == {}
    (notice,) = told("inquiries_due")
    assert notice.facts == {"need": "停车管理", "until": "2026-11-30", "hour": "12:00", "number": "1"}


def test_where_everybody_has_answered_no_question_is_recalled(made):
    (only,) = asked(made, 1)
    inquiries.ask(only, "有多少车位？", by=made.owners[0], now=NOW)
    proposed(made, [only], 1000)
    assert only.state is InvitationState.PROPOSED
    assert "inquiries_due" not in due(-1)


def test_only_the_system_reminds(made):
    with pytest.raises(Forbidden):
        undecided.due(day_of(NOW), by=made.neighbour, now=NOW)
