"""What tests of the evaluation centre put in: rubrics, applications that passed the formal check, their assessments."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from directory.db import db
from directory.models.account import Account
from directory.models.application import Application
from directory.models.assessment import Assessment, Mark, ScoreSheet
from directory.models.organisation import Organisation
from directory.models.rubric import Criterion, Rubric
from directory.models.service import Service
from directory.operations import sheets
from directory.policy import Actor
from directory.rules.lifecycle import ApplicationState, RubricState, SheetState, VersionState
from directory.rules.roles import Role
from tests import factories, factories_applications
from tests.factories import NOW

HUNDRED = [["5A", 90], ["4A", 80], ["3A", 70], ["2A", 60], ["1A", 50]]
# Two groups of two, and one criterion by itself: 100 points.
TREE: Mapping[str, Any] = {
    "人员": {"资格": 15, "培训": 15},
    "过程": {"清单": 30, "复查": 20},
    "诚信": 20,
}
LEAVES = ("资格", "培训", "清单", "复查", "诚信")


def rubric(tree: Mapping[str, Any] = TREE, **changed: Any) -> Rubric:
    """A rubric in use, for every category and kind; `tree` maps names to points or to what is under them."""
    place = (db.session.scalar(select(func.max(Rubric.id))) or 0) + 1
    values: dict[str, Any] = {
        "code": f"T-{place}",
        "version": 1,
        "name": f"示例指标{place}",
        "scale": 100,
        "gap": Decimal(10),
        "thresholds": HUNDRED,
        "state": RubricState.FROZEN,
        "created_at": NOW,
    }
    made = Rubric(**(values | changed))
    db.session.add(made)
    _grow(made, None, tree)
    db.session.flush()
    return made


def _grow(made: Rubric, parent: Criterion | None, tree: Mapping[str, Any]) -> Decimal:
    points = Decimal(0)
    for position, (name, below) in enumerate(tree.items()):
        code = f"{parent.code}.{position + 1}" if parent else str(position + 1)
        criterion = Criterion(parent=parent, position=position, code=code, name=name, anchors=[])
        made.criteria.append(criterion)
        if isinstance(below, Mapping):
            criterion.points = _grow(made, criterion, below)
        else:
            criterion.points, criterion.anchors = Decimal(str(below)), [[1, "齐全"], [0.5, "部分"], [0, "没有"]]
        points += criterion.points
    return points


def flat(number: int) -> dict[str, Any]:
    """So many criteria of equal points, in groups of ten; 100 points where the number is 200."""
    tree: dict[str, dict[str, Any]] = {}
    for n in range(number):
        tree.setdefault(f"第{n // 10 + 1}组", {})[f"指标{n + 1}"] = Decimal(100) / number
    return tree


def application(
    made: Organisation | None = None, state: ApplicationState = ApplicationState.SCREENED, **changed: Any
) -> Application:
    """An application of an organisation (a new one by default), with a service of its own."""
    made = made or factories.organisation((db.session.scalar(select(func.max(Organisation.id))) or 0) + 1)
    place = (db.session.scalar(select(func.max(Service.id))) or 0) + 1
    version = factories_applications.offer(
        made,
        changed.pop("category", "P-001"),
        name=f"申请的服务{place}",
        description="秘密的服务介绍：请居民一起商量车位怎么停。",
        state=VersionState.WAITING,
    )
    return factories_applications.application(version, state=state, **{"statement": "秘密的申请说明。", **changed})


def actor_of(account: Account) -> Actor:
    return Actor(account.id, account.role, account.organisation_id, account.area_code)


def assessment(
    applied: Application | None = None,
    assessors: Iterable[Account] = (),
    under: Rubric | None = None,
    state: SheetState = SheetState.OPEN,
) -> Assessment:
    """Two sheets of an application under way, both assessors having declared no conflict by default."""
    applied = applied or application(state=ApplicationState.ASSESSING)
    who = list(assessors) or [factories.account(Role.ASSESSOR), factories.account(Role.ASSESSOR)]
    made = Assessment(application=applied, rubric=under or rubric(), created_at=NOW)
    declared = None if state is SheetState.ASSIGNED else NOW
    for one in who:
        made.sheets.append(ScoreSheet(assessor=one, state=state, assigned_at=NOW, declared_at=declared))
    db.session.add(made)
    db.session.flush()
    return made


def fill(sheet: ScoreSheet, share: str | Decimal = "0.8", note: str = "材料齐全") -> ScoreSheet:
    """A mark for all that is marked, each with the same share of its points."""
    rubric_ = sheet.assessment.rubric
    sheet.marks.clear()
    db.session.flush()
    groups = {criterion.parent_id for criterion in rubric_.criteria}
    sheet.marks = [
        Mark(
            criterion_id=criterion.id,
            points=(criterion.points * Decimal(share)).quantize(Decimal("0.01")),
            note=f"{note}：{criterion.name}",
            evidence="材料第 3 页",
            saved_at=NOW,
        )
        for criterion in rubric_.criteria
        if criterion.id not in groups
    ]
    db.session.flush()
    return sheet


def closed(
    applied: Application | None = None,
    shares: Iterable[str] = ("0.9", "0.8"),
    under: Rubric | None = None,
    assessors: Iterable[Account] = (),
) -> Assessment:
    """An assessment with its result, scored by these shares of every criterion."""
    made = assessment(applied, assessors, under)
    for sheet, share in zip(made.sheets, shares, strict=True):
        sheets.submit(fill(sheet, share, f"第{share}份"), by=actor_of(sheet.assessor), now=NOW)
    return made


def announced(shares: Iterable[str] = ("0.9", "0.8"), until: date = date(2026, 11, 30)) -> Application:
    """An application with a result and a decision, in its public notice."""
    made = closed(shares=shares).application
    made.state, made.admitted, made.publicity_from, made.publicity_until = (
        ApplicationState.PUBLICITY,
        True,
        NOW.date(),
        until,
    )
    db.session.flush()
    return made
