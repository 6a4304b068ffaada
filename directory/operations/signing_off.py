"""The end of agreed work that went well: the provider delivers all of it, the neighbourhood signs it off.

Where every step was accepted and nobody signs, it is signed off by itself: a silence does not keep the reviews away.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from directory.db import db
from directory.errors import Conflict
from directory.models.engagement import Engagement, Milestone
from directory.operations import engagements, needs, parameters, reputation, reviews, terms
from directory.policy import Actor, Permission, require
from directory.rules import reasons
from directory.rules.calendar import day_of
from directory.rules.engagements import UNSIGNED, Side
from directory.rules.reviews import last_day
from directory.rules.work import ENGAGEMENTS, EngagementState, MilestoneState
from search.text import mask

ANNOUNCED = timedelta(days=7)  # both sides are told so long before work is signed off by itself


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

    The provider need not have delivered the whole where each step was accepted.
    Raises Forbidden, NotAllowed, StepsLeft.
    """
    require(by, Permission.ACCEPT_WORK, engagement)
    _sign(engagement, by=by, now=now)


def due(day: date, *, by: Actor, now: datetime) -> Counter[str]:
    """Sign off what was announced for this day and nobody signed; announce what comes next. Before the reviews."""
    require(by, Permission.RUN_DAILY)
    done, days = Counter[str](), timedelta(days=parameters.in_force().periods.sign_days)
    for engagement, since in _unsigned(now):
        wanted = since + days
        if engagement.sign_on is None or engagement.sign_on < wanted:
            if day >= wanted - ANNOUNCED:
                _announce(engagement, max(wanted, day + ANNOUNCED), now=now)
                done["sign_announced"] += 1
        elif day >= engagement.sign_on:
            for side in Side:
                engagements.tell(engagement, "signed_unasked", to=side, now=now)
            _sign(engagement, reason=UNSIGNED, by=by, now=now)
            done["signed"] += 1
    return done


def _sign(engagement: Engagement, *, reason: str = "", by: Actor, now: datetime) -> None:
    ENGAGEMENTS.after("sign_off", engagement.state)
    _require_steps(engagement, MilestoneState.ACCEPTED)
    terms.drop(engagement, by=by, now=now)
    until = last_day(now, parameters.in_force().periods.review_days)
    engagement.signed_off_at, engagement.review_until = now, until
    engagements.advance(engagement, "sign_off", reason=reason, by=by, now=now)
    reputation.add_finished(engagement)
    if (need := engagements.need_of(engagement)) is not None:
        needs.advance(need, "complete", by=by, now=now)
        engagements.tell_joined(need, "joined_finished", engagement, now=now)
    reviews.ask(engagement, now=now)


def _announce(engagement: Engagement, on: date, *, now: datetime) -> None:
    engagement.sign_on = on
    for side, kind in ((Side.NEIGHBOURHOOD, "sign_soon"), (Side.PROVIDER, "own_sign_soon")):
        engagements.tell(engagement, kind, to=side, now=now, until=on)


def _unsigned(now: datetime) -> Iterator[tuple[Engagement, date]]:
    """Work all of whose steps were accepted, locked, and since which day nothing is left but to sign.

    Work that was not delivered as a whole goes on until the end that was agreed: a course all year is not over because
    its steps of the spring are.
    """
    stands = Milestone.engagement_id == Engagement.id, Milestone.dropped_at.is_(None)
    last = select(func.max(Milestone.since)).where(*stands).scalar_subquery()
    left = select(Milestone.id).where(*stands, Milestone.state != MilestoneState.ACCEPTED).exists()
    under_way = Engagement.state.in_((EngagementState.RUNNING, EngagementState.DELIVERED))
    query = select(Engagement, last).where(under_way, Engagement.since <= now, last <= now, ~left)
    query = query.order_by(Engagement.id).with_for_update(of=Engagement)
    for engagement, accepted_at in list(db.session.execute(query.execution_options(populate_existing=True))):
        since = max(day_of(accepted_at), day_of(engagement.since))
        running = engagement.state is EngagementState.RUNNING
        yield engagement, max(since, engagement.ends_on) if running else since


def _require_steps(engagement: Engagement, *states: MilestoneState) -> None:
    left = tuple(milestone.name for milestone in engagement.milestones if milestone.state not in states)
    if left:
        raise StepsLeft(left)
