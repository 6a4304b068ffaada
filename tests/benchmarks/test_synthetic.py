from collections import Counter

import pytest
from sqlalchemy import func, select

from benchmarks.synthetic import fill, needs
from directory import indexing
from directory.db import db, transaction
from directory.models.organisation import Organisation
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Category
from directory.operations import parameters, standings
from directory.rules import eligibility

SERVICES = 300


@pytest.fixture
def filled(app, now):
    with transaction(announce=False):
        fill(SERVICES, now=now)
    return app


def test_the_services_are_spread_over_every_category_and_field(filled):
    categories = Counter(db.session.scalars(select(Service.category_id)))
    assert set(categories) == set(db.session.scalars(select(Category.id).where(Category.level == 2)))
    assert max(categories.values()) - min(categories.values()) <= 1
    assert categories.total() == db.session.scalar(select(func.count(Entry.id))) == SERVICES


def test_some_organisations_pass_the_gates_and_some_fail(filled, now):
    ids = list(db.session.scalars(select(Organisation.id)))
    answers = standings.answers(ids, on=now.date(), gates=parameters.in_force().gates)
    passed = sum(eligibility.eligible(each) for each in answers.values())
    assert 0.3 < passed / len(ids) < 0.95


def test_no_two_services_read_alike_and_the_index_takes_them_all(filled, now):
    texts = db.session.execute(select(ServiceVersion.name, ServiceVersion.description)).all()
    assert len(set(texts)) == SERVICES
    engine = filled.extensions["engine"]
    assert indexing.rebuild(engine.index, now=now, progress=lambda done: None) == SERVICES


def test_the_same_needs_are_asked_every_time_with_and_without_a_street(filled):
    asked = needs(20)
    assert asked == needs(20)
    assert {area is None for _, area in asked} == {True, False}


def test_with_a_field_only_the_services_outside_it_grow(app, now, monkeypatch):
    monkeypatch.setattr("benchmarks.synthetic.INSIDE", 20)
    with transaction(announce=False):
        fill(SERVICES, now=now, field="SH-01")
    inside = Service.category.has(Category.parent.has(code="SH-01"))
    assert db.session.scalar(select(func.count(Service.id)).where(inside)) == 20
    assert db.session.scalar(select(func.count(Service.id))) == SERVICES
    said = {
        example
        for examples in db.session.scalars(select(Category.examples).where(Category.parent.has(code="SH-01")))
        for example in examples
    }
    assert {text for text, _ in needs(5, field="SH-01")[1:]} <= said
