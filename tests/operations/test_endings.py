from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.errors import Forbidden, Invalid
from directory.models.invitation import Invitation
from directory.models.need import Need
from directory.models.notice import Notice
from directory.models.service import Entry
from directory.operations import endings, needs
from directory.operations.endings import NotElsewhere
from directory.policy import OPERATOR
from directory.rules.calendar import day_of
from directory.rules.engagements import Side
from directory.rules.lifecycle import NotAllowed
from directory.rules.needs import UNMET, WITHDRAWALS
from directory.rules.roles import Role
from directory.rules.routes import Route
from directory.rules.work import NEEDS, EngagementState, InvitationState, NeedState, ReviewState
from tests import factories, factories_work
from tests.factories import NOW, OTHER_STREET
from tests.operations.posting import act, neighbour

DAY = timedelta(days=1)


@pytest.fixture
def by(made):
    with transaction():
        return neighbour()


def need(state=NeedState.OPEN, **more):
    with transaction():
        return factories_work.need(state=state, **({"reason": "other"} | more)).id


def draft(since=NOW):
    """Written, and nothing said of what it is."""
    need_id = need(NeedState.DRAFT, since=since)
    with transaction():
        found = db.session.get_one(Need, need_id)
        found.category = found.route = None
    return need_id


def told(kind):
    db.session.rollback()
    rows = db.session.execute(select(Notice.account_id, Notice.link).filter_by(kind=kind).order_by(Notice.id))
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("reason", WITHDRAWALS)
def test_a_need_is_taken_back_with_a_reason_and_those_who_joined_can_go_on(by, reason):
    need_id = need()
    with transaction():
        joining = factories_work.joining(db.session.get(Need, need_id), OTHER_STREET)
        joined = joining.account_id
    act(endings.withdraw, need_id, reason=reason, note="打13812345678问过，3号楼502室已经装好", by=by)
    found = needs.get(need_id, by=by)
    assert (found.state, found.reason) == (NeedState.WITHDRAWN, reason)
    assert found.note == "打［手机号］问过，＊＊＊已经装好"
    assert told("need_withdrawn") == [(joined, f"/needs/{need_id}")]


@pytest.mark.parametrize("reason", UNMET)
def test_what_nobody_meets_can_be_tried_again(by, reason):
    need_id = need(NeedState.UNMET)
    with transaction():
        db.session.get(Need, need_id).reason = reason
    act(endings.reopen, need_id, drafted=None, by=by)
    found = needs.get(need_id, by=by)
    assert (found.state, found.reason) == (NeedState.OPEN, "")


def test_whoever_was_asked_need_not_wait_any_more(by, made):
    need_id = need(NeedState.SHORTLISTED)
    with transaction():
        found, entries = db.session.get(Need, need_id), [db.session.get(Entry, entry_id) for entry_id in made]
        owner = factories.account(Role.OWNER, organisation_id=entries[0].service.organisation_id).id
        first = factories_work.invitation(found, entries[0]).id
        for entry, state in zip(entries[1:], (InvitationState.PROPOSED, InvitationState.DECLINED), strict=True):
            factories_work.invitation(found, entry, state=state)
    act(endings.withdraw, need_id, reason="solved", by=by)
    states = db.session.scalars(select(Invitation.state).order_by(Invitation.id)).all()
    assert states == [InvitationState.RECALLED, InvitationState.RECALLED, InvitationState.DECLINED]
    assert told("invitation_recalled") == [(owner, f"/organisation/invitations/{first}")]
    facts = db.session.scalars(select(Notice.facts).filter_by(kind="invitation_recalled")).one()
    assert facts["reason"] == "solved"


def test_what_went_to_an_authority_is_closed_with_their_number_for_it(by):
    need_id = need(NeedState.DRAFT, route=Route.DEPARTMENT)
    act(endings.hand_off, need_id, note="工单 2026-118", by=by)
    found = needs.get(need_id, by=by)
    assert (found.state, found.reason, found.note) == (NeedState.CLOSED, "handed_off", "工单 2026-118")


def test_what_is_for_providers_is_not_handed_off(by):
    need_id = need()
    with pytest.raises(NotElsewhere):
        act(endings.hand_off, need_id, by=by)


STEPS = {
    "withdraw": (endings.withdraw, {"reason": "solved"}),
    "hand_off": (endings.hand_off, {}),
}


@pytest.mark.parametrize(
    ("step", "state"), [(s, state) for s in STEPS for state in NeedState if state not in NEEDS.steps[s][0]]
)
def test_a_step_from_a_wrong_state_names_both(by, step, state):
    need_id = need(state, route=Route.DEPARTMENT)
    act_of, more = STEPS[step]
    with pytest.raises(NotAllowed, match=f"cannot {step} from {state}, only from"):
        act(act_of, need_id, by=by, **more)
    assert needs.get(need_id, by=by).state is state


@pytest.mark.parametrize("state", sorted(set(NeedState) - {NeedState.UNMET}))
def test_only_what_nobody_met_is_reopened_here(by, state):
    need_id = need(state)
    with pytest.raises(NotAllowed, match=f"cannot reopen from {state}, only from unmet"):
        act(endings.reopen, need_id, drafted=None, by=by)


@pytest.mark.parametrize(
    ("step", "more", "field"),
    [
        (endings.withdraw, {"reason": "because"}, "reason"),
        (endings.withdraw, {"reason": "solved", "note": "长" * 501}, "note"),
    ],
)
def test_a_reason_is_one_of_those_known_and_a_note_has_an_end(by, step, more, field):
    need_id = need()
    with pytest.raises(Invalid) as refused:
        act(step, need_id, by=by, **more)
    assert refused.value.field == field
    assert needs.get(need_id, by=by).state is NeedState.OPEN


def test_nobody_else_ends_a_need(by):
    need_id = need(NeedState.UNMET)
    with transaction():
        district, other = factories.actor(Role.DISTRICT), neighbour(OTHER_STREET)
    for who in (district, other):
        with pytest.raises(Forbidden):
            act(endings.reopen, need_id, drafted=None, by=who)


def run(now):
    with transaction():
        return dict(endings.due(day_of(now), by=OPERATOR, now=now))


def completed(made, *, signed=NOW, reviews=()):
    with transaction():
        found = factories_work.need(state=NeedState.COMPLETED)
        work = factories_work.engagement(
            db.session.get(Entry, made[0]), need=found, state=EngagementState.SIGNED_OFF, signed_off_at=signed
        )
        for side, state in zip(Side, reviews, strict=False):
            reason = "abusive" if state is ReviewState.HIDDEN else ""
            factories_work.review(work, side, state=state, reason=reason)
        return found.id


PUBLISHED, HIDDEN, SEALED = ReviewState.PUBLISHED, ReviewState.HIDDEN, ReviewState.SEALED


@pytest.mark.parametrize(
    ("reviews", "days", "closed"),
    [
        ((), 1, False),
        ((PUBLISHED,), 1, False),
        ((PUBLISHED, SEALED), 1, False),
        ((PUBLISHED, PUBLISHED), 1, True),
        ((PUBLISHED, HIDDEN), 1, True),
        ((), 60, False),  # the last day
        ((), 61, True),
        ((PUBLISHED,), 61, True),
    ],
)
def test_what_is_done_is_closed_once_both_have_spoken_or_the_time_is_over(by, made, reviews, days, closed):
    need_id = completed(made, reviews=reviews)
    assert run(NOW + days * DAY) == ({"needs_closed": 1} if closed else {})
    assert run(NOW + days * DAY) == {}
    assert needs.get(need_id, by=by).state is (NeedState.CLOSED if closed else NeedState.COMPLETED)
    assert told("need_closed") == ([(by.id, f"/neighbourhood/needs/{need_id}")] if closed else [])


def test_a_draft_nobody_touched_for_a_month_is_taken_back(by):
    old, new = draft(), draft(NOW + DAY)
    assert run(NOW + 29 * DAY) == {}
    assert run(NOW + 30 * DAY) == {"drafts_lapsed": 1}
    assert run(NOW + 30 * DAY) == {}
    assert [needs.get(need_id, by=by).state for need_id in (old, new)] == [NeedState.WITHDRAWN, NeedState.DRAFT]
    assert told("draft_lapsed") == [(by.id, f"/neighbourhood/needs/{old}")]


@pytest.mark.parametrize("route", [Route.DEPARTMENT, Route.PROPERTY])
def test_what_was_confirmed_as_for_somebody_else_ends_as_handed_off_and_not_as_taken_back(by, route):
    confirmed = need(NeedState.DRAFT, route=route)
    assert run(NOW + 29 * DAY) == {}
    assert run(NOW + 30 * DAY) == {"needs_handed_off": 1}
    assert run(NOW + 31 * DAY) == {}
    found = needs.get(confirmed, by=by)
    assert (found.state, found.reason) == (NeedState.CLOSED, "handed_off")
    assert told("hand_off_assumed") == [(by.id, f"/neighbourhood/needs/{confirmed}")]
    assert told("draft_lapsed") == []


def test_a_missed_week_comes_to_the_same_as_day_by_day(by, made):
    drafts = [draft(NOW + place * DAY) for place in range(3)]
    done = completed(made, signed=NOW - 25 * DAY)
    counts = [run(NOW + (28 + place) * DAY) for place in range(7)]
    assert counts == [{}, {}, {"drafts_lapsed": 1}, {"drafts_lapsed": 1}, {"drafts_lapsed": 1}, {}, {}]
    states = {needs.get(each, by=by).state for each in drafts}
    assert states == {NeedState.WITHDRAWN}
    assert needs.get(done, by=by).state is NeedState.COMPLETED
    assert run(NOW + 36 * DAY) == {"needs_closed": 1}


def test_only_the_daily_run_does_what_is_due(by):
    with pytest.raises(Forbidden):
        endings.due(day_of(NOW), by=by, now=NOW)
