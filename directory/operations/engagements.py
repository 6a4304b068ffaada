"""Agreed work: how it begins, and each step on its way. Its milestones, terms and records have modules of their own."""

from datetime import date, datetime

from directory import audit
from directory.db import db
from directory.errors import Invalid, NotFound
from directory.models.engagement import Engagement, Milestone
from directory.models.invitation import Invitation
from directory.models.need import Need
from directory.models.service import Entry
from directory.operations import notices, parameters
from directory.policy import Actor, Permission, require
from directory.rules.engagements import Funding, Side, due_days
from directory.rules.roles import OF_AN_ORGANISATION
from directory.rules.work import ENGAGEMENTS
from search.text import mask

LONGEST_TITLE = 100
MOST_YUAN = 100_000_000


def get(engagement_id: int, *, by: Actor) -> Engagement:
    """The engagement, locked for a change. Raises NotFound, Forbidden."""
    found = db.session.get(Engagement, engagement_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"no engagement {engagement_id}")
    require(by, Permission.READ_ENGAGEMENT, found)
    return found


def side_of(by: Actor) -> Side:
    """Which of the two parties somebody is of; for those who have passed a permission of one."""
    return Side.PROVIDER if by.role in OF_AN_ORGANISATION else Side.NEIGHBOURHOOD


def begin(
    entry: Entry,
    *,
    area_code: str,
    title: str,
    amount: int,
    funding: Funding,
    starts_on: date,
    ends_on: date,
    need: Need | None = None,
    invitation: Invitation | None = None,
    by: Actor,
    now: datetime,
) -> Engagement:
    """Agree on work with a provider, in milestones of the default shares; it runs once the provider says so.

    Raises Forbidden, Invalid. The caller has checked that the entry may be chosen.
    """
    require(by, Permission.BEGIN_ENGAGEMENT, need)
    title = mask(title).strip()
    if not title:
        raise Invalid("title", title, "empty", "say what the work is")
    if not 0 <= amount <= MOST_YUAN:
        raise Invalid("amount", amount, "range", f"from 0 to {MOST_YUAN}")
    if (funding is Funding.FREE) != (amount == 0):
        raise Invalid("funding", funding, "free", "free work costs nothing, and only that")
    if ends_on < starts_on:
        raise Invalid("ends_on", ends_on.isoformat(), "order", "it ends before it starts")
    category = entry.service.category
    engagement = Engagement(
        need=need,
        invitation_id=None if invitation is None else invitation.id,
        organisation=entry.service.organisation,
        entry=entry,
        version_id=entry.version_id,
        category=category,
        area_code=area_code,
        account_id=by.id,
        title=title[:LONGEST_TITLE],
        amount=amount,
        funding=funding,
        starts_on=starts_on,
        ends_on=ends_on,
        acceptance=list(category.standard.get("acceptance", [])),
        since=now,
        created_at=now,
    )
    shares = parameters.in_force().contracting.shares
    days = due_days(starts_on, ends_on, len(shares))
    engagement.milestones = [
        Milestone(position=place, name=str(place), due_on=day, share=share, since=now)
        for place, (day, share) in enumerate(zip(days, shares, strict=True), 1)
    ]
    db.session.add(engagement)
    db.session.flush()
    audit.record("engagement:begin", by=by, thing=f"Engagement:{engagement.id}", now=now)
    tell(engagement, "engagement_begun", to=Side.PROVIDER, now=now)
    return engagement


def advance(engagement: Engagement, step: str, *, by: Actor, now: datetime, reason: str = "", note: str = "") -> None:
    """Take a step of its lifecycle and put it on record; who may take it, the caller asks. Raises NotAllowed."""
    engagement.state = ENGAGEMENTS.after(step, engagement.state)
    engagement.since, engagement.reason, engagement.note = now, reason, note
    said = ": ".join(filter(None, (reason, note)))
    audit.record(f"engagement:{step}", by=by, thing=f"Engagement:{engagement.id}", now=now, reason=said)


def tell(engagement: Engagement, kind: str, *, to: Side, now: datetime, **facts: str) -> None:
    """Leave a notice for everybody of one side."""
    provider = to is Side.PROVIDER
    people = notices.keepers(engagement.organisation_id) if provider else notices.neighbours(engagement.area_code)
    notices.tell(
        people,
        kind,
        link=f"/engagements/{engagement.id}",
        now=now,
        once=None,
        **{"title": engagement.title, "organisation": engagement.organisation.name, **facts},
    )
