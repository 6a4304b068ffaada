from decimal import Decimal

import pytest
from sqlalchemy import select

from directory.cli.seeds import FOLDER
from directory.db import db
from directory.errors import Conflict, Forbidden, Invalid
from directory.models.audit import AuditEvent
from directory.models.organisation import OrganisationKind
from directory.models.rubric import Criterion, Rubric
from directory.models.taxonomy import Category
from directory.operations import criteria, rubrics
from directory.operations.criteria import Wording
from directory.operations.rubrics import Terms
from directory.rules.lifecycle import NotAllowed, RubricState
from directory.rules.roles import Role
from tests import factories
from tests import factories_evaluation as made

D = Decimal
HUNDRED = [("5A", D(90)), ("4A", D(80))]
TERMS = Terms("示例指标", "", "", 100, D(10), HUNDRED, "示例来源")


@pytest.fixture
def lead(app):
    factories.taxonomy()
    return factories.actor(Role.LEAD)


@pytest.fixture
def draft(lead, now):
    return rubrics.create(TERMS, by=lead, now=now)


def shape(rubric):
    return [(place.number, criterion.name, criterion.points) for place, criterion in rubrics.placed(rubric)]


def test_a_rubric_grows_from_nothing_and_its_groups_add_up(draft, lead, now):
    people = criteria.add(draft, None, Wording("人员", D(5)), by=lead, now=now)
    criteria.add(draft, people.id, Wording("资格", D(30), [(D(1), "都有"), (D("0.5"), "一半")]), by=lead, now=now)
    criteria.add(draft, people.id, Wording("培训", D("12.5")), by=lead, now=now)
    criteria.add(draft, None, Wording("诚信", D("57.5")), by=lead, now=now)
    assert shape(draft) == [
        ("1", "人员", D("42.5")),
        ("1.1", "资格", D(30)),
        ("1.2", "培训", D("12.5")),
        ("2", "诚信", D("57.5")),
    ]
    assert rubrics.complete(draft)


def test_what_a_criterion_is_put_under_loses_its_levels(draft, lead, now):
    people = criteria.add(draft, None, Wording("人员", D(5), [(D(1), "都有")]), by=lead, now=now)
    criteria.add(draft, people.id, Wording("资格", D(30)), by=lead, now=now)
    assert people.anchors == []


def test_criteria_move_among_their_siblings_and_stay_at_the_ends(draft, lead, now):
    first, second, third = (criteria.add(draft, None, Wording(n, D(10)), by=lead, now=now) for n in "甲乙丙")
    criteria.move(third, up=True, by=lead, now=now)
    criteria.move(third, up=True, by=lead, now=now)
    criteria.move(third, up=True, by=lead, now=now)
    criteria.move(second, up=False, by=lead, now=now)
    assert [name for _, name, _ in shape(draft)] == ["丙", "甲", "乙"]
    assert first.code == "1"  # a code stays, wherever the criterion stands


def test_a_criterion_moves_to_another_group_with_all_below_it(lead, now):
    draft = made.rubric(state=RubricState.DRAFT)
    by_name = {criterion.name: criterion for criterion in draft.criteria}
    criteria.change(by_name["人员"], by_name["过程"].id, Wording("人员", D(1)), by=lead, now=now)
    assert shape(draft)[:3] == [("1", "过程", D(80)), ("1.1", "清单", D(30)), ("1.2", "复查", D(20))]
    assert [name for _, name, _ in shape(draft)][3:] == ["人员", "资格", "培训", "诚信"]


def test_no_criterion_stands_under_itself(lead, now):
    draft = made.rubric(state=RubricState.DRAFT)
    group = draft.criteria[0]
    below = next(criterion for criterion in draft.criteria if criterion.parent_id == group.id)
    for parent in (group.id, below.id):
        with pytest.raises(Invalid, match="under itself"):
            criteria.change(group, parent, Wording("人员", D(1)), by=lead, now=now)


def test_a_group_goes_with_what_is_under_it_and_the_rest_adds_up(lead, now):
    draft = made.rubric(state=RubricState.DRAFT)
    criteria.remove(draft.criteria[0], by=lead, now=now)
    assert [name for _, name, _ in shape(draft)] == ["过程", "清单", "复查", "诚信"]
    assert set(db.session.scalars(select(Criterion.name))) == {"过程", "清单", "复查", "诚信"}


def test_no_more_than_four_levels(draft, lead, now):
    parent = None
    for name in "甲乙丙丁":
        parent = criteria.add(draft, parent, Wording(name, D(100)), by=lead, now=now).id
    with pytest.raises(Invalid) as refused:
        criteria.add(draft, parent, Wording("戊", D(100)), by=lead, now=now)
    assert refused.value.rule == "too_deep"


@pytest.mark.parametrize(
    ("wording", "field"),
    [
        (Wording(" ", D(10)), "name"),
        (Wording("长" * 61, D(10)), "name"),
        (Wording("甲", D(0)), "points"),
        (Wording("甲", D("-1")), "points"),
        (Wording("甲", D("0.001")), "points"),
        (Wording("甲", D("NaN")), "points"),
        (Wording("甲", D(1001)), "points"),
        (Wording("甲", D(1), [(D(2), "多")]), "levels"),
        (Wording("甲", D(1), [(D("0.5"), "半"), (D(1), "全")]), "levels"),
        (Wording("甲", D(1), [(D(1), "  ")]), "levels"),
        (Wording("甲", D(1), [(D(1) / (n + 1), "档") for n in range(9)]), "levels"),
    ],
)
def test_a_wrong_criterion_is_refused(draft, lead, now, wording, field):
    with pytest.raises(Invalid) as refused:
        criteria.add(draft, None, wording, by=lead, now=now)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"scale": 500}, "scale"),
        ({"gap": D(0)}, "gap"),
        ({"gap": D(101)}, "gap"),
        ({"gap": D("NaN")}, "gap"),
        ({"thresholds": []}, "thresholds"),
        ({"category": "P-999"}, "category"),
        ({"kind": "club"}, "kind"),
        ({"source": "长" * 601}, "source"),
    ],
)
def test_wrong_terms_are_refused(lead, now, changed, field):
    values = {name: getattr(TERMS, name) for name in Terms.__dataclass_fields__} | changed
    with pytest.raises(Invalid) as refused:
        rubrics.create(Terms(**values), by=lead, now=now)
    assert refused.value.field == field


def test_points_must_add_up_to_the_scale_before_a_rubric_is_used(draft, lead, now):
    criteria.add(draft, None, Wording("甲", D(99)), by=lead, now=now)
    with pytest.raises(Invalid, match="add up to 99"):
        rubrics.freeze(draft, by=lead, now=now)


def test_a_rubric_in_use_cannot_be_edited_its_next_version_can(lead, now):
    used = made.rubric()
    with pytest.raises(NotAllowed, match="cannot edit from frozen"):
        rubrics.to_edit(used.id, by=lead)
    copy = rubrics.next_version(used, by=lead, now=now)
    assert (copy.code, copy.version, copy.state) == (used.code, 2, RubricState.DRAFT)
    assert shape(copy) == shape(used)
    assert {c.code: c.name for c in copy.criteria} == {c.code: c.name for c in used.criteria}
    first, second = (criterion for _, criterion in rubrics.placed(copy)[:2])
    criteria.change(second, first.id, Wording("资质", D(15)), by=lead, now=now)
    assert shape(used)[1][1] == "资格"
    with pytest.raises(Conflict, match="a draft"):
        rubrics.next_version(used, by=lead, now=now)


def test_a_new_version_in_use_takes_the_place_of_the_old(lead, now):
    used = made.rubric()
    copy = rubrics.next_version(used, by=lead, now=now)
    rubrics.freeze(copy, by=lead, now=now)
    assert (used.state, copy.state) == (RubricState.RETIRED, RubricState.FROZEN)
    events = db.session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)).all()
    assert events == ["rubric:copy", "rubric:retire", "rubric:freeze"]


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.DISTRICT, Role.AUDITOR, Role.STREET])
def test_only_a_lead_edits(lead, now, role):
    with pytest.raises(Forbidden):
        rubrics.create(TERMS, by=factories.actor(role), now=now)


def category(code):
    return db.session.scalars(select(Category).filter_by(code=code)).one()


def test_the_rubric_proposed_is_the_nearest_to_the_application(lead):
    applied = made.application(factories.organisation(kind=OrganisationKind.ASSOCIATION))
    assert rubrics.offered(applied, by=lead) == ([], None)
    other = made.rubric(kind=OrganisationKind.FOUNDATION)
    assert rubrics.offered(applied, by=lead) == ([other], None)
    steps = [made.rubric(), made.rubric(kind=OrganisationKind.ASSOCIATION)]
    assert rubrics.offered(applied, by=lead)[1] is steps[1]
    field = made.rubric(category_id=category("SH-04").id)
    assert rubrics.offered(applied, by=lead)[1] is field
    own = made.rubric(category_id=category("P-001").id)
    made.rubric(category_id=category("P-015").id)
    assert rubrics.offered(applied, by=lead)[1] is own
    assert rubrics.offered(applied, by=lead)[0][:4] == [own, field, steps[1], steps[0]]


def test_a_draft_is_offered_only_when_complete_and_nothing_of_its_code_is_in_use(lead, now):
    applied = made.application()
    draft = made.rubric(state=RubricState.DRAFT)
    made.rubric({"甲": 99}, state=RubricState.DRAFT)
    made.rubric(state=RubricState.RETIRED)
    assert rubrics.offered(applied, by=lead)[0] == [draft]
    rubrics.freeze(draft, by=lead, now=now)
    copy = rubrics.next_version(draft, by=lead, now=now)
    assert rubrics.offered(applied, by=lead)[0] == [draft]
    rubrics.freeze(copy, by=lead, now=now)
    assert rubrics.offered(applied, by=lead)[0] == [copy]


def test_the_rubrics_in_seeds_are_whole(catalogue):
    found = {rubric.code: rubric for rubric in db.session.scalars(select(Rubric))}
    assert sorted(found) == ["A-1000", "F-1000", "N-1000", "S-P-007", "S-P-061"]
    for rubric in found.values():
        assert rubrics.complete(rubric), rubric.code
        assert rubric.source
        assert all(criterion.anchors for place, criterion in rubrics.placed(rubric) if place.leaf)
        for place, criterion in rubrics.placed(rubric):
            children = [c.points for p, c in rubrics.placed(rubric) if p.parent == place.id]
            assert not children or sum(children) == criterion.points
    assert {found[code].kind for code in ("A-1000", "F-1000", "N-1000")} == set(OrganisationKind) - {"other"}
    assert (FOLDER / "rubrics.json").exists()
