"""Agreed work: how it begins, and each step on its way. Its milestones, terms and records have modules of their own."""

from datetime import date, datetime

from directory import audit
from directory.db import db
from directory.errors import Invalid, NotFound
from directory.models.engagement import Engagement, Milestone
from directory.models.invitation import Invitation
from directory.models.need import Need
from directory.models.service import Entry
from directory.operations import needs, notices, parameters
from directory.policy import Actor, Permission, require
from directory.rules.engagements import Funding, Side, due_days
from directory.rules.engagements import payments as split_payments
from directory.rules.lifecycle import NotAllowed
from directory.rules.roles import OF_AN_ORGANISATION
from directory.rules.terms import LONGEST_TITLE, check_money
from directory.rules.work import ENGAGEMENTS, EngagementState, MilestoneState
from search.text import mask, mask_doors

LONGEST_NOTE = 500
UNFINISHED = frozenset({EngagementState.AGREED, EngagementState.RUNNING, EngagementState.DELIVERED})


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
    check_money(amount, funding)
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
    engagement.milestones = _milestones(starts_on, ends_on, now)
    db.session.add(engagement)
    db.session.flush()
    audit.record("engagement:begin", by=by, thing=f"Engagement:{engagement.id}", now=now)
    tell(engagement, "engagement_begun", to=Side.PROVIDER, now=now)
    return engagement


def _milestones(starts_on: date, ends_on: date, now: datetime) -> list[Milestone]:
    shares = parameters.in_force().contracting.shares
    days = due_days(starts_on, ends_on, len(shares))
    return [
        Milestone(position=place, name=str(place), due_on=day, share=share, since=now)
        for place, (day, share) in enumerate(zip(days, shares, strict=True), 1)
    ]


def advance(engagement: Engagement, step: str, *, by: Actor, now: datetime, reason: str = "", note: str = "") -> None:
    """Take a step of its lifecycle and put it on record; who may take it, the caller asks. Raises NotAllowed."""
    engagement.state = ENGAGEMENTS.after(step, engagement.state)
    engagement.since, engagement.reason, engagement.note = now, reason, note
    said = ": ".join(filter(None, (reason, note)))
    on_record(f"engagement:{step}", said, thing=f"Engagement:{engagement.id}", by=by, now=now)


def on_record(event: str, said: str, *, thing: str, by: Actor, now: datetime) -> None:
    """A deed upon work. Offices read the record, so it tells no door; what was written stays whole for the parties."""
    audit.record(event, by=by, thing=thing, now=now, reason=mask_doors(said))


def start(engagement: Engagement, *, by: Actor, now: datetime) -> None:
    """The provider confirms the terms as they stand, and the work runs. Raises Forbidden, NotAllowed."""
    require(by, Permission.DO_WORK, engagement)
    advance(engagement, "start", by=by, now=now)
    if (need := need_of(engagement)) is not None:
        needs.advance(need, "start", by=by, now=now)
        tell_joined(need, "joined_started", engagement, now=now)
    tell(engagement, "engagement_started", to=Side.NEIGHBOURHOOD, now=now)


def all_accepted(engagement: Engagement) -> bool:
    """Whether the neighbourhood accepted every step there is."""
    states = {milestone.state for milestone in engagement.milestones}
    return states == {MilestoneState.ACCEPTED}


def payments(engagement: Engagement) -> dict[int, int]:
    """What each of its steps is paid, by the step's id."""
    steps = engagement.milestones
    paid = split_payments(engagement.amount, [(step.share, step.paid) for step in steps])
    return {step.id: yuan for step, yuan in zip(steps, paid, strict=True)}


def need_of(engagement: Engagement) -> Need | None:
    """The need the work is for, locked for a change; the engagement is locked before it."""
    if engagement.need_id is None:
        return None
    return db.session.get(Need, engagement.need_id, with_for_update=True, populate_existing=True)


def require_state(engagement: Engagement, step: str, *states: EngagementState) -> None:
    """Raises NotAllowed where the work stands otherwise than a step upon it asks for."""
    if engagement.state not in states:
        raise NotAllowed(step, engagement.state, states)


def note_of(note: str) -> str:
    """What somebody wrote with a step, as it is kept. Raises Invalid."""
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", len(note), "too_long", f"at most {LONGEST_NOTE} characters")
    return mask(note).strip()


def tell_joined(need: Need, kind: str, engagement: Engagement, *, now: datetime) -> None:
    """Leave a notice for the neighbourhoods that joined a need; of the work itself they read nothing."""
    own = set(notices.neighbours(need.area_code))
    others = [account for account in needs.concerned(need) if account not in own]
    organisation = engagement.organisation.name
    notices.tell(others, kind, link=f"/needs/{need.id}", now=now, organisation=organisation, need=need.text[:40])


def tell(
    engagement: Engagement,
    kind: str,
    *,
    to: Side,
    now: datetime,
    link: str = "",
    once: str | None = None,
    **facts: object,
) -> None:
    """Leave a notice for everybody of one side; it leads to the page of the work unless it says where."""
    provider = to is Side.PROVIDER
    people = notices.keepers(engagement.organisation_id) if provider else notices.neighbours(engagement.area_code)
    notices.tell(
        people,
        kind,
        link=link or f"/engagements/{engagement.id}",
        now=now,
        once=once,
        **{"title": engagement.title, "organisation": engagement.organisation.name, **facts},
    )
