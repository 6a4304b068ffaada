"""By what standard services are scored, for anyone to read."""

import pytest

from directory.db import db, transaction
from directory.models.taxonomy import Category
from directory.rules.lifecycle import RubricState
from tests import factories
from tests import factories_evaluation as made
from tests.views.page import Page


@pytest.fixture
def look(client):
    return lambda address: Page(client.get(address))


@pytest.fixture
def rubric(app):
    """One in force, for a service category."""
    with transaction():
        factories.taxonomy()
        category = db.session.query(Category).filter_by(code="P-001").one()
        return made.rubric(name="停车指标", category_id=category.id, source="区民政局 2026 年印发").id


def put(state):
    with transaction():
        return made.rubric(name="另一份指标", state=state).id


def test_what_is_in_force_is_listed_and_nothing_else(look, rubric):
    put(RubricState.DRAFT)
    put(RubricState.RETIRED)
    page = look("/rubrics")
    assert page.link("停车指标", inside="main") == f"/rubrics/{rubric}"
    assert "停车管理" in page.text
    assert "另一份指标" not in page.text


def test_nothing_in_force_is_said(look):
    assert "还没有启用指标" in look("/rubrics").text


def test_a_rubric_tells_its_criteria_points_levels_and_grades(look, rubric):
    page = look(f"/rubrics/{rubric}")
    for words in ("5A ≥ 90", "1.1 资格 15", "3 诚信 20", "20 齐全10 部分0 没有", "相差超过 10 分", "2026 年印发"):
        assert words in page.text, words
    assert page.all("form", inside="main") == []


def test_a_draft_is_not_found_and_one_retired_is_read_as_such(look):
    assert look(f"/rubrics/{put(RubricState.DRAFT)}").status == 404
    page = look(f"/rubrics/{put(RubricState.RETIRED)}")
    assert page.status == 200
    assert "已经停用" in page.text
    assert look("/rubrics/99").status == 404


def test_other_pages_lead_there(app, look, rubric):
    assert look("/about").link("评估指标", inside="foot") == "/rubrics"
