"""A need that is tried again works from an answer of that day; the one it had stays its own."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.models.learning import ConfirmedNeed
from directory.models.need import NeedRun
from directory.models.service import Entry
from directory.models.taxonomy import Category
from directory.operations import awards, confirmations, endings, needs, reopenings, shortlists, terminations
from directory.policy import Actor
from directory.rules.engagements import Side
from directory.rules.roles import Role
from directory.rules.work import EngagementState, NeedState
from tests import factories, factories_work
from tests.factories import NOW
from tests.operations.posting import act, neighbour, opened

MONTHS_LATER = NOW + timedelta(days=200)


@pytest.fixture
def by(made):
    with transaction():
        return neighbour()


@pytest.fixture
def given_up(app, by):
    need_id = opened(app, by=by).id
    act(awards.give_up, need_id, reason="nobody_found", by=by)
    return need_id


def reopen(app, need_id, *, by):
    drafted = reopenings.draft(needs.get(need_id, by=by), by=by, now=MONTHS_LATER, engine=app.extensions["engine"])
    act(endings.reopen, need_id, drafted=drafted, by=by, now=MONTHS_LATER)
    return needs.get(need_id, by=by)


def test_it_is_asked_anew_for_what_was_confirmed_and_remembers_the_old_answer(app, by, given_up):
    before = needs.get(given_up, by=by).run_id
    need = reopen(app, given_up, by=by)
    assert (need.state, need.run.on, need.run.routing["chosen"]) == (NeedState.OPEN, MONTHS_LATER.date(), "P-001")
    answers = db.session.execute(select(NeedRun.run_id, NeedRun.dropped).order_by(NeedRun.run_id)).all()
    assert [tuple(row) for row in answers] == [(before, False), (need.run_id, False)]


def test_whoever_was_listed_since_is_in_the_answer_and_not_outside(app, by, given_up):
    with transaction():
        entry_id = factories.entry(factories.organisation(9)).id
    need = needs.get(given_up, by=by)
    assert shortlists.lines(need, [entry_id]) == {}
    need = reopen(app, given_up, by=by)
    assert set(shortlists.lines(need, [entry_id])) == {entry_id}


def test_what_was_confirmed_is_learned_once_and_goes_with_the_new_answer(app, by, given_up):
    need = reopen(app, given_up, by=by)
    said = db.session.scalars(select(ConfirmedNeed).where(ConfirmedNeed.withdrawn_at.is_(None))).all()
    assert [(each.external_id, each.category.code) for each in said] == [(need.run.public_id, "P-001")]
    assert confirmations.of(need.run) == said[0]


def test_a_category_that_is_no_more_leaves_the_answer_as_it_was(app, by, given_up):
    before = needs.get(given_up, by=by).run_id
    with transaction():
        db.session.scalars(select(Category).filter_by(code="P-001")).one().retired_at = NOW
    need = reopen(app, given_up, by=by)
    assert (need.state, need.run_id) == (NeedState.OPEN, before)


def work(app, by):
    """Of a need, running, and the provider."""
    need = opened(app, by=by)
    with transaction():
        need, entry = needs.get(need.id, by=by), db.session.scalars(select(Entry).limit(1)).one()
        need.state = NeedState.IN_SERVICE
        made = factories_work.engagement(entry, need_id=need.id)
        owner = factories.account(Role.OWNER, organisation_id=made.organisation_id)
        return made, Actor(owner.id, Role.OWNER, made.organisation_id)


@pytest.mark.parametrize("side", list(Side))
def test_a_need_is_asked_anew_when_its_work_is_ended(app, by, side):
    engagement, provider = work(app, by)
    who = by if side is Side.NEIGHBOURHOOD else provider
    before = needs.get(engagement.need_id, by=by).run_id
    said = {"by": who, "now": MONTHS_LATER}
    drafted = terminations.draft(engagement, engine=app.extensions["engine"], **said)
    with transaction():
        terminations.terminate(engagement, reason="no_funds", note="经费没有批下来", drafted=drafted, **said)
    need = needs.get(engagement.need_id, by=by)
    assert (engagement.state, need.state) == (EngagementState.TERMINATED, NeedState.OPEN)
    assert need.run_id > before
    assert need.run.on == MONTHS_LATER.date()


def test_where_nobody_can_meet_it_nothing_is_asked(app, by):
    engagement, _ = work(app, by)
    assert terminations.draft(engagement, unmet="too_dear", by=by, now=NOW, engine=app.extensions["engine"]) is None
