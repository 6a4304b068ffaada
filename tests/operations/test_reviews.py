"""Reviews by the two parties: who may write, until when, and that nobody reads one before the other is in."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from directory.db import db
from directory.errors import Forbidden, Invalid
from directory.models.audit import AuditEvent
from directory.models.notice import Notice
from directory.models.parameters import Parameters
from directory.models.reputation import Reputation
from directory.models.review import DIMENSIONS, Review
from directory.operations import engagements, reviews
from directory.operations.reviews import NoReview
from directory.policy import OPERATOR, Actor
from directory.rules.calendar import day_of
from directory.rules.engagements import Side
from directory.rules.lifecycle import NotAllowed
from directory.rules.roles import Role
from directory.rules.work import EngagementState, ReviewState
from tests import factories, factories_work
from tests.factories import NEIGHBOURHOOD

FOUR = dict.fromkeys(DIMENSIONS, 4)


@pytest.fixture
def work(app):
    """Work signed off today, in its own neighbourhood."""
    factories.taxonomy()
    return factories_work.engagement(factories.entry(factories.organisation()), state=EngagementState.SIGNED_OFF)


@pytest.fixture
def committee(work):
    account = factories_work.neighbour()
    return Actor(account.id, account.role, None, account.area_code)


@pytest.fixture
def provider(work):
    return factories.actor(Role.OWNER, organisation_id=work.organisation_id)


def write(work, by, now, marks=FOUR, text="说到做到。"):
    return reviews.write(engagements.get(work.id, by=by), marks=marks, text=text, by=by, now=now)


def standing(work, by, now):
    return reviews.standing(work, by=by, on=day_of(now))


def told(kind):
    return list(db.session.scalars(select(Notice).filter_by(kind=kind)))


def test_the_first_review_is_sealed_and_the_other_side_is_told_until_when(work, committee, provider, now):
    review = write(work, committee, now)
    assert (review.state, review.side, review.published_at) == (ReviewState.SEALED, Side.NEIGHBOURHOOD, None)
    (notice,) = told("review_in")
    assert (notice.account_id, notice.link) == (provider.id, f"/engagements/{work.id}/review")
    assert notice.facts["until"] == "2026-12-06"  # on the 7th it is published
    assert "说到做到" not in str(notice.facts)
    events = db.session.scalars(select(AuditEvent.event)).all()
    assert events == ["review:write"]


def test_a_sealed_review_is_seen_by_its_own_side_only(work, committee, provider, now):
    review = write(work, committee, now)
    mine, theirs = standing(work, committee, now), standing(work, provider, now)
    assert (mine.mine, mine.theirs, mine.why_not, mine.waiting) == (review, None, "written", False)
    assert (theirs.mine, theirs.theirs, theirs.why_not, theirs.waiting) == (None, None, "", True)
    for role in (Role.DISTRICT, Role.AUDITOR):
        seen = standing(work, factories.actor(role), now)
        assert (seen.side, seen.mine, seen.theirs) == (None, None, None)


def test_when_both_are_in_both_are_published_at_once_and_both_sides_told(work, committee, provider, now):
    first = write(work, committee, now)
    second = write(work, provider, now + timedelta(days=2))
    assert {first.state, second.state} == {ReviewState.PUBLISHED}
    assert first.published_at == second.published_at == now + timedelta(days=2)
    assert (first.nth, second.nth) == (1, None)
    assert {notice.account_id for notice in told("reviews_published")} == {committee.id, provider.id}
    assert db.session.scalars(select(Reputation)).one().reviews == 1
    seen = standing(work, factories.actor(Role.DISTRICT), now)
    assert (seen.mine, seen.theirs) == (first, second)


def test_a_second_review_of_a_side_is_refused_whoever_of_it_writes(work, provider, now):
    write(work, provider, now)
    colleague = factories.actor(Role.EDITOR, organisation_id=work.organisation_id)
    for again in (provider, colleague):
        with pytest.raises(NoReview) as refused:
            write(work, again, now)
        assert (refused.value.why, refused.value.status) == ("written", 409)


@pytest.mark.parametrize("state", [state for state in EngagementState if state is not EngagementState.SIGNED_OFF])
def test_before_sign_off_the_refusal_names_both_states(app, now, state):
    factories.taxonomy()
    work = factories_work.engagement(factories.entry(factories.organisation()), state=state)
    provider = factories.actor(Role.OWNER, organisation_id=work.organisation_id)
    with pytest.raises(NotAllowed) as refused:
        write(work, provider, now)
    assert (refused.value.state, refused.value.sources) == (state, ("signed_off",))


@pytest.mark.parametrize("role", [Role.OWNER, Role.NEIGHBOURHOOD])
def test_a_party_of_another_engagement_is_refused(work, now, role):
    other = factories.organisation(2)
    by = (
        factories.actor(role, organisation_id=other.id)
        if role is Role.OWNER
        else factories.actor(role, area_code="310105-06-01")
    )
    with pytest.raises(Forbidden):
        write(work, by, now)
    with pytest.raises(Forbidden):
        reviews.write(work, marks=FOUR, text="", by=by, now=now)


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.AUDITOR, Role.STREET, Role.LEAD])
def test_nobody_but_the_parties_writes(work, now, role):
    with pytest.raises(Forbidden):
        reviews.write(work, marks=FOUR, text="", by=factories.actor(role), now=now)


def test_reviews_are_taken_until_the_last_day_ends_in_the_district(work, committee, provider, now):
    assert standing(work, committee, now).until == date(2027, 1, 22)
    write(work, committee, now + timedelta(days=60, hours=11))  # 23:00 there
    with pytest.raises(NoReview) as refused:
        write(work, provider, now + timedelta(days=60, hours=12))
    assert (refused.value.why, refused.value.until) == ("over", date(2027, 1, 22))


def test_once_one_is_published_the_other_side_has_missed_it(work, committee, provider, now):
    write(work, committee, now)
    reviews.due(date(2026, 12, 7), by=OPERATOR, now=now + timedelta(days=14))
    with pytest.raises(NoReview) as refused:
        write(work, provider, now + timedelta(days=14))
    assert refused.value.why == "published"
    assert standing(work, provider, now + timedelta(days=14)).why_not == "published"


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"marks": FOUR | {"timely": 0}}, ("timely", "mark")),
        ({"marks": FOUR | {"orderly": 6}}, ("orderly", "mark")),
        ({"marks": {k: v for k, v in FOUR.items() if k != "effective"}}, ("effective", "mark")),
        ({"text": "长" * 1001}, ("text", "review_long")),
    ],
)
def test_a_missing_mark_is_an_error_and_too_much_text_too(work, committee, now, changed, fault):
    with pytest.raises(Invalid) as refused:
        write(work, committee, now, **changed)
    assert (refused.value.field, refused.value.rule) == fault
    assert db.session.scalar(select(Review)) is None


def test_personal_data_is_masked_in_text_and_reply(work, committee, provider, now):
    review = write(work, committee, now, text="打13812345678找老王")
    write(work, provider, now)
    reviews.reply(review, text="我的证件310105194910010012", by=provider, now=now)
    assert (review.text, review.reply) == ("打［手机号］找老王", "我的证件［证件号］")


def test_a_door_is_masked_as_the_form_of_a_review_promises(work, committee, now):
    assert write(work, committee, now, text="3号楼502室王阿姨很满意").text == "＊＊＊王阿姨很满意"


def test_due_publishes_what_was_sealed_long_enough_and_tells_both(work, committee, provider, now):
    review = write(work, committee, now)
    day = date(2026, 12, 6)
    assert reviews.due(day, by=OPERATOR, now=now + timedelta(days=13))["reviews"] == 0
    assert review.state is ReviewState.SEALED
    done = [reviews.due(day + timedelta(days=1), by=OPERATOR, now=now + timedelta(days=14)) for _ in range(2)]
    assert [each["reviews"] for each in done] == [1, 0]
    assert (review.state, review.nth) == (ReviewState.PUBLISHED, 1)
    assert {notice.account_id for notice in told("review_published")} == {committee.id, provider.id}


def test_a_missed_week_is_as_day_by_day(work, committee, provider, now):
    write(work, committee, now)
    days = [reviews.due(date(2026, 12, 1) + timedelta(days=n), by=OPERATOR, now=now) for n in range(31)]
    assert [day["reviews"] for day in days] == [0] * 6 + [1] + [0] * 24
    assert [day["asked"] for day in days] == [1] + [0] * 30  # one has written, the other has until the 6th


def test_whoever_has_not_written_is_reminded_once_five_days_before_the_last(work, committee, provider, now):
    day = date(2027, 1, 17)
    done = [reviews.due(day + timedelta(days=n), by=OPERATOR, now=now)["asked"] for n in (-1, 0, 0, 1)]
    assert done == [0, 2, 2, 0]
    assert sorted(notice.account_id for notice in told("review_due")) == sorted([committee.id, provider.id])
    assert {notice.facts["until"] for notice in told("review_due")} == {"2027-01-22"}


def test_the_one_who_has_not_written_is_reminded_before_the_others_review_opens(work, committee, provider, now):
    write(work, committee, now)
    done = [reviews.due(date(2026, 12, day), by=OPERATOR, now=now)["asked"] for day in (1, 2)]
    assert done == [1, 0]
    (notice,) = told("review_due")
    assert (notice.account_id, notice.facts["until"]) == (provider.id, "2026-12-06")
    assert standing(work, provider, now).until == date(2026, 12, 6)
    assert standing(work, committee, now).until == date(2027, 1, 22)


def test_a_shorter_time_for_reviews_counts_for_work_signed_off_after_it_only(work, committee, now):
    latest = db.session.scalars(select(Parameters)).one()
    shorter = latest.values | {"periods": {"review_days": 10}}
    db.session.add(Parameters(version=latest.version + 1, values=shorter, since=now))
    db.session.flush()
    assert standing(work, committee, now).until == date(2027, 1, 22)
    assert write(work, committee, now + timedelta(days=60)).state is ReviewState.SEALED


def test_only_the_operator_does_what_is_due(work, committee, now):
    with pytest.raises(Forbidden):
        reviews.due(day_of(now), by=committee, now=now)


def test_the_rated_side_replies_once(work, committee, provider, now):
    review = write(work, committee, now)
    with pytest.raises(NotAllowed):
        reviews.reply(review, text="谢谢", by=provider, now=now)
    write(work, provider, now)
    with pytest.raises(Forbidden):
        reviews.reply(review, text="自己回自己", by=committee, now=now)
    for text, rule in ((" ", "review_empty"), ("长" * 601, "review_long")):
        with pytest.raises(Invalid) as refused:
            reviews.reply(review, text=text, by=provider, now=now)
        assert refused.value.rule == rule
    assert standing(work, provider, now).may_reply
    reviews.reply(review, text="谢谢，下次更早到。", by=provider, now=now)
    assert [notice.account_id for notice in told("review_replied")] == [committee.id]
    assert not standing(work, provider, now).may_reply
    with pytest.raises(NoReview) as refused:
        reviews.reply(review, text="还有一句", by=provider, now=now)
    assert refused.value.why == "replied"


def test_both_sides_are_asked_when_work_is_signed_off(work, committee, provider, now):
    reviews.ask(work, now=now)
    assert {notice.account_id for notice in told("review_open")} == {committee.id, provider.id}


def test_nobody_reads_how_reviews_of_others_work_stand(work, now):
    with pytest.raises(Forbidden):
        standing(work, factories.actor(Role.NEIGHBOURHOOD, area_code="310105-06-01"), now)
    assert work.area_code == NEIGHBOURHOOD
