"""What the site of the journeys holds beside the seeds: work in every state, so that every workspace shows something.

The organisation of the demo's owner has most of it. Days count from the real clock, which is the server's.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from directory import audit
from directory.db import db, transaction
from directory.exchange import lists, waiting
from directory.models.account import Account, Claim
from directory.models.application import Application
from directory.models.audit import AuditEvent
from directory.models.organisation import Organisation
from directory.models.rubric import Criterion
from directory.models.service import Entry, Service
from directory.models.taxonomy import Category
from directory.operations import enrolments, entries, notices, postings, sealing
from directory.operations.details import Details
from directory.policy import OPERATOR, Actor
from directory.rules.calendar import day_of
from directory.rules.lifecycle import ApplicationState, RubricState, SheetState
from directory.rules.roles import Role
from directory.rules.routes import Route
from tests import factories_applications as offering
from tests import factories_evaluation as evaluating
from tests import factories_government as governing
from tests import factories_work as working

_A = ApplicationState
LONG = "缺少去年的年检报告，人员名单里的社保证明和申报的人数也对不上。" * 4
WIDE = "示例·上海市长宁区华阳路街道居民自治与邻里互助" + "Nachbarschaftshilfe" * 3
OWNER, LEAD, ASSESSOR = "fuzeren@demo.example", "zuzhang@demo.example", "pinggu1@demo.example"


def prepare(folder: Path, *, now: datetime) -> dict[str, Any]:
    """Fill the catalogue of the app in whose context this runs; the ids that addresses of pages are made of."""
    with transaction(announce=False):
        accounts = {account.email: account for account in db.session.scalars(select(Account))}
        own = db.session.get_one(Organisation, accounts[OWNER].organisation_id)
        made = _editions(own, now) | _asked(own, now) | _scored(accounts, now) | _claimed(own, now)
        listed = lists.template_csv("organisations") + _row_of_a_list().encode()
        made["list_id"] = waiting.keep(
            folder, listed, kind="organisations", owner=accounts["minzheng1@demo.example"].id
        )
        made |= _needed(accounts["juweihui@demo.example"], now)
        _tell(accounts, made, now)
    return made


def _needed(neighbour: Account, now: datetime) -> dict[str, Any]:
    """A need that others joined, a draft to confirm, and one that is for an authority."""
    by = Actor(neighbour.id, neighbour.role, None, neighbour.area_code)
    said = {"account_id": neighbour.id, "area_code": neighbour.area_code, "since": now, "created_at": now}
    opened = working.need(
        f"楼道里堆满杂物，灭火器也过期了。{LONG}", category="P-009", opened_at=now, people=300, **said
    )
    working.joining(opened, "310105-06-01", people=40, note=LONG[:100])
    engine = current_app.extensions["engine"]
    ids = []
    for text in ("晚上没地方停车，邻居天天为车位吵架", "隔壁违章搭了个阳光房"):
        details, drafted = postings.work_out(Details(text, place="示例路 12 号"), by=by, now=now, engine=engine)
        ids.append(postings.post(details, drafted, by=by, now=now)[0])
    ids[1].category = db.session.scalars(select(Category).filter_by(code="P-036")).one()
    ids[1].route = Route.DEPARTMENT
    theirs = working.need("楼道里堆满杂物", area_code="310105-06-01", category="P-009", opened_at=now)
    return {"need_id": opened.id, "draft_need": ids[0].id, "handed_need": ids[1].id, "their_need": theirs.id}


def _row_of_a_list() -> str:
    return "52310105DEM999999X,示例·没有这样的机构,,,,,\n"


def _editions(own: Organisation, now: datetime) -> dict[str, Any]:
    """Two editions, between them a suspension and a service that was renamed and waits for approval."""
    first = sealing.seal("示例第一版", by=OPERATOR, now=now - timedelta(days=30))
    query = select(Entry).join(Service).where(Service.organisation_id == own.id).order_by(Entry.id)
    kept, suspended, changed, *_ = db.session.scalars(query)
    entries.suspend(suspended, reason="complaint_confirmed", by=OPERATOR, now=now - timedelta(days=3))
    offering.pending(changed.service, name=f"{changed.version.name}（改）", description=LONG)
    suspended.cure_until = day_of(now) + timedelta(days=20)
    second = sealing.seal("示例第二版", by=OPERATOR, now=now - timedelta(days=1))
    version = governing.edit(kept, name=f"{kept.version.name}（{WIDE}）", description=LONG, changed_at=now)
    return {
        "older": first.number,
        "number": second.number,
        "entry_id": kept.id,
        "service_id": suspended.service_id,
        "changed": changed.service_id,
        "open_service": kept.service_id,
        "suspended": suspended.id,
        "version_id": version.id,
        "organisation_id": own.id,
    }


def _asked(own: Organisation, now: datetime) -> dict[str, Any]:
    """Applications of one organisation in every state before a listing."""
    draft = offering.application(offering.offer(own, name="示例·旧家具搬运"), statement="", since=now)
    offering.application(offering.offer(own, name="示例·楼道粉刷"), state=_A.RETURNED, reason=LONG, since=now)
    fresh = governing.application(own, _A.SUBMITTED, name=f"{WIDE}楼道清理", statement=LONG, since=now)
    governing.application(own, _A.SCREENED, name="示例·电梯间保洁", since=now - timedelta(days=12))
    decidable = governing.scored(own, name="示例·飞线充电劝导", since=now)
    announced = governing.application(own, _A.PUBLICITY, name="示例·停车协商", since=now - timedelta(days=1))
    announced.publicity_until = day_of(now) + timedelta(days=6)
    evaluating.closed(announced)
    filed = governing.objection(announced, text=LONG + "电话 13900000000。", created_at=now)
    offered = offering.offer(own, name="示例·还没申请的服务")
    for deed, at in (("submit", now), ("return", now), ("revise", now), ("submit", now)):
        _did(f"application:{deed}", fresh, at)
    return {
        "offered": offered.service_id,
        "draft": draft.id,
        "submitted": fresh.id,
        "decidable": decidable.id,
        "announced": announced.id,
        "objection_id": filed.id,
        "receipt": filed.receipt,
    }


def _scored(accounts: Mapping[str, Account], now: datetime) -> dict[str, Any]:
    """Sheets at every step, a result with an appeal-able notice, and a rubric that is still written."""
    assessors = [accounts[ASSESSOR], accounts["pinggu2@demo.example"]]
    under = evaluating.rubric(name="示例·社区服务评估指标", created_at=now)
    waits = evaluating.assessment(assessors=assessors, under=under, state=SheetState.ASSIGNED)
    running = evaluating.assessment(assessors=[accounts[LEAD], *assessors[:1]], under=under)
    evaluating.fill(running.sheets[1])
    third = evaluating.assessment(assessors=assessors, under=under)
    closed = evaluating.closed(under=under, assessors=assessors)
    for made in (waits, running, third, closed):
        made.created_at = now - timedelta(days=5)
        made.application.version.name = f"示例·{made.application.version.name}"
        for sheet in made.sheets:
            sheet.assigned_at = now - timedelta(days=4)
    evaluating.application(since=now - timedelta(days=2)).version.name = WIDE
    draft = evaluating.rubric(name="示例·还在写的指标", state=RubricState.DRAFT, created_at=now)
    leaf = db.session.scalars(select(func.max(Criterion.id)).where(Criterion.rubric_id == draft.id)).one()
    return {
        "to_assign": db.session.scalars(select(func.max(Application.id)).filter_by(state=_A.SCREENED)).one(),
        "assessment_id": waits.id,
        "assigned": waits.sheets[0].id,
        "open_sheet": running.sheets[1].id,
        "submitted_sheet": closed.sheets[0].id,
        "result": closed.application_id,
        "rubric_id": under.id,
        "draft_rubric": draft.id,
        "criterion_id": leaf,
    }


def _claimed(own: Organisation, now: datetime) -> dict[str, Any]:
    """Facts that wait and that were refused, a claim to an organisation, and an invitation."""
    said = offering.claimed(own, source=LONG, created_at=now)
    governing.claimed(own, value="4A", state="refused", reason=LONG, created_at=now, decided_at=now)
    other = db.session.scalars(select(Organisation).where(Organisation.id != own.id)).first()
    claim = Claim(organisation=other, name="示例·认领人", email=f"{'x' * 40}@example.org", created_at=now)
    db.session.add(claim)
    _, token = enrolments.invite("xinren@example.org", Role.ASSESSOR, by=OPERATOR, now=now)
    db.session.flush()
    return {"claimed_id": said.id, "claim_id": claim.id, "token": token}


def _tell(accounts: Mapping[str, Account], made: dict[str, Any], now: datetime) -> None:
    """News for everybody: one with a long name, one without facts."""
    everybody = [account.id for account in accounts.values()]
    link = f"/publicity/{made['announced']}"
    notices.tell(everybody, "application_admitted", link=link, now=now, service=WIDE)
    notices.tell(everybody, "entry_suspend", link="/about", now=now - timedelta(days=2), service="示例·楼道粉刷")
    editor = next(account for account in accounts.values() if account.role is Role.EDITOR)
    last = db.session.scalar(select(func.max(AuditEvent.id)))
    made |= {"account_id": editor.id, "event_id": last}


def _did(event: str, asked: Application, now: datetime) -> None:
    reason = LONG if event.endswith("return") else ""
    by = Actor(1, Role.DISTRICT) if reason else Actor(2, Role.OWNER, asked.organisation_id)
    audit.record(event, by=by, thing=f"Application:{asked.id}", now=now, reason=reason)
