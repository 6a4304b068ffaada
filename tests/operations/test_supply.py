"""What is offered where, what is needed there, and the ledger of what nobody met."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.errors import Forbidden, Invalid
from directory.models.taxonomy import Category
from directory.operations import calls, supply, unmet
from directory.policy import Actor
from directory.rules.calendar import day_of
from directory.rules.lifecycle import EntryState
from directory.rules.roles import Role
from directory.rules.supply import Cell, Gap
from directory.rules.work import NeedState
from tests import factories, factories_supply, factories_work
from tests.factories import DISTRICT, NEIGHBOURHOOD, NOW, OTHER_STREET, STREET

TODAY = day_of(NOW)
OFFICER = Actor(1, Role.DISTRICT)
STREET_OFFICER = Actor(1, Role.STREET, area=STREET)


@pytest.fixture
def town(app):
    with transaction():
        factories.taxonomy()
        return factories.organisation()


def map_of(by=OFFICER, **asked):
    return {line.category.code: line for line in supply.map_(by=by, on=TODAY, **asked).lines}


@pytest.mark.parametrize(
    ("areas", "served"),
    [
        ([STREET], {STREET}),
        ([DISTRICT], {STREET, OTHER_STREET}),
        ([NEIGHBOURHOOD], {STREET}),
        ([NEIGHBOURHOOD, STREET], {STREET}),
        ([STREET, OTHER_STREET], {STREET, OTHER_STREET}),
        ([], set()),
        (["elsewhere"], set()),
    ],
)
def test_a_service_serves_a_street_that_it_names_or_that_holds_or_lies_in_what_it_names(town, areas, served):
    with transaction():
        factories.entry(town, areas=areas)
    line = map_of()["P-001"]
    assert {code for code, cell in line.cells.items() if cell.listed} == served
    assert line.whole.listed == 1


def test_only_what_is_listed_counts(town):
    with transaction():
        for state in EntryState:
            reason = {} if state is EntryState.LISTED else {"reason": "other"}
            factories.entry(town, state=state, **reason)
    assert map_of()["P-001"].whole == Cell(listed=1, free=3)


@pytest.mark.parametrize(
    ("state", "more", "cell"),
    [
        (NeedState.OPEN, {}, Cell(open=1)),
        (NeedState.SHORTLISTED, {}, Cell(open=1)),
        (NeedState.UNMET, {"reason": "too_dear"}, Cell(unmet=1)),
        (NeedState.UNMET, {"reason": "too_dear", "since": NOW - timedelta(days=366)}, Cell()),
        (NeedState.AWARDED, {}, Cell()),
        (NeedState.WITHDRAWN, {"reason": "solved"}, Cell()),
        (NeedState.DRAFT, {}, Cell()),
    ],
)
def test_needs_that_look_for_a_provider_and_those_that_found_none_count_in_their_street(town, state, more, cell):
    with transaction():
        factories_work.need(state=state, **more)
    line = map_of()["P-001"]
    assert (line.whole, line.cells[STREET], line.cells[OTHER_STREET]) == (cell, cell, Cell())


def test_a_need_of_a_category_that_was_merged_counts_where_it_went(town):
    with transaction():
        kept = factories_supply.category("P-100")
        factories_supply.category("P-101", retired_at=NOW, merged_into_id=kept.id)
        factories_work.need(category="P-101")
    assert map_of()["P-100"].whole.open == 1
    assert "P-101" not in map_of()


def test_gaps_come_first_where_nobody_is_listed_at_all(town):
    with transaction():
        factories.entry(town, capacity=1)
        for _ in range(3):
            factories_work.need()
        factories_work.need(category="P-015")
    found = supply.map_(by=OFFICER, on=TODAY)
    assert [(line.category.code, line.whole.gap) for line in found.gaps()] == [
        ("P-015", Gap.NOBODY),
        ("P-001", Gap.SHORT),
    ]
    (field,) = found.by_field()
    assert (field.whole.open, field.missing(Gap.NOBODY), field.missing(Gap.SHORT)) == (4, 1, 1)
    assert field.gaps[STREET] == {Gap.NOBODY: 1, Gap.SHORT: 1}


def test_a_street_office_sees_its_own_street(town):
    with transaction():
        factories.entry(town, areas=[OTHER_STREET])
        factories_work.need()
        factories_work.need(area_code=OTHER_STREET)
    line = map_of(STREET_OFFICER)["P-001"]
    assert line.cells == {STREET: Cell(open=1)}
    assert line.whole == Cell(open=1)
    with pytest.raises(Forbidden):
        supply.map_(by=STREET_OFFICER, on=TODAY, street=OTHER_STREET)
    with pytest.raises(Forbidden):
        supply.map_(by=Actor(1, Role.OWNER, 1), on=TODAY)


@pytest.fixture
def lacking(town):
    """One given up on in each street, one open to which nobody was named, and two that are none of its business."""
    with transaction():
        listed = factories.entry(town)
        nobody = factories_supply.run([], [listed])
        somebody = factories_supply.run([listed])
        made = {
            "dear": factories_work.need(state=NeedState.UNMET, reason="too_dear", since=NOW - timedelta(days=40)),
            "late": factories_work.need(
                state=NeedState.UNMET, reason="no_capacity", area_code=OTHER_STREET, category="P-015"
            ),
            "nobody": factories_work.need(run_id=nobody.id, since=NOW - timedelta(hours=1)),
            "answered": factories_work.need(run_id=somebody.id),
            "unasked": factories_work.need(),
        }
        return {need.id: name for name, need in made.items()}


def ledger(lacking, by=OFFICER, **asked):
    return [lacking[need.id] for need in unmet.ledger(unmet.Asked(**asked), by=by).rows]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["late", "nobody", "dear"]),
        ({"reason": "too_dear"}, ["dear"]),
        ({"reason": "nobody_found"}, ["nobody"]),
        ({"category": "P-015"}, ["late"]),
        ({"category": "SH-04"}, ["late", "nobody", "dear"]),
        ({"category": "P-024"}, []),
        ({"street": OTHER_STREET}, ["late"]),
        ({"street": STREET, "reason": "nobody_found"}, ["nobody"]),
        ({"month": date(2026, 10, 1)}, ["dear"]),
        ({"month": date(2026, 11, 1)}, ["late", "nobody"]),
    ],
)
def test_the_ledger_holds_what_was_given_up_and_what_nobody_answers(lacking, asked, names):
    assert ledger(lacking, **asked) == names


def test_a_street_office_reads_the_ledger_of_its_own_street(lacking):
    assert ledger(lacking, STREET_OFFICER) == ["nobody", "dear"]
    with pytest.raises(Forbidden):
        ledger(lacking, STREET_OFFICER, street=OTHER_STREET)


def test_the_reason_of_one_that_nobody_answers_is_that(lacking):
    rows = unmet.ledger(unmet.Asked(), by=OFFICER).rows
    assert [unmet.reason(need) for need in rows] == ["no_capacity", "nobody_found", "too_dear"]


def test_a_closed_category_stays_on_the_map_for_as_long_as_it_is_wanted(town):
    with transaction():
        db.session.scalars(select(Category).filter_by(code="P-001")).one().retired_at = NOW
        db.session.scalars(select(Category).filter_by(code="P-015")).one().retired_at = NOW
        factories_work.need(state=NeedState.UNMET, reason="other", category="P-001")
    assert (map_of()["P-001"].whole.unmet, "P-015" in map_of()) == (1, False)
    with pytest.raises(Invalid) as refused:
        calls.wanted(["P-001"], by=OFFICER, on=TODAY)
    assert (refused.value.rule, refused.value.value) == ("retired", "停车管理")
