import pytest
from sqlalchemy import func, select, text

from benchmarks import work
from benchmarks.synthetic import fill
from benchmarks.work_rows import Sizes
from directory import indexing
from directory.db import db, transaction
from directory.models.engagement import Engagement
from directory.models.match import MatchLine
from directory.models.need import Need
from directory.models.reputation import Reputation
from directory.models.review import Review
from directory.rules.work import EngagementState, NeedState, ReviewState

SIZES = Sizes(needs=75, reviews=240, engagements=60, lines=4)


@pytest.fixture
def told(app, now):
    """What a measuring with few rows says, by page."""
    with transaction(announce=False):
        fill(300, now=now)
    engine = app.extensions["engine"]
    indexing.rebuild(engine.index, now=now, progress=lambda done: None)
    return {line[0]: line[1:] for line in work.measure(SIZES, 1, engine=engine)}


def number(kind, *conditions):
    return db.session.scalar(select(func.count()).select_from(kind).where(*conditions))


def test_every_page_is_asked_and_the_database_is_as_full_as_was_wanted(told):
    assert len(told) == sum(map(len, work.PAGES.values())) + 1
    for page, (statements, p50, p95) in told.items():
        assert 0 < int(statements) < (12 if "POST" not in page else 30), page
        assert float(p50) <= float(p95), page
    statements, p50, _ = told["public POST /match"]
    assert 0 < int(statements) < 30
    assert float(p50) > 0
    assert number(Need) == SIZES.needs
    assert number(Review) == SIZES.reviews
    assert number(MatchLine) >= SIZES.needs * SIZES.lines
    assert number(Engagement, Engagement.state == EngagementState.SIGNED_OFF) == SIZES.reviews // 2
    assert {each for each in NeedState if number(Need, Need.state == each)} == set(NeedState) - {NeedState.DRAFT}
    assert number(Review, Review.state == ReviewState.HIDDEN) == 2
    assert db.session.scalar(select(func.sum(Reputation.reviews))) == SIZES.reviews // 2 - 1
    assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
