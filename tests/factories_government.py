"""What waits for government: applications in any state, objections, claimed facts, versions."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from directory.db import db
from directory.models.application import Application, Objection
from directory.models.assessment import Assessment
from directory.models.claimed import ClaimedFact
from directory.models.organisation import Organisation
from directory.models.rubric import Rubric
from directory.models.service import Entry, ServiceVersion
from directory.rules.calendar import day_of
from directory.rules.lifecycle import ApplicationState, AssessmentState, VersionState
from tests import factories_applications
from tests.factories import NOW

_A = ApplicationState
_WAITING = {_A.SUBMITTED, _A.SCREENED, _A.ASSESSING, _A.DECIDED, _A.PUBLICITY}
_ADMITTED = {_A.DECIDED, _A.PUBLICITY, _A.LISTED}


def application(made: Organisation, state: ApplicationState = _A.SUBMITTED, **changed: Any) -> Application:
    """An application with a service of its own; `name` and `category` are those of the service."""
    service = {"name": "楼道清理", "description": "每月两次清理楼道。", "price_high": 1200, "price_unit": "每楼栋"}
    service |= {key: changed.pop(key) for key in ("name",) if key in changed}
    version = factories_applications.offer(
        made,
        changed.pop("category", "P-001"),
        state=VersionState.WAITING if state in _WAITING else VersionState.DRAFT,
        **service,
    )
    if state is _A.LISTED:
        version.state, version.approved_at = VersionState.APPROVED, NOW
    values: dict[str, Any] = {}
    if state in _ADMITTED:
        values |= {"admitted": True, "decided_at": NOW, "reason": "各项条件符合"}
    if state in {_A.PUBLICITY, _A.LISTED}:
        today = day_of(changed.get("since", NOW))
        values |= {"publicity_from": today, "publicity_until": today + timedelta(days=7)}
    return factories_applications.application(version, state=state, **(values | changed))


def scored(made: Organisation, total: str = "86.5", grade: str = "A", **changed: Any) -> Application:
    """An application whose evaluation has closed."""
    asked = application(made, _A.ASSESSING, **changed)
    result(asked, total, grade)
    return asked


def result(asked: Application, total: str = "86.5", grade: str = "A") -> Assessment:
    rubric = db.session.scalar(select(Rubric).filter_by(code="示例", version=1))
    if rubric is None:
        rubric = Rubric(code="示例", version=1, name="示例评分表", scale=100, gap=Decimal(10), created_at=NOW)
        rubric.thresholds = [["A", 80], ["B", 60]]
        db.session.add(rubric)
    closed = Assessment(
        application=asked, rubric=rubric, state=AssessmentState.CLOSED, total=Decimal(total), grade=grade
    )
    closed.created_at = closed.closed_at = NOW
    db.session.add(closed)
    db.session.flush()
    return closed


def objection(asked: Application, **changed: Any) -> Objection:
    place = (db.session.scalar(select(func.max(Objection.id))) or 0) + 1
    values: dict[str, Any] = {
        "receipt": f"RECEIPT{place:05d}",
        "name": "示例·居民",
        "contact": "13800000000",
        "text": "去年这家机构在我们楼里没有按时来，电话 13900000000。",
        "created_at": NOW,
    }
    filed = Objection(application=asked, **(values | changed))
    db.session.add(filed)
    db.session.flush()
    return filed


def claimed(made: Organisation, **changed: Any) -> ClaimedFact:
    """A grade the organisation says it holds, with nothing to prove it."""
    values = {"since": date(2026, 3, 1), "until": date(2031, 2, 28), "source": "市民政局公告（示例）", "evidence": None}
    return factories_applications.claimed(made, **(values | changed))


def edit(listed: Entry, **changed: Any) -> ServiceVersion:
    """A change of a listed service that waits for approval."""
    values = {"state": VersionState.WAITING, "name": f"{listed.version.name}（改）"}
    return factories_applications.pending(listed.service, **(values | changed))
