from datetime import date, timedelta

from sqlalchemy import event, select

from directory.db import db, transaction
from directory.models.organisation import Fact, Organisation
from directory.operations import parameters, standings
from directory.rules import eligibility
from directory.rules.eligibility import FactKind, Outcome
from tests import factories

ON = date(2026, 11, 23)


def test_each_organisation_gets_the_answers_of_its_own_facts(app):
    factories.catalogue(1)
    with transaction():
        factories.organisation(2, facts=())
        bad = factories.organisation(3)
        factories.fact(bad, FactKind.PENALTY, "major", date(2026, 1, 1))
    answers = standings.answers([1, 2, 3], on=ON, gates=parameters.in_force().gates)
    assert set(answers) == {1, 2, 3}
    assert eligibility.eligible(answers[1])
    assert {a.outcome for a in answers[2] if a.gate != "evaluator"} == {Outcome.UNKNOWN}
    assert [a.code for a in answers[3] if a.outcome is Outcome.FAIL] == ["recent_penalty"]


def test_a_superseded_fact_is_history(app):
    factories.catalogue(1)
    with transaction():
        organisation = db.session.get(Organisation, 1)
        wrong = factories.fact(organisation, FactKind.DISHONEST_LIST, "", date(2026, 1, 1))
        right = factories.fact(organisation, FactKind.DISHONEST_LIST, "", date(2020, 1, 1), date(2022, 1, 1))
        wrong.superseded_by_id = right.id
    answers = standings.answers([1], on=ON, gates=parameters.in_force().gates)
    assert eligibility.eligible(answers[1])


def test_one_query_answers_for_everybody(catalogue):
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    gates = parameters.in_force().gates
    ids = db.session.scalars(select(Organisation.id)).all()
    event.listen(db.engine, "before_cursor_execute", note)
    answers = standings.answers(ids, on=ON, gates=gates)
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(answers) == len(ids) >= 150
    assert len(seen) == 1


def test_nobody_asked_nobody_answered(app):
    factories.catalogue(1)
    assert standings.answers([], on=ON, gates=parameters.in_force().gates) == {}


def test_the_day_an_answer_names_is_the_day_it_may_change_for_every_demo_organisation(catalogue):
    """Every gate of every demo organisation, asked again a day before, and for lapsed grades on the day itself."""
    gates = parameters.in_force().gates
    facts = {}
    for fact in db.session.scalars(select(Fact).where(Fact.superseded_by_id.is_(None))):
        facts.setdefault(fact.organisation_id, []).append(fact.dated())
    lapses = 0
    for of_one in facts.values():
        for said in eligibility.answers(of_one, ON, gates):
            if said.changes_on is None:
                continue
            for day in (said.changes_on - timedelta(days=1), said.changes_on):
                again = next(a for a in eligibility.answers(of_one, day, gates) if a.gate == said.gate)
                if day < said.changes_on:
                    assert again.outcome is said.outcome
                elif said.code == "grade_valid" and again.outcome is Outcome.FAIL:
                    lapses += again.code == "grade_lapsed"
    assert lapses >= 50
