from datetime import date

import pytest

from directory.errors import Forbidden
from directory.operations import agreements
from directory.rules.roles import Role
from tests import factories
from tests import factories_evaluation as made


@pytest.fixture
def lead(app):
    factories.taxonomy()
    return factories.actor(Role.LEAD)


def test_agreement_is_of_the_first_two_sheets_in_hundredths_of_the_scale(lead):
    thousand = made.rubric({"甲": 400, "乙": 600}, scale=1000, gap=100, thresholds=[["5A", 951]])
    hundred = made.rubric()
    made.closed(shares=("0.9", "0.8"), under=hundred)
    made.closed(shares=("0.7", "0.7"), under=hundred)
    made.closed(shares=("0.84", "0.8"), under=thousand)
    found = agreements.report(by=lead)
    assert [(a.code, a.pairs, a.thirds, a.difference) for a in found.rubrics] == [
        (thousand.code, 1, 0, pytest.approx(4)),
        (hundred.code, 2, 0, pytest.approx(5)),
        ("", 3, 0, pytest.approx(14 / 3)),
    ]
    # By hand: means 85 and 70, grand mean 77.5; between 2·(7.5²+7.5²)/1 = 225, within (50+0)/2 = 25; 200/250.
    assert found.rubrics[1].correlation == pytest.approx(0.8)
    assert all(a.few for a in found.rubrics)


def test_drift_tells_who_marks_higher_than_the_results(lead):
    generous, strict = factories.account(Role.ASSESSOR), factories.account(Role.ASSESSOR)
    for _ in range(2):
        made.closed(shares=("0.9", "0.8"), assessors=[generous, strict])
    found = agreements.report(by=lead)
    assert {drift.assessor: (drift.sheets, drift.above) for drift in found.drifts} == {
        generous.id: (2, pytest.approx(5)),
        strict.id: (2, pytest.approx(-5)),
    }
    assert found.quarters == ["2026-Q4"]
    assert found.names[generous.id] == generous.name


def test_a_rubric_and_a_time_can_be_chosen(lead):
    rubric = made.rubric()
    made.closed(under=rubric)
    made.closed()
    assert [a.pairs for a in agreements.report(code=rubric.code, by=lead).rubrics] == [1]
    assert agreements.report(until=date(2026, 11, 22), by=lead).rubrics == []
    assert agreements.report(since=date(2026, 11, 24), by=lead).rubrics == []
    assert len(agreements.report(since=date(2026, 11, 23), until=date(2026, 11, 23), by=lead).rubrics) == 3
    assert rubric.code in {code for code, _ in agreements.choices(by=lead)}


def test_what_is_not_closed_does_not_count(lead):
    made.assessment()
    assert agreements.report(by=lead).rubrics == []


def test_government_sees_how_far_they_agree_but_not_who_they_are(lead):
    made.closed()
    found = agreements.report(by=factories.actor(Role.DISTRICT))
    assert found.rubrics
    assert (found.drifts, found.names) == ([], {})
    with pytest.raises(Forbidden):
        agreements.report(by=factories.actor(Role.ASSESSOR))


def test_the_first_day_and_the_last_are_days(lead):
    made.closed(under=made.rubric())
    assert agreements.report(since=date.min, until=date.max, by=lead).rubrics[0].pairs == 1
    assert agreements.report(until=date.min, by=lead).rubrics == []
    assert agreements.report(since=date.max, by=lead).rubrics == []
