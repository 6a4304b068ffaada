"""The steps of agreed work: the provider delivers each, the neighbourhood accepts it or gives it back."""

from collections.abc import Mapping
from datetime import datetime

from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.engagement import Milestone
from directory.operations import engagements
from directory.policy import Actor, Permission, require
from directory.rules import reasons
from directory.rules.engagements import Side
from directory.rules.work import MILESTONES, EngagementState
from search.text import mask


class Dropped(Conflict):
    def __init__(self) -> None:
        super().__init__("this step was changed away")


def get(milestone_id: int, *, by: Actor) -> Milestone:
    """The milestone, locked for a change after its engagement. Raises NotFound, Forbidden."""
    found = db.session.get(Milestone, milestone_id)
    if found is None:
        raise NotFound(f"no milestone {milestone_id}")
    engagements.get(found.engagement_id, by=by)
    again = db.session.get(Milestone, milestone_id, with_for_update=True, populate_existing=True)
    if again is None:
        raise NotFound(f"no milestone {milestone_id}")
    return again


def deliver(milestone: Milestone, *, note: str = "", by: Actor, now: datetime) -> None:
    """The provider says that a step is done. Raises Forbidden, NotAllowed, Invalid."""
    engagement = milestone.engagement
    require(by, Permission.DO_WORK, engagement)
    engagements.require_state(engagement, "deliver", EngagementState.RUNNING)
    note = engagements.note_of(note)
    _step(milestone, "deliver", note, by=by, now=now)
    engagements.tell(engagement, "milestone_delivered", to=Side.NEIGHBOURHOOD, now=now, link=_page(milestone))


def accept(milestone: Milestone, *, met: Mapping[str, bool], note: str = "", by: Actor, now: datetime) -> None:
    """The neighbourhood accepts a step, sentence by sentence of the standard; what was not met is accepted in words.

    Raises Forbidden, NotAllowed, Invalid.
    """
    engagement = milestone.engagement
    require(by, Permission.ACCEPT_WORK, engagement)
    engagements.require_state(engagement, "accept", EngagementState.RUNNING, EngagementState.DELIVERED)
    MILESTONES.after("accept", milestone.state)
    if met.keys() != set(engagement.acceptance):
        raise Invalid("met", len(met), "incomplete", "say of each sentence whether it was met")
    note = engagements.note_of(note)
    if not all(met.values()) and not note:
        raise Invalid("note", "", "not_met", "say why it is accepted though not all is met")
    paid = engagements.payments(engagement).get(milestone.id)
    _step(milestone, "accept", note, by=by, now=now)
    milestone.paid = paid
    milestone.checked = {sentence: met[sentence] for sentence in engagement.acceptance}
    done = engagements.all_accepted(engagement) and engagement.state is EngagementState.RUNNING
    kind = "milestones_accepted" if done else "milestone_accepted"
    engagements.tell(engagement, kind, to=Side.PROVIDER, now=now)


def give_back(milestone: Milestone, *, reason: str, by: Actor, now: datetime) -> None:
    """The neighbourhood wants a step done better; work that was delivered as a whole runs again.

    Raises Forbidden, NotAllowed, Invalid.
    """
    engagement = milestone.engagement
    require(by, Permission.ACCEPT_WORK, engagement)
    engagements.require_state(engagement, "return", EngagementState.RUNNING, EngagementState.DELIVERED)
    reason = mask(reasons.formal(reason))
    _step(milestone, "return", reason, by=by, now=now)
    if engagement.state is EngagementState.DELIVERED:
        engagements.advance(engagement, "return", note=reason, by=by, now=now)
    engagements.tell(engagement, "milestone_returned", to=Side.PROVIDER, now=now, link=_page(milestone))


def _step(milestone: Milestone, step: str, note: str, *, by: Actor, now: datetime) -> None:
    if milestone.dropped_at is not None:
        raise Dropped
    milestone.state = MILESTONES.after(step, milestone.state)
    milestone.since, milestone.note = now, note
    if step != "accept":
        milestone.checked = {}
    named = f"#{milestone.position} {milestone.name}".removesuffix(f" {milestone.position}")
    said = ": ".join(filter(None, (named, note)))
    engagements.on_record(f"milestone:{step}", said, thing=f"Engagement:{milestone.engagement_id}", by=by, now=now)


def _page(milestone: Milestone) -> str:
    return f"/engagements/milestones/{milestone.id}"
