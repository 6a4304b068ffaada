from datetime import date

import pytest
from sqlalchemy import func, select

from directory.db import db, transaction
from directory.models.organisation import Fact
from directory.models.service import Entry
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import EntryState
from tests import factories
from tests.factories import DISTRICT, GOOD_STANDING, NEIGHBOURHOOD, OTHER_STREET, STREET
from tests.operations.asking import entries, gates_of, run_of


@pytest.mark.parametrize(
    ("gate", "facts"),
    [
        ("grade", [f for f in GOOD_STANDING if f[0] is not FactKind.GRADE]),
        ("registered", [(FactKind.REGISTRATION, "", date(2025, 1, 15), None), *GOOD_STANDING[1:]]),
        ("annual_check", [*GOOD_STANDING[:3], GOOD_STANDING[4]]),
        ("abnormal_list", [*GOOD_STANDING, (FactKind.ABNORMAL_LIST, "", date(2026, 3, 1), None)]),
        ("dishonest_list", [*GOOD_STANDING, (FactKind.DISHONEST_LIST, "", date(2026, 3, 1), None)]),
        ("penalty", [*GOOD_STANDING, (FactKind.PENALTY, "major", date(2025, 3, 1), None)]),
        ("staff", GOOD_STANDING[:4]),
        ("evaluator", [*GOOD_STANDING, (FactKind.EVALUATOR, "", date(2020, 3, 1), None)]),
    ],
)
def test_an_excluded_provider_carries_the_gate_that_cost_it(app, gate, facts):
    factories.catalogue(1)
    with transaction():
        left_out = factories.entry(factories.organisation(2, facts)).id
    run = run_of(app, "停车难")
    assert gates_of(run) == {left_out: [gate]}
    assert left_out not in entries(run)


def test_a_suspended_entry_is_left_out_with_its_reason_and_an_exited_one_is_gone(app):
    factories.catalogue(1)
    with transaction():
        suspended = factories.entry(factories.organisation(2), state=EntryState.SUSPENDED, reason="grade_lapsed").id
        gone = factories.entry(factories.organisation(3), state=EntryState.EXITED, reason="expired").id
    run = run_of(app, "停车难")
    assert gates_of(run) == {suspended: ["state"]}
    assert gone not in entries(run)
    (line,) = [line for line in run.lines if not line.rank]
    assert line.reasons == [{"gate": "state", "code": "grade_lapsed", "outcome": "fail"}]


def test_a_gate_names_its_fact_and_the_day_it_may_change(app):
    factories.catalogue(1)
    with transaction():
        facts = [*GOOD_STANDING, (FactKind.ABNORMAL_LIST, "", date(2026, 3, 1), date(2026, 12, 31))]
        factories.entry(factories.organisation(2, facts))
    (line,) = [line for line in run_of(app, "停车难").lines if not line.rank]
    (reason,) = line.reasons
    assert reason == {
        "gate": "abnormal_list",
        "code": "on_abnormal_list",
        "outcome": "fail",
        "value": "",
        "since": "2026-03-01",
        "until": "2026-12-31",
        "source": "公告（示例）",
        "changes_on": "2027-01-01",
    }


def test_a_superseded_fact_counts_no_more(app):
    (entry,) = factories.catalogue(1)
    with transaction():
        organisation = db.session.get(Entry, entry).service.organisation
        wrong = factories.fact(organisation, FactKind.PENALTY, "major", date(2026, 1, 1))
        wrong.superseded_by_id = factories.fact(organisation, FactKind.PENALTY, "minor", date(2026, 1, 1)).id
    assert entries(run_of(app, "停车难")) == [entry]


@pytest.mark.parametrize(
    ("served", "asked", "matched"),
    [
        ([NEIGHBOURHOOD], NEIGHBOURHOOD, True),
        ([STREET], NEIGHBOURHOOD, True),
        ([DISTRICT], NEIGHBOURHOOD, True),
        ([OTHER_STREET], NEIGHBOURHOOD, False),
        ([STREET], STREET, True),
        ([OTHER_STREET, STREET], STREET, True),
        ([NEIGHBOURHOOD], STREET, False),
        ([DISTRICT], STREET, True),
        ([STREET], None, True),
        ([STREET], DISTRICT, True),
        ([], STREET, False),
    ],
)
def test_a_need_is_served_from_its_area_and_those_around_it(app, served, asked, matched):
    with transaction():
        factories.taxonomy()
        entry = factories.entry(factories.organisation(), areas=served).id
    run = run_of(app, "停车难", area=asked)
    assert entries(run) == ([entry] if matched else [])
    assert gates_of(run) == ({} if matched else {entry: ["area"]})


def test_a_need_for_an_authority_says_who_and_how_and_still_shows_help_around_it(catalogue):
    run = run_of(catalogue, "楼上邻居违法建筑，在露台上搭了间房")
    assert run.routing["route"] == "department"
    assert run.routing["authority"]
    assert run.routing["phone"]
    assert run.routing["hand_off"]
    assert run.routing["around"]
    assert entries(run)
    assert {line.category for line in run.lines if line.rank} & set(run.routing["around"])


def test_a_chosen_category_decides_and_is_sure(app):
    factories.catalogue(2)
    guessed, chosen = run_of(app, "停车难"), run_of(app, "停车难", "P-024")
    assert (guessed.routing["route"], chosen.routing["route"]) == ("provider", "department")
    assert chosen.routing["sure"] is True
    assert [guess["code"] for guess in chosen.routing["categories"]] == ["P-024"]
    assert (chosen.routing["authority"], chosen.routing["phone"]) == ("城管中队", "12345")
    assert len(entries(chosen)) == 2


def test_below_the_confidence_limit_it_asks_instead_of_guessing(catalogue):
    run = run_of(catalogue, "居民对小区环境有意见，想请人来看看")
    assert run.routing["sure"] is False
    assert len(run.routing["categories"]) >= 3


def test_words_that_say_nothing_get_no_guess_and_no_provider(app):
    factories.catalogue()
    run = run_of(app, "qwrtz pfghj")
    assert (run.routing["route"], run.routing["categories"], run.routing["sure"]) == (None, [], False)
    assert run.lines == []


def test_where_nobody_offers_it_nobody_is_shown(app):
    factories.catalogue()
    run = run_of(app, "门口一堆碎砖头，建筑垃圾没人清")
    assert run.routing["categories"][0]["code"] == "P-015"
    assert entries(run) == []


def test_facts_recorded_for_another_organisation_are_nobody_elses(app):
    first, second = factories.catalogue(2)
    with transaction():
        organisation = db.session.get(Entry, second).service.organisation
        factories.fact(organisation, FactKind.DISHONEST_LIST, "", date(2026, 1, 1))
    assert db.session.scalar(select(func.count(Fact.id))) == 2 * len(GOOD_STANDING) + 1
    assert entries(run_of(app, "停车难")) == [first]
