"""The needs, work and reviews of the demo stand as the operations would have left them, whenever they are loaded."""

import json
import shutil
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from directory import audit
from directory.cli.seeds import FOLDER
from directory.db import db, transaction
from directory.errors import Forbidden
from directory.models.account import Account
from directory.models.audit import AuditEvent
from directory.models.engagement import Engagement, ServiceRecord
from directory.models.invitation import Invitation
from directory.models.need import Joining, Need
from directory.models.reputation import CategoryReputation, Reputation
from directory.models.review import Review
from directory.models.service import Entry
from directory.operations import demo, demo_work, notices, parameters, recounting
from directory.policy import OPERATOR, VISITOR
from directory.rules.calendar import day_of
from directory.rules.engagements import Side
from directory.rules.roles import Role
from directory.rules.work import EngagementState, MilestoneState, NeedState, ReviewState
from tests.conftest import app_in
from tests.factories import NOW

ROWS = json.loads((FOLDER / "demo" / "work.json").read_text("utf-8"))


def load(app, now=NOW, rows=ROWS):
    with transaction(announce=False):
        return demo_work.load(rows, engine=app.extensions["engine"], by=OPERATOR, now=now)


@pytest.fixture(scope="module")
def _worked(seeded_instance, tmp_path_factory):
    folder = tmp_path_factory.mktemp("worked") / "instance"
    shutil.copytree(seeded_instance, folder)
    app = app_in(folder)
    with app.app_context():
        done = load(app)
        db.session.remove()
    yield app, done
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def worked(_worked):
    """The app with the demo's work, shared by the tests here: change nothing."""
    with _worked[0].app_context():
        yield _worked[0]
        db.session.remove()


@pytest.fixture
def loaded(_worked):
    return _worked[1]


def every(kind):
    return list(db.session.scalars(select(kind).order_by(kind.id)))


def test_it_says_how_much_came_in_and_nothing_comes_twice(loaded, worked):
    assert loaded == {"needs": 60, "engagements": 40, "reviews": 58}
    events = db.session.scalar(select(func.count(AuditEvent.id)))
    assert load(worked, NOW + timedelta(days=3)) == {"needs": 0, "engagements": 0, "reviews": 0}
    assert db.session.scalar(select(func.count(AuditEvent.id))) == events
    assert list(audit.broken()) == []


def test_nobody_but_the_operator_loads_it(worked):
    with pytest.raises(Forbidden):
        demo_work.load(ROWS, engine=worked.extensions["engine"], by=VISITOR, now=NOW)


def test_there_is_work_in_every_state_and_needs_in_every_state_but_drafts(worked):
    assert {each.state for each in every(Engagement)} == set(EngagementState)
    assert {each.state for each in every(Need)} == set(NeedState) - {NeedState.DRAFT}
    assert {each.state for each in every(Review)} == set(ReviewState)
    assert len({need.category_id for need in every(Need)}) >= 20


def test_every_need_says_that_it_is_invented_and_asked_without_saying_so(worked):
    for need in every(Need):
        assert need.text.endswith("（示例）")
        assert need.said == f"{need.run.question.text}（示例）"


def test_a_need_and_its_work_tell_the_same(worked):
    expected = {
        EngagementState.AGREED: {NeedState.AWARDED},
        EngagementState.RUNNING: {NeedState.IN_SERVICE},
        EngagementState.DELIVERED: {NeedState.IN_SERVICE},
        EngagementState.SIGNED_OFF: {NeedState.COMPLETED, NeedState.CLOSED},
        EngagementState.TERMINATED: {NeedState.OPEN},
    }
    for engagement in every(Engagement):
        if engagement.need is not None:
            assert engagement.need.state in expected[engagement.state]
            assert engagement.need.area_code == engagement.area_code
            assert engagement.need.category_id == engagement.category_id
        accepted = [each.state is MilestoneState.ACCEPTED for each in engagement.milestones]
        assert sum(each.share for each in engagement.milestones) == 100
        assert all(accepted) is (engagement.state is EngagementState.SIGNED_OFF)
        assert (engagement.signed_off_at is not None) is (engagement.state is EngagementState.SIGNED_OFF)


def test_whoever_was_asked_was_in_the_answer(worked):
    for invitation in every(Invitation):
        line = invitation.need.run.lines
        assert invitation.line_id in {each.id for each in line if each.rank and each.entry_id == invitation.entry_id}


def test_who_does_the_work_was_eligible_and_serves_the_street(worked):
    for engagement in every(Engagement):
        street = engagement.area_code.rpartition("-")[0]
        assert {street, "310105"} & set(engagement.version.areas)
        entry = db.session.get_one(Entry, engagement.entry_id)
        assert (entry.state, entry.service.organisation.is_demo) == ("listed", True)


def test_nothing_that_is_done_lies_in_the_future_and_what_waits_does(worked):
    for review in every(Review):
        assert review.created_at <= (review.published_at or NOW) <= NOW
    for record in every(ServiceRecord):
        assert record.on <= day_of(NOW)
        assert record.created_at >= record.engagement.created_at
    waiting = [need for need in every(Need) if need.state is NeedState.SHORTLISTED]
    assert sum(need.deadline > NOW for need in waiting) == 4
    assert max(each.at for each in every(AuditEvent)) <= NOW + timedelta(minutes=5)  # loading takes its time
    assert all(need.since <= NOW for need in every(Need))


def test_one_review_waits_sealed_and_one_was_taken_down(worked):
    sealed = [each for each in every(Review) if each.state is ReviewState.SEALED]
    assert [(each.side, each.nth, each.published_at) for each in sealed] == [(Side.NEIGHBOURHOOD, None, None)]
    assert (NOW - sealed[0].created_at).days < parameters.in_force().periods.sealed_days
    hidden = [each for each in every(Review) if each.state is ReviewState.HIDDEN]
    assert [bool(each.reason) for each in hidden] == [True]


def test_the_sums_are_those_of_the_reviews_and_the_finished_work(worked):
    counts, totals = Counter(), Counter()
    for review in every(Review):
        if review.side is Side.NEIGHBOURHOOD and review.state is ReviewState.PUBLISHED:
            pair = review.organisation_id, review.category_id
            points = (review.professional, review.timely, review.effective, review.communication, review.orderly)
            counts[pair] += 1
            totals[pair] += Decimal(sum(points)) / 5
    done = Counter(
        (each.organisation_id, each.category_id)
        for each in every(Engagement)
        if each.state is EngagementState.SIGNED_OFF
    )
    kept = {(each.organisation_id, each.category_id): each for each in db.session.scalars(select(Reputation))}
    assert {pair: row.reviews for pair, row in kept.items() if row.reviews} == counts
    assert {pair: row.total for pair, row in kept.items() if row.reviews} == totals
    assert {pair: row.finished for pair, row in kept.items() if row.finished} == done
    assert [each for each in recounting.differences() if "served" in each] == []
    for whole in db.session.scalars(select(CategoryReputation)):
        parts = [row for (_, category), row in kept.items() if category == whole.category_id]
        assert whole.weight == pytest.approx(sum(row.weight for row in parts))
        assert whole.reviews == sum(row.reviews for row in parts)
    shown = [row for row in kept.values() if row.reviews >= parameters.in_force().reputation.least_reviews]
    assert len(shown) >= 4
    assert len(kept) - len(shown) >= 8


def test_a_second_review_of_a_pair_has_the_second_place(worked):
    places = Counter(each.nth for each in every(Review))
    assert places[1] > 20
    assert places[2] == 1


def test_a_free_legal_corner_has_taken_three_hundred_cases(worked):
    corner = next(each for each in every(Engagement) if "法律角" in each.title)
    records = [each for each in every(ServiceRecord) if each.engagement_id == corner.id]
    assert (corner.amount, corner.funding) == (0, "free")
    assert (sum(each.cases for each in records), sum(each.people for each in records)) == (300, 860)


def test_five_neighbourhoods_of_three_streets_can_be_tried_and_one_need_has_them_all(worked):
    people = [each for each in demo.accounts() if each.role is Role.NEIGHBOURHOOD]
    assert len({each.area_code for each in people}) == len(people) == 5
    assert len({each.area_code.rpartition("-")[0] for each in people}) == 3
    joined = Counter(each.need_id for each in every(Joining))
    assert max(joined.values()) == 4
    assert all(need.joined == joined[need.id] for need in every(Need))


def test_those_who_only_stand_in_the_demos_past_cannot_sign_in_and_are_told_nothing(worked):
    clerks = list(db.session.scalars(select(Account).where(Account.is_demo, ~Account.active)))
    assert len(clerks) > 10
    assert {each.password for each in clerks} == {None}
    assert not {each.id for each in clerks} & {each.id for each in demo.accounts()}
    assert notices.keepers(clerks[0].organisation_id) == []


def test_loaded_on_another_day_its_deadlines_are_as_far_away(seeded_instance, tmp_path):
    folder = tmp_path / "instance"
    shutil.copytree(seeded_instance, folder)
    app, later = app_in(folder), NOW + timedelta(days=100)
    with app.app_context():
        assert load(app, later, ROWS[-20:])["needs"] == 20
        deadlines = [need.deadline for need in every(Need) if need.state is NeedState.SHORTLISTED]
        assert sorted((each - later).days for each in deadlines) == [-1, 3, 4, 5, 6]
        db.session.remove()
        db.engine.dispose()
