"""What the site of the journeys holds between needs and reviews: something at every step, in long words.

It is work of the demo's neighbourhood, mostly with the organisation of the demo's owner; a third has a very long name.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import current_app
from sqlalchemy import select

from directory import audit
from directory.db import db, transaction
from directory.models.account import Account
from directory.models.engagement import Engagement, ServiceRecord, TermsChange
from directory.models.match import MatchRun
from directory.models.need import Inquiry
from directory.models.service import Entry, Service
from directory.operations import exposures, matches, recounting, reports, shortlists
from directory.policy import OPERATOR, VISITOR, Actor
from directory.rules.calendar import day_of
from directory.rules.engagements import Funding, Side
from directory.rules.lifecycle import EntryState
from directory.rules.work import EngagementState, InvitationState, MilestoneState, NeedState, ReviewState
from search.query import Need as Asked
from tests import factories_supply as supplying
from tests import factories_work as working
from tests.journeys.prepared import LONG, OWNER, WIDE

NEIGHBOUR, DISTRICT = "juweihui@demo.example", "minzheng1@demo.example"
MEALS = "独居老人中午没饭吃，想有人把热饭送上楼"
LUNCH = "P-065"
AREA, NEXT_AREA = "310105-05-01", "310105-05-02"
FAR = 2  # the organisation with the longest name
_E, _I, _M = EngagementState, InvitationState, MilestoneState


def prepare_work(*, now: datetime) -> dict[str, Any]:
    """Add it to the catalogue of the app in whose context this runs; the ids that addresses of pages are made of."""
    with transaction(announce=False):
        accounts = {account.email: account for account in db.session.scalars(select(Account))}
        neighbour, owner = accounts[NEIGHBOUR], accounts[OWNER]
        own, far = _entry(owner.organisation_id or 0), _entry(FAR)
        engine = current_app.extensions["engine"]
        asked = Asked(MEALS, area="310105-05", groups=frozenset(), budget=Decimal(20000))
        run = matches.ask(asked, by=VISITOR, now=now - timedelta(hours=1), engine=engine)
        made = _choosing(neighbour, own, far, run, now) | _working(accounts, own, far, now)
        made |= _reviewed(accounts, own, far, now)
        made["call_id"] = _called(accounts[DISTRICT], now)
        exposures.count(by=OPERATOR, now=now)
        recounting.write()
    return made


def _entry(organisation_id: int) -> Entry:
    """The first that is listed of an organisation."""
    query = select(Entry).join(Entry.service).where(Service.organisation_id == organisation_id)
    found = db.session.scalars(query.where(Entry.state == EntryState.LISTED).order_by(Entry.id)).first()
    assert found is not None
    return found


def _choosing(neighbour: Account, own: Entry, far: Entry, run: MatchRun, now: datetime) -> dict[str, Any]:
    """Needs with a shortlist, with sealed and with open proposals; what the owner was asked, in every state."""
    by = Actor(neighbour.id, neighbour.role, None, neighbour.area_code)
    said = {"area_code": AREA, "category": LUNCH, "run_id": run.id, "people": 40}
    when = dict.fromkeys(("since", "created_at", "opened_at"), now - timedelta(days=3))
    chooses = working.need(f"{MEALS}。{LONG}", budget_low=0, budget_high=20000, **said, **when)
    offered = [line.entry_id for line in run.lines if 1 <= line.rank <= 3]
    for entry_id in (*offered, far.id):
        shortlists.keep(chooses, entry_id, by=by, now=now)
    asks = said | when | {"state": NeedState.SHORTLISTED}
    sealed = working.need(f"{MEALS}，每天十一点半以前", deadline=now + timedelta(days=5), **asks)
    waits = working.invitation(sealed, own, created_at=now, since=now)
    working.proposal(working.invitation(sealed, far, outside=LONG[:200], created_at=now, since=now), plan=LONG)
    other = db.session.get_one(Entry, next(each for each in offered if each != own.id))
    working.invitation(sealed, other, state=_I.DECLINED, reason="other", note=LONG, created_at=now, since=now)
    for text, answer in ((f"楼里有没有电梯？{LONG}", LONG), (f"谁来开门？{WIDE}", "")):
        asked_by = {"organisation": own.service.organisation, "asked_at": now}
        db.session.add(Inquiry(need=sealed, text=text, answer=answer, answered_at=now if answer else None, **asked_by))
    opened = working.need(f"{MEALS}，还想有人陪着吃", deadline=now + timedelta(days=2), **asks)
    proposed = working.invitation(opened, own, created_at=now, since=now)
    days = {"starts_on": day_of(now) + timedelta(days=9), "ends_on": day_of(now) + timedelta(days=99)}
    working.proposal(proposed, plan=LONG, price=9_999_999, schedule=LONG, staff=LONG, **days)
    working.proposal(working.invitation(opened, far, created_at=now, since=now), plan=WIDE, price=0, **days)
    working.invitation(opened, other, state=_I.DECLINED, reason="no_capacity", created_at=now, since=now)
    unmet = working.need(f"{MEALS}，要免费", **said, **when, state=NeedState.UNMET, reason="too_dear", note=LONG)
    lost = working.need(f"{MEALS}，周末也要", **said, **when, state=NeedState.OPEN, round=1)
    ids = {"answer": run.public_id}
    for name, state in {
        "lost": _I.NOT_CHOSEN,
        "recalled": _I.RECALLED,
        "lapsed": _I.LAPSED,
        "declined": _I.DECLINED,
    }.items():
        gone = working.need(f"{MEALS}（{state}）", **said, **when, round=1)
        values = {"reason": "other_plan"} if state is _I.NOT_CHOSEN else {}
        ids[name] = working.invitation(gone, own, state=state, note=LONG, created_at=now, since=now, **values).id
    working.invitation(lost, far, state=_I.LAPSED, created_at=now, since=now)
    lost.round = 2
    db.session.flush()
    ids |= {"choosing": chooses.id, "sealed_need": sealed.id, "opened_need": opened.id, "unmet_need": unmet.id}
    return ids | {"lost_need": lost.id, "pick": offered[0], "asked": waits.id, "proposed": proposed.id}


def _working(accounts: dict[str, Account], own: Entry, far: Entry, now: datetime) -> dict[str, Any]:
    """Work in every state, with steps in every state, records, and terms that one side wants otherwise."""
    neighbour, owner = accounts[NEIGHBOUR], accounts[OWNER]
    met = working.need(
        f"{MEALS}，已经选定",
        said=f"{MEALS}，张阿姨的电话 13812345678",
        place=WIDE,
        category=LUNCH,
        **dict.fromkeys(("since", "created_at", "opened_at"), now - timedelta(days=30)),
        area_code=AREA,
        state=NeedState.IN_SERVICE,
        round=1,
    )
    won = working.invitation(met, own, state=_I.AWARDED, reason="plan", note=LONG, created_at=now, since=now)
    working.proposal(won, plan=LONG)
    passed = working.invitation(met, far, state=_I.NOT_CHOSEN, note=LONG, created_at=now, since=now)
    working.proposal(passed, plan=LONG)
    long = {"title": f"示例·{WIDE}送餐", "contract": "HT-" + "9" * 57, "amount": 99_999_999}
    runs = _work(own, now, state=_E.RUNNING, need=met, invitation_id=won.id, **long)
    for milestone, state in zip(runs.milestones, (_M.ACCEPTED, _M.DELIVERED, _M.PENDING), strict=True):
        milestone.state, milestone.name = state, f"{WIDE}，第 {milestone.position} 步"[:60]
        milestone.note = LONG if state is not _M.PENDING else ""
    runs.milestones[0].checked = dict.fromkeys(runs.acceptance, False)
    done = {"engagement": runs, "account_id": owner.id, "created_at": now}
    kept = ServiceRecord(on=day_of(now), cases=300, people=860, note=LONG, **done)
    struck = ServiceRecord(on=day_of(now), cases=1, note=WIDE, struck_at=now, struck_reason=LONG[:200], **done)
    change = TermsChange(
        engagement=runs,
        side=Side.NEIGHBOURHOOD,
        terms={"amount": [99_999_999, 1800], "title": [runs.title, "送餐上门"]},
        reason=LONG,
        account_id=neighbour.id,
        created_at=now,
    )
    db.session.add_all([kept, struck, change])
    agreed = _work(own, now, state=_E.AGREED)
    ready = _work(own, now, state=_E.RUNNING, amount=0, funding=Funding.FREE, title="示例·午间陪伴")
    for milestone in ready.milestones:
        milestone.state = _M.ACCEPTED
    delivered = _work(own, now, state=_E.DELIVERED, note=LONG)
    ended = _work(far, now, state=_E.TERMINATED, reason="no_funds", note=LONG)
    db.session.flush()
    for deed in ("begin", "start", "return"):
        by = Actor(neighbour.id, neighbour.role, None, neighbour.area_code)
        audit.record(f"engagement:{deed}", by=by, thing=f"Engagement:{runs.id}", now=now, reason=LONG)
    steps = {f"step_{milestone.state}": milestone.id for milestone in runs.milestones}
    works = {"agreed": agreed, "running": runs, "ready": ready, "delivered": delivered, "terminated": ended}
    ids = {f"{name}_work": work.id for name, work in works.items()}
    return steps | ids | {"terms_id": change.id, "record_id": kept.id, "won": won.id, "met_need": met.id}


def _work(entry: Entry, now: datetime, **changed: Any) -> Engagement:
    """Of the neighbourhood, begun a month ago."""
    day = day_of(now)
    when = dict.fromkeys(("since", "created_at"), now - timedelta(days=30))
    days = {"starts_on": day - timedelta(days=30), "ends_on": day + timedelta(days=60)}
    values = {"title": "示例·送餐上楼", "acceptance": [LONG, "每天登记在册"], **when, **days}
    made = working.engagement(entry, **({"area_code": AREA} | values | changed))
    for milestone in made.milestones:
        milestone.due_on = day + timedelta(days=20 * milestone.position - 30)
    return made


def _reviewed(accounts: dict[str, Account], own: Entry, far: Entry, now: datetime) -> dict[str, Any]:
    """Finished work with no review, with one sealed, with both; one reported, one hidden; enough for a rating."""
    over = {"state": _E.SIGNED_OFF, "signed_off_at": now - timedelta(days=2)}
    fresh, one_in, both = (_work(own, now, title=f"示例·{name}", **over) for name in ("新签收", "一方已评", WIDE))
    written = {"created_at": now - timedelta(days=1), "since": now}
    out = written | {"state": ReviewState.PUBLISHED, "published_at": now}
    working.review(one_in, Side.PROVIDER, account_id=accounts[OWNER].id, **written)
    told = working.review(both, text=LONG, reply=LONG, replied_at=now, **out)
    working.review(both, Side.PROVIDER, text=LONG, account_id=accounts[OWNER].id, **out)
    for entry in (own, own, far):
        working.review(_work(entry, now, area_code=NEXT_AREA, **over), text=LONG, **out)
    gone = out | {"state": ReviewState.HIDDEN, "reason": "insult"}
    working.review(_work(far, now, area_code=NEXT_AREA, **over), points=1, text=LONG, **gone)
    report = reports.file(told.id, reason="untrue", text=LONG[:400], by=VISITOR, now=now)
    return {
        "fresh_work": fresh.id,
        "one_in_work": one_in.id,
        "both_work": both.id,
        "review_id": told.id,
        "report_id": report.id,
    }


def _called(officer: Account, now: datetime) -> int:
    day = day_of(now)
    made = supplying.call(
        *("P-001", "P-016"),
        title=WIDE[:60],
        text=LONG,
        opens_on=day,
        closes_on=day + timedelta(days=30),
        published_at=now,
        account_id=officer.id,
    )
    return made.id
