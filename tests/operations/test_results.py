from decimal import Decimal

import pytest

from directory.errors import Forbidden, NotFound
from directory.operations import results, sheets
from directory.rules.lifecycle import ApplicationState
from directory.rules.roles import Role
from tests import factories
from tests import factories_evaluation as made
from tests.factories_evaluation import actor_of

D = Decimal


@pytest.fixture
def lead(app):
    factories.taxonomy()
    return factories.actor(Role.LEAD)


def test_points_by_criterion_are_the_mean_of_the_two_sheets_used(lead):
    assessment = made.closed(shares=("0.9", "0.8"))
    found = results.of(assessment.application_id, by=lead)
    assert [(line.place.number, line.name, line.points) for line in found.lines] == [
        ("1", "人员", D("25.5")),
        ("1.1", "资格", D("12.75")),
        ("1.2", "培训", D("12.75")),
        ("2", "过程", D("42.5")),
        ("2.1", "清单", D("25.5")),
        ("2.2", "复查", D("17")),
        ("3", "诚信", D("17")),
    ]
    assert sum(line.points for line in found.lines if line.place.depth == 1) == assessment.total


def test_the_sheet_not_used_does_not_count(lead, now):
    assessment = made.assessment()
    for sheet, share in zip(assessment.sheets, ("0.9", "0.5"), strict=True):
        sheets.submit(made.fill(sheet, share, f"第{share}份"), by=actor_of(sheet.assessor), now=now)
    third = made.assessment(assessment.application, [factories.account(Role.ASSESSOR)], assessment.rubric).sheets[0]
    third.assessment, third.third = assessment, True
    sheets.submit(made.fill(third, "0.6", "第三份"), by=actor_of(third.assessor), now=now)
    found = results.of(assessment.application_id, by=lead)
    assert found.assessment.total == D(55)
    assert [(sheet.total, sheet.used, sheet.third) for sheet in found.sheets] == [
        (D(90), False, False),
        (D(50), True, False),
        (D(60), True, True),
    ]
    said = " ".join(reason.note for line in found.lines for reason in line.reasons)
    assert "第0.9份" not in said
    assert "第0.5份" in said


def test_the_organisation_learns_neither_names_nor_sheets(lead):
    assessment = made.closed(shares=("0.8", "0.9"))
    owner = factories.actor(Role.OWNER, organisation_id=assessment.application.organisation_id)
    found = results.of(assessment.application_id, by=owner)
    assert found.sheets == []
    # Both notes, the one of the higher marks not always first: nothing tells the sheets apart.
    assert [reason.note for reason in found.lines[1].reasons] == ["第0.8份：资格", "第0.9份：资格"]


@pytest.mark.parametrize(("role", "named"), [(Role.LEAD, True), (Role.AUDITOR, True), (Role.DISTRICT, False)])
def test_who_watches_sees_the_totals_and_some_see_the_names(lead, role, named):
    assessment = made.closed()
    found = results.of(assessment.application_id, by=factories.actor(role))
    assert [sheet.total for sheet in found.sheets] == [D(90), D(80)]
    assert [bool(sheet.who) for sheet in found.sheets] == [named, named]


def test_before_all_is_in_nobody_sees_a_point(lead, now):
    assessment = made.assessment()
    sheets.submit(made.fill(assessment.sheets[0]), by=actor_of(assessment.sheets[0].assessor), now=now)
    found = results.of(assessment.application_id, by=lead)
    assert (found.assessment, found.lines, found.sheets) == (None, (), ())


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.STREET, Role.NEIGHBOURHOOD])
def test_others_see_nothing(lead, role):
    assessment = made.closed()
    with pytest.raises(Forbidden):
        results.of(assessment.application_id, by=factories.actor(role))


def test_another_organisation_sees_nothing(lead):
    assessment = made.closed()
    stranger = factories.actor(Role.OWNER, organisation_id=factories.organisation(99).id)
    with pytest.raises(Forbidden):
        results.of(assessment.application_id, by=stranger)
    with pytest.raises(NotFound):
        results.of(99999, by=lead)


def test_an_application_without_a_score_has_no_result_yet(lead):
    assert results.of(made.application(state=ApplicationState.SCREENED).id, by=lead).assessment is None
