"""One assessor's sheet: nothing before conflicts are declared, marks as they come, handed in for good."""

from decimal import Decimal

import pytest

from directory.errors import Forbidden, Invalid, NotFound
from directory.operations import sheets
from directory.operations.sheets import Given
from directory.rules.lifecycle import (
    NotAllowed,
    SheetState,
)
from directory.rules.roles import Role
from tests import factories
from tests import factories_evaluation as made
from tests.factories_evaluation import actor_of
from tests.operations.scoring import declared, submit

D = Decimal


@pytest.fixture
def lead(app):
    factories.taxonomy()
    return factories.actor(Role.LEAD)


@pytest.fixture
def pair(lead):
    return [factories.account(Role.ASSESSOR), factories.account(Role.ASSESSOR)]


def test_nothing_is_shown_before_conflicts_are_declared(lead, pair, now):
    sheet = made.assessment(assessors=pair, state=SheetState.ASSIGNED).sheets[0]
    with pytest.raises(Forbidden, match="declared before"):
        sheets.check_declared(sheet)
    with pytest.raises(NotAllowed, match="cannot save from assigned"):
        sheets.save(sheet, {}, by=actor_of(pair[0]), now=now)
    sheets.check_declared(declared(sheet, now))


def test_somebody_else_s_sheet_is_out_of_reach(lead, pair, now):
    sheet = made.assessment(assessors=pair).sheets[0]
    for other in (actor_of(pair[1]), lead, factories.actor(Role.DISTRICT), factories.actor(Role.AUDITOR)):
        with pytest.raises(Forbidden):
            sheets.get(sheet.id, by=other)
        with pytest.raises(Forbidden):
            sheets.save(sheet, {}, by=other, now=now)
        with pytest.raises(Forbidden):
            sheets.submit(sheet, by=other, now=now)


def leaf(sheet, name):
    return next(criterion for criterion in sheet.assessment.rubric.criteria if criterion.name == name)


def test_marks_are_kept_as_they_come_finished_or_not(lead, pair, now):
    sheet = made.assessment(assessors=pair).sheets[0]
    me, one, two = actor_of(pair[0]), leaf(sheet, "资格").id, leaf(sheet, "培训").id
    sheets.save(sheet, {one: Given(D("12.5"), "都有证，电话 13912345678", "第 3 页"), two: Given(None)}, by=me, now=now)
    sheets.save(sheet, {two: Given(None, "还要核对")}, by=me, now=now)
    kept = {mark.criterion_id: (mark.points, mark.note) for mark in sheet.marks}
    assert kept[one][0] == D("12.5")
    assert "13912345678" not in kept[one][1]
    assert kept[two] == (None, "还要核对")
    sheets.save(sheet, {one: Given(None)}, by=me, now=now)
    assert {mark.criterion_id: mark.points for mark in sheet.marks}[one] is None


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        (Given(D("15.01")), "range"),
        (Given(D(-1)), "range"),
        (Given(D("NaN")), "range"),
        (Given(D("1.234")), "places"),
        (Given(D(1), "长" * 501), "note_too_long"),
        (Given(D(1), "", "长" * 201), "evidence_too_long"),
    ],
)
def test_a_wrong_mark_is_refused_and_its_criterion_named(lead, pair, now, given, rule):
    sheet = made.assessment(assessors=pair).sheets[0]
    with pytest.raises(Invalid) as refused:
        sheets.save(sheet, {leaf(sheet, "培训").id: given}, by=actor_of(pair[0]), now=now)
    assert (refused.value.field, refused.value.rule) == ("1.2 培训", rule)


def test_a_group_or_a_stranger_s_criterion_is_not_marked(lead, pair, now):
    sheet = made.assessment(assessors=pair).sheets[0]
    for wrong in (leaf(sheet, "人员").id, made.rubric().criteria[0].id, 999999):
        with pytest.raises(NotFound):
            sheets.save(sheet, {wrong: Given(D(1))}, by=actor_of(pair[0]), now=now)


def test_a_missing_mark_is_an_error_that_names_it_and_so_is_a_mark_without_a_note(lead, pair, now):
    sheet = made.fill(made.assessment(assessors=pair).sheets[0])
    mark = next(mark for mark in sheet.marks if mark.criterion_id == leaf(sheet, "复查").id)
    mark.points = None
    with pytest.raises(Invalid) as refused:
        submit(sheet, now)
    assert (refused.value.field, refused.value.rule) == ("2.2 复查", "missing")
    mark.points, mark.note = D(0), ""
    with pytest.raises(Invalid) as refused:
        submit(sheet, now)
    assert (refused.value.field, refused.value.rule) == ("2.2 复查", "note")
    assert [(criterion.name, what) for _, criterion, what in sheets.gaps(sheet)] == [("复查", "note")]
    mark.note = "没有复查"
    submit(sheet, now)
    assert (sheet.state, sheet.total) == (SheetState.SUBMITTED, D(64))


def test_what_is_submitted_stays(lead, pair, now):
    sheet = made.fill(made.assessment(assessors=pair).sheets[0])
    submit(sheet, now)
    me = actor_of(pair[0])
    with pytest.raises(NotAllowed, match="cannot submit from submitted"):
        submit(sheet, now)
    with pytest.raises(NotAllowed, match="cannot save from submitted"):
        sheets.save(sheet, {leaf(sheet, "资格").id: Given(D(1))}, by=me, now=now)
    with pytest.raises(NotAllowed, match="cannot recuse from submitted"):
        sheets.declare(sheet, conflict="kin", by=me, now=now)
