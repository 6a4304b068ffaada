import pytest

from directory.db import db, transaction
from directory.errors import NotFound
from directory.models.parameters import Parameters
from directory.operations import parameters
from directory.rules.engagements import Contracting
from directory.rules.reminding import Reminders
from directory.rules.reputation import Reputed
from search.matching.criteria import CRITERIA
from tests.factories import NOW, PARAMETERS


def add(version, **changed):
    with transaction():
        db.session.add(Parameters(version=version, since=NOW, values=PARAMETERS | changed))


def test_the_latest_version_is_in_force_and_older_ones_can_be_asked_for(app):
    add(1)
    add(2, weights={"text": 1.0})
    assert parameters.in_force().version == 2
    assert parameters.in_force().weights == {"text": 1.0}
    assert parameters.in_force(1).weights == PARAMETERS["weights"]


@pytest.mark.parametrize("version", [None, 3])
def test_a_version_that_is_not_there_is_not_found(app, version):
    with pytest.raises(NotFound, match="directory seed"):
        parameters.in_force(version)


def test_numbers_come_typed(app):
    add(1)
    rules = parameters.in_force()
    assert (rules.gates.least_grade, rules.gates.check_due_month, rules.gates.check_due_day) == ("3A", 6, 30)
    assert rules.views.sharpness == 8.0
    assert rules.limits["candidates"] == 120


def test_a_version_written_before_there_was_work_has_its_numbers_too(app):
    add(1)
    rules = parameters.in_force()
    assert (rules.periods.answer_days, rules.periods.sealed_days, rules.periods.review_days) == (7, 14, 60)
    assert rules.contracting == Contracting(5, (30, 40, 30))
    assert rules.reputation == Reputed(5.0, 4.0, 2.0, 3, 0.5)


def test_numbers_of_work_are_read_as_they_are_written(app):
    add(1, contracting={"shares": [50, 50]}, reputation={"least_reviews": 9}, periods={"sealed_days": 3})
    rules = parameters.in_force()
    assert rules.contracting == Contracting(shares=(50, 50))
    assert (rules.reputation.least_reviews, rules.reputation.pair_share, rules.periods.sealed_days) == (9, 0.5, 3)


def test_when_people_are_reminded_has_its_numbers_in_older_versions_too(app):
    add(1)
    assert parameters.in_force().reminders == Reminders(3, 7, (3, 10), (3, 10), 1)
    add(2, reminders={"decide_days": [5], "step_days": 0})
    assert parameters.in_force().reminders == Reminders(0, 7, (5,), (3, 10), 1)


@pytest.mark.parametrize("group", ["contracting", "reputation", "periods", "reminders"])
def test_a_number_of_work_nobody_knows_is_refused(app, group):
    with pytest.raises(TypeError, match="colour"):
        parameters.typed(1, PARAMETERS | {group: {"colour": 1}})


@pytest.mark.parametrize("group", ["gates", "routing"])
def test_a_number_nobody_knows_is_refused(app, group):
    with pytest.raises(TypeError, match="colour"):
        parameters.typed(1, PARAMETERS | {group: PARAMETERS[group] | {"colour": 1}})


def test_our_own_numbers_make_sense(catalogue):
    rules = parameters.in_force()
    assert set(rules.weights) == set(CRITERIA)
    assert all(0 <= weight <= 1 for weight in rules.weights.values())
    assert 0 < rules.limits["confidence"] < 1
    assert 0 <= rules.limits["least_fit"] <= rules.limits["fit_floor"] <= rules.limits["around_fit"] <= 1
    assert rules.limits["candidates"] >= rules.limits["shown"] > 0
    assert (rules.gates.registered_years, rules.gates.least_grade, rules.gates.annual_checks) == (2, "3A", 2)
    assert (rules.gates.penalty_years, rules.gates.least_staff) == (3, 2)
    assert (rules.periods.sealed_days, rules.contracting, rules.reputation) == (14, Contracting(), Reputed())
