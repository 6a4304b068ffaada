"""All answers a need ever had stay its own: their words are not for all, and those nobody went by count for nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.models.match import MatchRun
from directory.models.need import Need, NeedRun
from directory.models.organisation import Organisation
from directory.models.supply import Exposure
from directory.operations import exposures, mirrors, need_runs, needs, postings
from directory.operations.details import Details
from directory.policy import OPERATOR, Actor
from directory.rules.roles import Role
from tests import factories_supply, factories_work
from tests.factories import NOW
from tests.operations.posting import confirm, neighbour, post

PRIVATE = "阿婆跌倒没人知道，晚上没地方停车"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def by(made):
    with transaction():
        return neighbour()


def rewrite(app, need_id, said, *, by, **more):
    need = needs.get(need_id, by=by)
    seen = postings.seen(need)
    details, drafted = postings.work_out(Details(said, **more), by=by, now=NOW, engine=app.extensions["engine"])
    with transaction():
        postings.rewrite(needs.get(need_id, by=by), details, drafted, seen=seen, by=by, now=NOW)


def answers(need_id):
    """Whether each of its answers is dropped, in order, and which one it works from."""
    db.session.rollback()
    rows = db.session.execute(select(NeedRun.run_id, NeedRun.dropped).filter_by(need_id=need_id)).all()
    ids = [run_id for run_id, _ in sorted(rows)]
    return [dropped for _, dropped in sorted(rows)], ids.index(db.session.get(Need, need_id).run_id)


def missed(monkeypatch):
    """The mirrors of the organisations, in which every place but the first is low."""
    monkeypatch.setattr(mirrors, "LOW", 1)
    for organisation in db.session.scalars(select(Organisation)):
        found = mirrors.mirror(organisation, by=Actor(1, Role.OWNER, organisation.id), now=LATER)
        yield [(row.run.id, row.run.id in found.kept_back) for row in found.rows], found.summary


def test_a_need_remembers_every_answer_it_had(app, by):
    (need_id,) = post(app, PRIVATE, by=by)
    assert answers(need_id) == ([False], 0)
    rewrite(app, need_id, "晚上没地方停车", by=by)
    confirm(app, need_id, "P-015", by=by)
    assert answers(need_id) == ([True, True, False], 2)


@pytest.mark.parametrize("public", [True, False])
def test_no_provider_reads_the_words_of_an_answer_whose_category_was_corrected(app, by, monkeypatch, public):
    (need_id,) = post(app, PRIVATE, by=by, public=public)
    confirm(app, need_id, "P-015", by=by)
    run_id = needs.get(need_id, by=by).run_id
    rows = [row for each, _ in missed(monkeypatch) for row in each]
    assert set(rows) == {(run_id, not public)}


def test_no_provider_reads_what_a_draft_said_before_it_was_rewritten(app, by, monkeypatch):
    (need_id,) = post(app, PRIVATE, by=by)
    rewrite(app, need_id, "晚上没地方停车", by=by)
    confirm(app, need_id, by=by)
    run_id = needs.get(need_id, by=by).run_id
    rows = [row for each, _ in missed(monkeypatch) for row in each]
    assert set(rows) == {(run_id, False)}


def test_an_answer_nobody_went_by_is_no_exposure(app, by, monkeypatch):
    (need_id,) = post(app, "晚上没地方停车", by=by)
    confirm(app, need_id, "P-015", by=by)
    first, second = db.session.scalars(select(MatchRun).order_by(MatchRun.id))
    with transaction():
        assert exposures.count(by=OPERATOR, now=LATER) == 2
    shown = sum(db.session.scalars(select(Exposure.shown)))
    assert first.lines
    assert shown == len([line for line in second.lines if line.rank])
    of_all = [summary for _, summary in missed(monkeypatch)]
    assert sum(summary.shown for summary in of_all) == shown


def test_an_answer_stays_counted_where_another_followed_after_the_need_was_out(made):
    with transaction():
        first, second = (factories_supply.run() for _ in range(2))
        need = factories_work.need(run_id=first.id)
        need_runs.take(need, second)
        need_id = need.id
    assert answers(need_id) == ([False, False], 1)
