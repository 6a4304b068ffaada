"""The rubric editor: drafts can be changed until they are used, what is in use gets a next version."""

import pytest

from directory.db import db, transaction
from directory.models.rubric import Criterion, Rubric
from directory.operations import rubrics
from directory.rules.lifecycle import RubricState
from tests import factories_evaluation as made
from tests.views.evaluating import get, once, post, settle, signed_in

TERMS = {"name": "示例新指标", "scale": "100", "gap": "10", "thresholds": "5A 90\n4A　80", "source": "自定"}


@pytest.fixture
def lead(app):
    return signed_in(app, settle()["lead"])


@pytest.fixture
def draft(lead):
    with transaction():
        return made.rubric(state=RubricState.DRAFT).id


def criterion(name):
    db.session.rollback()
    return db.session.query(Criterion).filter_by(name=name).one()


def test_a_rubric_is_made_from_nothing_to_in_use(lead):
    token = once()
    page = post(lead, "/evaluation/rubrics", follow=True, once=token, category="P-001", **TERMS)
    assert "还差 100 分" in page.text
    assert post(lead, "/evaluation/rubrics", once=token, category="P-001", **TERMS).status == 409
    address = f"/evaluation/rubrics/{db.session.query(Rubric.id).one()[0]}"
    page = post(lead, f"{address}/freeze")
    assert page.status == 422
    assert page.faults == ["各项分值合计 0 分，与满分不一致，请先调整。"]
    post(lead, f"{address}/criteria", once=once(), name="过程", points="60")
    post(
        lead,
        f"{address}/criteria",
        once=once(),
        name="清单",
        points="100",
        parent=criterion("过程").id,
        levels="100 逐栋成册\n60%：有清单\n0 没有",
    )
    page = get(lead, address)
    assert "正好满分" in page.text
    assert "60 有清单" in page.text
    assert post(lead, f"{address}/freeze").response.status_code == 303
    page = get(lead, address)
    assert "另起新版本" in page.text
    assert "5A ≥ 90，4A ≥ 80" in page.text


def test_a_rubric_in_use_cannot_be_edited_by_any_form(lead, draft):
    address = f"/evaluation/rubrics/{draft}"
    one = criterion("资格").id
    post(lead, f"{address}/freeze")
    for path, data in (
        ("terms", TERMS),
        ("criteria", {"once": once(), "name": "新", "points": "1"}),
        (f"criteria/{one}", {"name": "改", "points": "1"}),
        (f"criteria/{one}/move", {"to": "down"}),
        (f"criteria/{one}/remove", {}),
        ("freeze", {}),
    ):
        assert post(lead, f"{address}/{path}", **data).status == 409
    for path in ("terms", "criteria/new", f"criteria/{one}"):
        assert get(lead, f"{address}/{path}").status == 409
    assert criterion("资格").points == 15


def test_the_next_version_is_a_copy_to_change(lead, draft):
    post(lead, f"/evaluation/rubrics/{draft}/freeze")
    page = post(lead, f"/evaluation/rubrics/{draft}/versions", follow=True)
    assert "第 2 版" in page.title
    assert post(lead, f"/evaluation/rubrics/{draft}/versions").status == 409
    assert [rubric.version for rubric in rubrics_now()] == [1, 2]


def rubrics_now():
    db.session.rollback()
    return db.session.query(Rubric).order_by(Rubric.version).all()


def test_a_criterion_is_changed_moved_and_removed(lead, draft):
    address = f"/evaluation/rubrics/{draft}"
    one, group = criterion("资格").id, criterion("过程").id
    data = {"name": "资质", "points": "20.5", "parent": group, "levels": ""}
    assert post(lead, f"{address}/criteria/{one}", **data).response.status_code == 303
    assert criterion("过程").points == made.Decimal("70.5")
    post(lead, f"{address}/criteria/{one}/move", to="up")
    (rubric,) = rubrics_now()
    assert [c.name for place, c in rubrics.placed(rubric) if place.number.startswith("2.")] == ["清单", "资质", "复查"]
    post(lead, f"{address}/criteria/{group}/remove")
    assert db.session.query(Criterion).count() == 3


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({"name": ""}, "name", "请写名称。"),
        ({"gap": "很多"}, "gap", "复评分差要大于 0"),
        ({"scale": "150"}, "scale", "满分只能是 100 或 1000。"),
        ({"thresholds": "5A"}, "thresholds", "“5A”看不懂"),
        ({"thresholds": "甲 90"}, "thresholds", "没有“甲”这个等级"),
        ({"thresholds": "4A 80\n5A 90"}, "thresholds", "位置不对"),
        ({"thresholds": "5A 101"}, "thresholds", "不在 0 到满分之间"),
        ({"category": "P-999"}, "category", "没有“P-999”这类服务"),
    ],
)
def test_wrong_terms_are_shown_again_with_what_is_wrong(lead, data, field, said):
    page = post(lead, "/evaluation/rubrics", once=once(), **(TERMS | data))
    assert page.status == 422
    assert said in page.fault_beside(field)


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({"name": " "}, "name", "请写名称。"),
        ({"points": "0"}, "points", "分值要大于 0"),
        ({"points": "十"}, "points", "分值要大于 0"),
        ({"levels": "有制度"}, "levels", "看不懂"),
        ({"levels": "50 有\n60 全"}, "levels", "从高到低"),
        ({"levels": "101 有"}, "levels", "百分比要在 0 到 100 之间"),
    ],
)
def test_a_wrong_criterion_is_shown_again_with_what_is_wrong(lead, draft, data, field, said):
    sent = {"once": once(), "name": "新", "points": "1", "levels": ""} | data
    page = post(lead, f"/evaluation/rubrics/{draft}/criteria", **sent)
    assert page.status == 422
    assert said in page.fault_beside(field)


def test_a_criterion_of_another_rubric_is_not_found(lead, draft):
    with transaction():
        other = made.rubric({"别的": 100}, state=RubricState.DRAFT).criteria[0].id
    assert get(lead, f"/evaluation/rubrics/{draft}/criteria/{other}").status == 404
