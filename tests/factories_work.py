"""What tests put between a need and its reviews: each function adds one thing, in any state, past the operations."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from directory.db import db
from directory.models.account import Account
from directory.models.engagement import Engagement, Milestone
from directory.models.invitation import Invitation, Proposal
from directory.models.need import Joining, Need, NeedRun
from directory.models.review import DIMENSIONS, Review
from directory.models.service import Entry
from directory.models.taxonomy import Category
from directory.rules.engagements import Funding, Side
from directory.rules.reviews import last_day
from directory.rules.roles import Role
from directory.rules.routes import Route
from directory.rules.work import EngagementState, InvitationState, MilestoneState, NeedState, ReviewState
from tests import factories
from tests.factories import NEIGHBOURHOOD, NOW

TODAY = NOW.date()
REVIEW_DAYS = 60


def neighbour(area_code: str = NEIGHBOURHOOD) -> Account:
    """Somebody of a neighbourhood, the same each time."""
    found = db.session.scalar(select(Account).filter_by(role=Role.NEIGHBOURHOOD, area_code=area_code))
    return found or factories.account(Role.NEIGHBOURHOOD, area_code=area_code)


def need(text: str = "晚上小区没地方停车，天天吵架", *, area_code: str = NEIGHBOURHOOD, **changed: Any) -> Need:
    """An open need about parking."""
    category = db.session.scalars(select(Category).filter_by(code=changed.pop("category", "P-001"))).one()
    values: dict[str, Any] = {
        "account_id": changed.pop("account_id", None) or neighbour(area_code).id,
        "said": text,
        "category": category,
        "route": Route.PROVIDER,
        "state": NeedState.OPEN,
        "since": NOW,
        "created_at": NOW,
        "opened_at": NOW,
    }
    if changed.get("state") is NeedState.SHORTLISTED:
        values |= {"deadline": NOW + timedelta(days=7), "round": 1}
    made = Need(text=text, area_code=area_code, **(values | changed))
    if run_id := changed.get("run_id"):
        made.answers.append(NeedRun(run_id=run_id))
    db.session.add(made)
    db.session.flush()
    return made


def joining(need: Need, area_code: str, **changed: Any) -> Joining:
    made = Joining(need=need, area_code=area_code, account_id=neighbour(area_code).id, joined_at=NOW, **changed)
    need.joined += 1
    db.session.add(made)
    db.session.flush()
    return made


def invitation(need: Need, entry: Entry, **changed: Any) -> Invitation:
    """A provider asked from outside the answer, unless a `line_id` is given."""
    values: dict[str, Any] = {"outside": "" if "line_id" in changed else "居民熟悉", "since": NOW, "created_at": NOW}
    if changed.get("state") in {InvitationState.DECLINED, InvitationState.AWARDED, InvitationState.NOT_CHOSEN}:
        values["reason"] = "other"
    organisation = entry.service.organisation
    made = Invitation(need=need, round=need.round, entry=entry, organisation=organisation, **(values | changed))
    db.session.add(made)
    db.session.flush()
    return made


def proposal(invitation: Invitation, price: int = 1500, **changed: Any) -> Proposal:
    """What a provider answered, and its invitation says so."""
    values: dict[str, Any] = {
        "plan": "先数车位，再请居民一起定规则。",
        "starts_on": TODAY + timedelta(days=10),
        "ends_on": TODAY + timedelta(days=70),
        "account_id": factories.account(Role.OWNER, organisation_id=invitation.organisation_id).id,
        "sent_at": NOW,
        "changed_at": NOW,
    }
    made = Proposal(invitation=invitation, price=price, **(values | changed))
    if invitation.state is InvitationState.SENT:
        invitation.state = InvitationState.PROPOSED
    db.session.add(made)
    db.session.flush()
    return made


def engagement(entry: Entry, *, area_code: str = NEIGHBOURHOOD, **changed: Any) -> Engagement:
    """Running work in three milestones, of no need unless one is given."""
    values: dict[str, Any] = {
        "organisation": entry.service.organisation,
        "version_id": entry.version_id,
        "category": entry.service.category,
        "account_id": neighbour(area_code).id,
        "title": "停车共治",
        "amount": 1500,
        "funding": Funding.STREET_BUDGET,
        "starts_on": TODAY - timedelta(days=30),
        "ends_on": TODAY + timedelta(days=30),
        "acceptance": ["每户都问过一遍", "规则张贴在门口"],
        "state": EngagementState.RUNNING,
        "since": NOW,
        "created_at": NOW,
    }
    if changed.get("state") is EngagementState.SIGNED_OFF:
        values["signed_off_at"] = NOW
    if changed.get("state") is EngagementState.TERMINATED:
        values["reason"] = "other"
    done = changed.get("state") in {EngagementState.SIGNED_OFF, EngagementState.DELIVERED}
    values |= changed
    if values.get("signed_off_at") is not None:
        values.setdefault("review_until", last_day(values["signed_off_at"], REVIEW_DAYS))
    made = Engagement(entry=entry, area_code=area_code, **values)
    for place, share in enumerate((30, 40, 30), 1):
        state = MilestoneState.ACCEPTED if done else MilestoneState.PENDING
        due = TODAY + timedelta(days=10 * place)
        made.milestones.append(
            Milestone(position=place, name=f"第{place}步", due_on=due, share=share, state=state, since=NOW)
        )
    db.session.add(made)
    db.session.flush()
    return made


def review(engagement: Engagement, side: Side = Side.NEIGHBOURHOOD, points: int = 4, **changed: Any) -> Review:
    """A sealed review with the same points on each dimension; past the sums: see operations/reviews.py for those."""
    account = (
        neighbour(engagement.area_code)
        if side is Side.NEIGHBOURHOOD
        else factories.account(Role.OWNER, organisation_id=engagement.organisation_id)
    )
    values: dict[str, Any] = {
        "organisation_id": engagement.organisation_id,
        "category_id": engagement.category_id,
        "area_code": engagement.area_code,
        "account_id": account.id,
        "text": "做得细致，居民满意。",
        "since": NOW,
        "created_at": NOW,
        **dict.fromkeys(DIMENSIONS, points),
    }
    if changed.get("state") in {ReviewState.PUBLISHED, ReviewState.HIDDEN}:
        values["published_at"] = NOW
    made = Review(engagement=engagement, side=side, **(values | changed))
    db.session.add(made)
    db.session.flush()
    return made
