"""Reviews and finished work back in the ranking: what a replay says, and that nobody falls by having done well."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from directory.db import db, transaction
from directory.models import need as kept
from directory.models.parameters import Parameters
from directory.models.service import Entry
from directory.models.taxonomy import Category
from directory.operations import classification, matches, recounting, reputation, reviews
from directory.operations.category_accounts import stamp
from directory.policy import OPERATOR, VISITOR
from directory.rules.roles import Role
from directory.rules.work import EngagementState
from search.matching.rank import tie
from search.query import Need
from tests import factories, factories_work
from tests.factories import NOW, PARAMETERS
from tests.operations.asking import entries, replayed, run_of

WEIGHTS = PARAMETERS["weights"] | {"rating": 0.08, "finished": 0.05}
TEXT = "停车难"


@pytest.fixture
def four(app):
    """Four providers that differ in nothing, and rules that look at what they did."""
    factories.catalogue(4)
    with transaction():
        for entry in db.session.query(Entry):
            entry.version.description = "请居民一起商量车位怎么停。"
        db.session.add(Parameters(version=2, since=NOW, values=PARAMETERS | {"weights": WEIGHTS}))
    return [1, 2, 3, 4]


def finish(entry_id, points=None, *, place=1, days=0):
    """Work signed off, and where points are given, reviewed by the neighbourhood."""
    entry = db.session.get(Entry, entry_id)
    work = factories_work.engagement(entry, area_code=f"310105-05-{place:02}", state=EngagementState.SIGNED_OFF)
    reputation.add_finished(work)
    if points is not None:
        reviews._publish(factories_work.review(work, points=points), by=OPERATOR, now=NOW - timedelta(days=days))


def three(entry_id, points):
    for place in (1, 2, 3):
        finish(entry_id, points, place=place)


def reasons(run, criterion):
    """What the criterion says of each entry that it has a view on."""
    return {
        line.entry_id: reason["facts"]
        for line in run.lines
        if line.rank
        for reason in line.reasons
        if reason["criterion"] == criterion
    }


def test_where_nobody_did_anything_neither_is_looked_at(app, four):
    run = run_of(app, TEXT)
    assert reasons(run, "rating") == reasons(run, "finished") == {}


def test_one_who_finished_work_stands_before_those_who_did_not(app, four):
    last = entries(run_of(app, TEXT))[-1]
    with transaction():
        finish(last)
    run = run_of(app, TEXT)
    assert entries(run)[0] == last
    assert reasons(run, "finished") == {each: {"served": "1" if each == last else "0"} for each in four}
    assert reasons(run, "rating") == {}


def test_too_few_reviews_stand_at_the_mean_of_the_category_and_say_so(app, four):
    with transaction():
        three(1, 5)
        finish(2, 1, place=4)
    said = reasons(run_of(app, TEXT), "rating")
    assert said[1] == {"rating": "4.38", "reviews": "3"}
    assert said[2] == {"usual": "4.00", "reviews": "1"}
    assert said[3] == {"usual": "4.00", "reviews": "0"}


def test_a_replay_says_who_moved_and_by_which_criterion(app, four):
    run = run_of(app, TEXT)
    last = entries(run)[-1]
    with transaction():
        three(last, 4)
    told = replayed(app, run)
    place = next(n for n, line in enumerate(told) if line.startswith(f"entry {last}: rank 4"))
    assert "→ rank 1" in told[place]
    assert told[place + 1 : place + 3] == [
        f"  rating of entry {last}: no view → 4.00 (3)",
        f"  finished of entry {last}: no view → 3",
    ]
    again = run_of(app, TEXT)
    assert replayed(app, again) == []
    with transaction():
        finish(last, 5, place=4)
    assert f"  rating of entry {last}: 4.00 (3) → 4.25 (4)" in replayed(app, again)


def test_those_alike_in_all_stay_in_the_order_of_their_hash(app, four):
    before = entries(run_of(app, TEXT))
    services = {entry.id: entry.service_id for entry in db.session.query(Entry)}
    assert before == sorted(four, key=lambda each: tie(Need(TEXT), services[each]))
    with transaction():
        for each in four:
            three(each, 4)
    assert entries(run_of(app, TEXT)) == before


HISTORY = st.lists(
    st.tuples(st.integers(1, 4), st.none() | st.integers(1, 5), st.integers(1, 9), st.integers(0, 1500)), max_size=25
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HISTORY, st.integers(1, 4), st.integers(10, 20))
def test_full_marks_never_lower_a_provider(app, four, history, whose, place):
    """Whatever went before, its rank among the others is the same or better once there are enough reviews."""
    engine = app.extensions["engine"]

    def rank():
        drafted = matches.draft(Need(TEXT), by=VISITOR, now=NOW, engine=engine)
        lines = [line for line in drafted.answers[0][1].lines if line.match]
        return next(n for n, line in enumerate(lines, 1) if line.candidate.entry_id == whose)

    with db.session.begin_nested() as undone:
        for number in (11, 12, 13):
            finish(whose, 4, place=number + 20)
        for entry_id, points, area, days in history:
            finish(entry_id, points, place=area, days=days)
        before = rank()
        finish(whose, 5, place=place)
        assert rank() <= before
        undone.rollback()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HISTORY, st.integers(1, 4))
def test_finishing_work_never_lowers_a_provider(app, four, history, whose):
    engine = app.extensions["engine"]

    def rank():
        drafted = matches.draft(Need(TEXT), by=VISITOR, now=NOW, engine=engine)
        return next(n for n, line in enumerate(drafted.answers[0][1].lines, 1) if line.candidate.entry_id == whose)

    with db.session.begin_nested() as undone:
        for entry_id, points, area, days in history:
            finish(entry_id, points, place=area, days=days)
        before = rank()
        finish(whose)
        assert rank() <= before
        undone.rollback()


def test_a_neighbourhood_that_has_work_done_again_and_again_lifts_a_provider_once(app, four):
    with transaction():
        for _ in range(10):
            finish(1)
        finish(2)
        finish(2, place=2)
    run = run_of(app, TEXT)
    assert reasons(run, "finished") == {1: {"served": "1"}, 2: {"served": "2"}, 3: {"served": "0"}, 4: {"served": "0"}}
    assert recounting.differences() == []


def test_a_merged_category_takes_needs_work_and_ratings_along(app):
    with transaction():
        factories.taxonomy()
        entry = factories.entry(factories.organisation(1), "P-015")
        need_id = factories_work.need(category="P-015").id
        three(entry.id, 4)
        officer = factories.actor(Role.DISTRICT)
    with transaction():
        old = classification.get("P-015", by=officer, locked=True)
        classification.merge(old, "P-001", seen=stamp(old), reason="和区里新的目录对齐", by=officer, now=NOW)
    target = db.session.scalars(select(Category).filter_by(code="P-001")).one().id
    assert db.session.get_one(kept.Need, need_id).category_id == target
    ((pair, standing),) = reputation.of([1], on=NOW.date()).items()
    assert (pair, standing.reviews, standing.served, standing.mean) == ((1, target), 3, 3, 4)
    assert recounting.differences() == []
