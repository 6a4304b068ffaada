"""The sums behind ratings, kept up review by review, against those made from scratch."""

import random
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, update

from directory.db import db, transaction
from directory.models.reputation import CategoryReputation, Reputation
from directory.models.review import Review
from directory.models.service import Entry
from directory.operations import recounting, reputation, reviews
from directory.policy import OPERATOR, Actor
from directory.rules import reputation as rules
from directory.rules.engagements import Side
from directory.rules.roles import Role
from directory.rules.work import EngagementState, ReviewState
from tests import factories, factories_work
from tests.factories import NEIGHBOURHOOD, NOW

PLACES = ("310105-05-01", "310105-05-02", "310105-06-01")
SIGNED_OFF = EngagementState.SIGNED_OFF
OFFICER = Actor(1, Role.DISTRICT)


@pytest.fixture
def entries(app):
    """Two organisations with the same work, the first with some in another category, too."""
    factories.taxonomy()
    first, second = factories.organisation(1), factories.organisation(2)
    return [factories.entry(first), factories.entry(second), factories.entry(first, "P-015")]


def sealed(entry, points=4, *, area_code=NEIGHBOURHOOD, side=Side.NEIGHBOURHOOD):
    work = factories_work.engagement(entry, area_code=area_code, state=SIGNED_OFF)
    reputation.add_finished(work)
    return factories_work.review(work, side, points)


def publish(review, at=NOW):
    reviews._publish(review, by=OPERATOR, now=at)


def published(entry, points=4, *, area_code=NEIGHBOURHOOD, at=NOW):
    made = sealed(entry, points, area_code=area_code)
    publish(made, at)
    return made


def hide(review):
    reviews.hide(review, reason="untrue", by=OFFICER, now=NOW)


def of(entry):
    organisation_id, category_id = entry.service.organisation_id, entry.service.category_id
    return reputation.of([organisation_id], on=NOW.date())[organisation_id, category_id]


def test_a_published_review_is_added_and_the_next_of_its_pair_weighs_half(entries):
    first, second = published(entries[0], 5), published(entries[0], 3)
    assert (first.nth, second.nth) == (1, 2)
    row = db.session.scalars(select(Reputation)).one()
    whole = rules.weight(NOW, 1, rules.Reputed())
    assert (row.reviews, row.total) == (2, Decimal(8))
    assert row.weight == pytest.approx(1.5 * whole)
    assert row.weighted == pytest.approx((5 + 1.5) * whole)
    assert db.session.scalars(select(CategoryReputation)).one().weight == row.weight


def test_a_sealed_review_and_one_of_a_neighbourhood_count_nowhere(entries):
    sealed(entries[0])
    publish(sealed(entries[0], side=Side.PROVIDER))
    assert of(entries[0]) == reputation.Standing(None, None, 0, 2, Decimal("4.00"), 1)


def test_hiding_one_moves_up_the_later_of_its_pair(entries):
    first, second, other = (published(entries[0], n) for n in (1, 5, 4))
    hide(first)
    assert (first.nth, second.nth, other.nth) == (None, 1, 2)
    assert recounting.differences() == []


def test_under_three_reviews_there_is_no_rating_and_then_there_is(entries):
    for points, area_code in zip((5, 4), PLACES, strict=False):
        published(entries[0], points, area_code=area_code)
    assert (of(entries[0]).rating, of(entries[0]).mean, of(entries[0]).reviews) == (None, None, 2)
    published(entries[0], 5, area_code=PLACES[2])
    assert of(entries[0]).mean == Decimal("4.67")
    assert of(entries[0]).rating == Decimal("4.67")  # drawn to itself: nobody else has any
    assert of(entries[0]).finished == 3


def test_a_rating_is_drawn_to_what_others_in_the_category_have(entries):
    for area_code in PLACES:
        published(entries[0], 5, area_code=area_code)
        published(entries[1], 1, area_code=area_code)
        published(entries[2], 2, area_code=area_code)
    good, bad, elsewhere = (of(entry).rating for entry in entries)
    assert (good, bad, elsewhere) == (Decimal("3.75"), Decimal("2.25"), Decimal("2.00"))


def test_all_of_an_organisations_standings_take_one_statement(entries):
    for entry in entries:
        published(entry)
    ids = [entry.service.organisation_id for entry in entries]
    seen = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    found = reputation.of(ids, on=NOW.date(), reputed=rules.Reputed())
    assert len(found) == 3
    assert len(seen) == 1


STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 2), st.integers(0, 2), st.integers(1, 5), st.integers(-900, 900)),
    min_size=1,
    max_size=25,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.integers(0, 999))
def test_whatever_is_published_and_hidden_in_any_order_gives_the_sums_made_from_scratch(entries, steps, seed):
    """Also where a review is published with an earlier date than one before it, as when days are made up for."""
    choose, shown = random.Random(seed), []
    with db.session.begin_nested() as undone:
        for hides, entry, place, points, days in steps:
            if hides and shown:
                hide(shown.pop(choose.randrange(len(shown))))
            else:
                at = NOW + timedelta(days=days)
                shown.append(published(entries[entry], points, area_code=PLACES[place], at=at))
        assert recounting.differences() == []
        undone.rollback()


def test_two_published_at_once_are_both_counted_and_have_places_of_their_own(app, entries):
    made = [sealed(entries[0], points).id for points in (5, 3, 4, 2)]
    db.session.commit()
    start, faults = threading.Barrier(len(made)), []

    def go(review_id):
        with app.app_context():
            start.wait(timeout=10)
            try:
                with transaction(announce=False):
                    publish(reviews.get(review_id))
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=go, args=(review_id,)) for review_id in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert faults == []
    assert sorted(db.session.scalars(select(Review.nth))) == [1, 2, 3, 4]
    assert recounting.differences() == []


def test_verifying_names_what_differs_and_making_anew_mends_it(entries):
    first = published(entries[0], 5)
    published(entries[1], 3)
    organisation_id, category_id = first.organisation_id, first.category_id
    db.session.execute(update(Reputation).where(Reputation.organisation_id == organisation_id).values(weighted=1.0))
    db.session.execute(update(Reputation).values(finished=7))
    db.session.execute(update(CategoryReputation).values(reviews=9))
    db.session.execute(update(Review).where(Review.id == first.id).values(nth=4))
    db.session.expire_all()
    told = recounting.differences()
    assert len(told) == 5
    assert told[0].startswith(f"organisation {organisation_id}, category {category_id}: weighted 1.0, should be ")
    assert f"organisation {organisation_id}, category {category_id}: finished 7, should be 1" in told
    assert f"category {category_id}: reviews 9, should be 2" in told
    assert f"review {first.id}: its place should be 1" in told
    assert recounting.rebuild(by=OPERATOR, now=NOW) == 5
    assert recounting.differences() == []


def test_work_that_was_finished_before_anybody_counted_is_found(entries):
    factories_work.engagement(entries[0], state=SIGNED_OFF)
    factories_work.review(
        factories_work.engagement(entries[1], state=SIGNED_OFF), state=ReviewState.PUBLISHED, nth=None
    )
    assert len(recounting.differences()) > 2
    recounting.rebuild(by=OPERATOR, now=NOW)
    assert recounting.differences() == []
    assert (of(entries[0]).finished, of(entries[1]).reviews) == (1, 1)


def test_many_small_jobs_of_one_committee_hardly_move_a_rating(entries):
    for place, entry in ((p, e) for p in range(10) for e in entries[:2]):
        published(entry, 3, area_code=f"310105-05-{place:02}")
    before = of(entries[0]).rating
    for _ in range(40):
        published(entries[0], 5, area_code="310105-06-09")
    after = of(entries[0])
    assert after.reviews == 50
    assert before == Decimal("3.00")
    assert after.rating < Decimal("3.40")
    assert isinstance(db.session.get(Entry, entries[0].id), Entry)
