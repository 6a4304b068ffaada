"""The end of agreed work that went well: the provider delivers all of it, the neighbourhood signs it off."""

from datetime import datetime

from directory.errors import Conflict
from directory.models.engagement import Engagement
from directory.operations import engagements, needs, reputation, reviews, terms
from directory.policy import Actor, Permission, require
from directory.rules import reasons
from directory.rules.engagements import Side
from directory.rules.work import ENGAGEMENTS, MilestoneState
from search.text import mask


class StepsLeft(Conflict):
    """Some steps are not as far as the whole is to be; `names` are theirs."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"these steps are not done: {', '.join(names)}")
        self.names = names


def deliver(engagement: Engagement, *, note: str = "", by: Actor, now: datetime) -> None:
    """The provider says that all is done. Raises Forbidden, NotAllowed, StepsLeft, Invalid."""
    require(by, Permission.DO_WORK, engagement)
    ENGAGEMENTS.after("deliver", engagement.state)
    _require_steps(engagement, MilestoneState.DELIVERED, MilestoneState.ACCEPTED)
    engagements.advance(engagement, "deliver", note=engagements.note_of(note), by=by, now=now)
    engagements.tell(engagement, "engagement_delivered", to=Side.NEIGHBOURHOOD, now=now)


def give_back(engagement: Engagement, *, reason: str, by: Actor, now: datetime) -> None:
    """The neighbourhood wants more done before it signs. Raises Forbidden, NotAllowed, Invalid."""
    require(by, Permission.ACCEPT_WORK, engagement)
    ENGAGEMENTS.after("return", engagement.state)
    engagements.advance(engagement, "return", note=mask(reasons.formal(reason)), by=by, now=now)
    engagements.tell(engagement, "engagement_returned", to=Side.PROVIDER, now=now)


def sign_off(engagement: Engagement, *, by: Actor, now: datetime) -> None:
    """The neighbourhood takes over what was done: it counts as finished, and both may review each other.

    Raises Forbidden, NotAllowed, StepsLeft.
    """
    require(by, Permission.ACCEPT_WORK, engagement)
    ENGAGEMENTS.after("sign_off", engagement.state)
    _require_steps(engagement, MilestoneState.ACCEPTED)
    terms.drop(engagement, by=by, now=now)
    engagement.signed_off_at = now
    engagements.advance(engagement, "sign_off", by=by, now=now)
    reputation.add_finished(engagement)
    if (need := engagements.need_of(engagement)) is not None:
        needs.advance(need, "complete", by=by, now=now)
        engagements.tell_joined(need, "joined_finished", engagement, now=now)
    reviews.ask(engagement, now=now)


def _require_steps(engagement: Engagement, *states: MilestoneState) -> None:
    left = tuple(milestone.name for milestone in engagement.milestones if milestone.state not in states)
    if left:
        raise StepsLeft(left)
