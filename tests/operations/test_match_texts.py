"""Whatever a person types gets an answer or a clear refusal."""

import pytest
from sqlalchemy import func, select

from directory import indexing
from directory.db import db
from directory.errors import Invalid, NotFound
from directory.models.question import Question
from directory.models.service import Entry
from directory.operations import matches
from tests import factories
from tests.conftest import app_in
from tests.factories import NOW
from tests.operations.asking import ask, entries, replayed, run_of


@pytest.fixture(scope="module")
def _small(tmp_path_factory):
    app = app_in(tmp_path_factory.mktemp("small"))
    with app.app_context():
        db.create_all()
        factories.catalogue()
        indexing.rebuild(app.extensions["engine"].index, now=NOW, progress=lambda done: None)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def small(_small):
    """Three parking services, shared by the tests here: they only ask."""
    with _small.app_context():
        yield _small
        db.session.remove()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        (" \n\t　", "empty"),
        ("。！？……", "empty"),
        ("🙂🙂🙂", "empty"),
        ("\x00\x1b\u200b\u202e", "empty"),
        ("\ud800", "empty"),
        ("停" * 1001, "too_long"),
        ("停车难" * 3334, "too_long"),
    ],
)
def test_what_is_no_need_is_refused_with_field_and_rule(small, text, rule):
    before = db.session.scalar(select(func.count(Question.id)))
    with pytest.raises(Invalid) as refused:
        ask(small, text)
    assert (refused.value.field, refused.value.rule, refused.value.status) == ("text", rule, 422)
    assert db.session.scalar(select(func.count(Question.id))) == before


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("停车难", True),
        ("車", True),
        ("停車難", True),
        ("停车难🙂🚗", True),
        ("停\u200b车\x00难", True),
        ("停车难" + "啊" * 900, True),
        ("停车难'; DROP TABLE entry; --", True),
        ("<script>alert('停车难')</script>", True),
        ("{{ 7*7 }} {% raw %} 停车难 ${x} %s %(y)s", True),
        ("停车难 AND category:P-001 OR *:*", True),
        ("ｐａｒｋｉｎｇ 停车难 １２３", True),
        ("ting che nan", False),
        ("No parking space at night", False),
        ("小区parking不够，停车难 help", True),
        ("12345", False),
        ("\ud800停车难", True),
        ("ا停车难", True),
    ],
)
def test_anything_else_a_person_types_gets_an_answer(small, text, found):
    made = db.session.scalars(select(Entry.id).order_by(Entry.id)).all()
    run = run_of(small, text)
    assert (sorted(entries(run)) == made) is found
    assert matches.intact(run)
    assert replayed(small, run) == []


@pytest.mark.parametrize("area", ["310105-99", "", "'; --", "长宁区", "\x00"])
def test_an_unknown_area_is_refused_by_name(small, area):
    with pytest.raises(Invalid) as refused:
        ask(small, "停车难", area=area)
    assert (refused.value.field, refused.value.value, refused.value.rule) == ("area", area, "unknown")


@pytest.mark.parametrize("category", ["P-999", "SH-04", ""])
def test_an_unknown_category_is_refused_by_name(small, category):
    with pytest.raises(Invalid) as refused:
        ask(small, "停车难", category)
    assert (refused.value.field, refused.value.value, refused.value.rule) == ("category", category, "unknown")


def test_without_parameters_the_way_out_is_said(app):
    with pytest.raises(NotFound, match="directory seed"):
        ask(app, "停车难")


def test_a_run_can_be_named_on_a_command_line(small):
    assert all(ask(small, "停车难").isalnum() for _ in range(40))
