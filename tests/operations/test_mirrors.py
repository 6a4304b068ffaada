"""An organisation sees where it was left out or ranked low, and what that cost it; never what is not its own."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from directory.db import db, transaction
from directory.errors import Forbidden
from directory.operations import mirrors
from directory.policy import Actor
from directory.rules.roles import Role
from directory.rules.work import InvitationState
from tests import factories, factories_supply, factories_work
from tests.factories import NOW
from tests.factories_supply import reason


@pytest.fixture
def entries(app):
    """Five providers of parking; the mirror is the first one's."""
    with transaction():
        factories.taxonomy()
        factories_supply.category("P-900", field="SH-99")
        return [factories.entry(factories.organisation(n)) for n in range(1, 6)]


@pytest.fixture
def mine(entries):
    return entries[0].service.organisation


def owner(organisation):
    return Actor(1, Role.OWNER, organisation.id)


def rows(organisation, **asked):
    return mirror(organisation, **asked).rows


def mirror(organisation, **asked):
    return mirrors.mirror(organisation, by=owner(organisation), now=NOW, **asked)


def summary(organisation):
    return mirror(organisation).summary


def run(ranked=(), excluded=(), **given):
    with transaction():
        return factories_supply.run(ranked, excluded, **given)


@pytest.mark.parametrize(("place", "missed"), [(1, False), (3, False), (4, True), (5, True), (None, True)])
def test_an_answer_was_missed_where_it_was_beyond_the_third_or_excluded(entries, mine, place, missed):
    others = entries[1:]
    ranked = others if place is None else [*others[: place - 1], entries[0], *others[place - 1 :]]
    made = run(ranked, entries[:1] if place is None else [])
    assert [row.run.id for row in rows(mine)] == [made.id] * missed


def test_one_good_place_is_enough(entries, mine):
    with transaction():
        second = factories.entry(mine, "P-015")
    run([*entries[1:3], entries[0], entries[3]], [second])
    assert rows(mine) == []
    run([*entries[1:4], entries[0]], [second])
    assert [(row.line.rank, row.line.entry_id) for row in rows(mine)] == [(4, entries[0].id)]


def test_a_need_of_another_field_is_no_loss(entries, mine):
    run([*entries[1:], entries[0]], category="P-900")
    assert rows(mine) == []
    unsure = run([*entries[1:], entries[0]], category="P-900")
    with transaction():
        unsure.routing = {**unsure.routing, "sure": False, "categories": [{"code": c} for c in ("P-900", "P-001")]}
    assert [row.run.id for row in rows(mine)] == [unsure.id]


def test_a_low_rank_says_which_criterion_cost_most_against_the_first(entries, mine):
    own = [reason("category", 0.8, 0.3), reason("price", 0.0, 0.5, price_low="1500", budget="1000")]
    first = [reason("category", 0.9, 0.3), reason("price", 1.0, 0.5, price_low="800", budget="1000")]
    run([*entries[1:], entries[0]], reasons={entries[0].id: own, entries[1].id: first})
    (row,) = rows(mine)
    assert [(loss.criterion, loss.cost) for loss in row.losses] == [("price", 0.5), ("category", 0.03)]
    assert row.losses[0].own == own[1]


def test_an_exclusion_says_which_gates_cost_it(entries, mine):
    said = [{"gate": "grade", "code": "grade_lapsed", "outcome": "fail", "changes_on": "2026-12-01"}]
    run(entries[1:], entries[:1], reasons={entries[0].id: said})
    (row,) = rows(mine)
    assert (row.line.reasons, row.losses) == (said, ())


def test_the_latest_comes_first_and_pages_go_on_from_the_last(entries, mine, monkeypatch):
    monkeypatch.setattr(mirrors, "PAGE", 2)
    made = [run(entries[1:], entries[:1]).id for _ in range(5)]
    seen, before = [], None
    while True:
        shown = mirror(mine, before=before)
        seen += [row.run.id for row in shown.rows]
        before = shown.older
        if before is None:
            break
    assert seen == made[::-1]


def test_a_page_goes_on_behind_answers_of_other_fields(entries, mine, monkeypatch):
    monkeypatch.setattr(mirrors, "LOOKED_AT", 2)
    monkeypatch.setattr(mirrors, "SAMPLE", 2)
    made = run(entries[1:], entries[:1])
    for _ in range(3):
        run(entries[1:], entries[:1], category="P-900")
    first = mirror(mine)
    assert first.rows == []
    assert first.older is not None
    assert [row.run.id for row in rows(mine, before=first.older)] == [made.id]


def test_the_summary_adds_up_the_last_ninety_days(entries, mine):
    cheap = {entries[0].id: [reason("price", 0.0)], entries[1].id: [reason("price", 1.0)]}
    run([entries[0]], at=NOW - timedelta(days=91))
    run([entries[0], *entries[1:]])
    run([*entries[1:], entries[0]], reasons=cheap)
    run(entries[1:], entries[:1])
    run(entries[1:], entries[:1], category="P-900")
    with transaction():
        for state in (InvitationState.DECLINED, InvitationState.AWARDED, InvitationState.AWARDED):
            factories_work.invitation(factories_work.need(), entries[0], state=state)
        factories_work.invitation(factories_work.need(), entries[0], created_at=NOW - timedelta(days=91))
        factories_work.invitation(factories_work.need(), entries[1])
        unasked = factories_work.need()
        factories_work.invitation(unasked, entries[0], state=InvitationState.AWARDED, direct=True)
    found = summary(mine)
    assert (found.shown, found.rank, found.excluded, found.missed) == (2, 3.0, 2, 2)
    assert (found.gates, found.criteria) == ([("area", 1)], [("price", 1)])
    assert (found.invited, found.asked) == (3, {InvitationState.DECLINED: 1, InvitationState.AWARDED: 3})


def test_the_summary_says_when_it_looked_only_at_the_latest(entries, mine, monkeypatch):
    monkeypatch.setattr(mirrors, "SAMPLE", 2)
    run(entries[1:], entries[:1])
    assert summary(mine).cut is False
    run(entries[1:], entries[:1])
    run(entries[1:], entries[:1])
    found = summary(mine)
    assert (found.cut, found.missed, found.excluded) == (True, 2, 3)


def test_needs_of_its_categories_that_were_answered_without_it_are_counted(entries, mine):
    without, with_it = run(entries[1:]), run(entries)
    with transaction():
        factories_work.need(run_id=without.id)
        factories_work.need(run_id=without.id, opened_at=NOW - timedelta(days=91))
        factories_work.need(run_id=without.id, category="P-015")
        factories_work.need(run_id=with_it.id)
        factories_work.need()
    assert summary(mine).absent == 1


def test_a_new_organisation_has_an_empty_mirror(entries, mine):
    found = summary(mine)
    assert (found.shown, found.rank, found.missed, found.invited, found.absent) == (0, None, 0, 0, 0)
    assert (mirror(mine).rows, mirror(mine).older) == ([], None)


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.NEIGHBOURHOOD, Role.OWNER])
def test_nobody_else_looks_into_it(entries, mine, role):
    stranger = Actor(1, role, entries[1].service.organisation_id if role is Role.OWNER else None)
    with pytest.raises(Forbidden):
        mirrors.mirror(mine, by=stranger, now=NOW)


def test_it_walks_neither_all_lines_nor_all_answers(entries, mine):
    """Of a million lines it reads its own by the index."""
    run([*entries[1:], entries[0]])
    sent = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        sent.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        mirror(mine)
        mirror(mine, before=10**6)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    connection = db.session.connection()
    plans = [
        line[3]
        for statement, parameters in sent
        if "match_" in statement
        for line in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]
    assert len(plans) > 5
    assert [line for line in plans if line.startswith(("SCAN match_line", "SCAN match_run"))] == []
