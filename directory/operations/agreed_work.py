"""Agreed work as those read it who may: a list of theirs, one of them, and all of them for a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from directory.db import db
from directory.errors import NotFound
from directory.models.account import Account
from directory.models.engagement import Engagement, Milestone, TermsChange
from directory.models.service import Entry, Service
from directory.operations.engagements import UNFINISHED, side_of
from directory.operations.paging import Shown, paged
from directory.policy import Actor, Permission, require
from directory.rules.engagements import Side, other
from directory.rules.roles import OF_AN_ORGANISATION, Role
from directory.rules.work import EngagementState, MilestoneState, TermsState
from search.text import mask_doors

PARTIES = frozenset({Role.NEIGHBOURHOOD, *OF_AN_ORGANISATION})


@dataclass(frozen=True, slots=True)
class Asked:
    """Which work is asked for; `waiting` is what waits for the reader's own side."""

    state: EngagementState | None = None
    text: str = ""
    waiting: bool = False
    page: int = 1


def page(asked: Asked, *, by: Actor, on: date) -> Shown[Engagement]:
    """The latest first."""
    return paged(_chosen(asked, by=by, on=on), asked.page)


def every(asked: Asked, *, by: Actor, on: date) -> Iterator[Engagement]:
    """All of them, for a file, some at a time."""
    yield from db.session.scalars(_chosen(asked, by=by, on=on).execution_options(yield_per=500))


def one(engagement_id: int, *, by: Actor) -> Engagement:
    """One with all its page shows, to read. Raises NotFound, Forbidden."""
    query = select(Engagement).where(Engagement.id == engagement_id)
    found = db.session.scalar(
        query.options(
            joinedload(Engagement.organisation),
            joinedload(Engagement.need),
            joinedload(Engagement.version),
            joinedload(Engagement.category),
            joinedload(Engagement.entry).joinedload(Entry.service).joinedload(Service.category),
            selectinload(Engagement.milestones),
        ).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(f"no engagement {engagement_id}")
    require(by, Permission.READ_ENGAGEMENT, found)
    return found


def absent(engagement: Engagement) -> list[Side]:
    """The sides of unfinished work that nobody acts for any more: all their accounts are closed."""
    if engagement.state not in UNFINISHED:
        return []
    theirs = {
        Side.NEIGHBOURHOOD: (Account.role == Role.NEIGHBOURHOOD) & (Account.area_code == engagement.area_code),
        Side.PROVIDER: Account.role.in_(OF_AN_ORGANISATION) & (Account.organisation_id == engagement.organisation_id),
    }
    there = db.session.execute(select(*(exists().where(Account.active, each) for each in theirs.values()))).one()
    return [side for side, some in zip(theirs, there, strict=True) if not some]


def is_party(engagement: Engagement, *, by: Actor) -> bool:
    """Whether somebody is of one of its two sides: to others the need's address and own words are not shown."""
    if by.role is Role.NEIGHBOURHOOD:
        return bool(by.area) and engagement.area_code == by.area
    return by.role in OF_AN_ORGANISATION and engagement.organisation_id == by.organisation


def told(text: str, engagement: Engagement, *, by: Actor) -> str:
    """What was written of the work, as somebody may read it: behind which door it was done is for its two sides."""
    return text if is_party(engagement, by=by) else mask_doors(text)


def waiting(*, by: Actor, on: date) -> int:
    """How much of it waits for the reader's own side."""
    query = select(func.count(Engagement.id)).where(_readable(by), _waits(by, on))
    return db.session.scalar(query) or 0


def _chosen(asked: Asked, *, by: Actor, on: date) -> Select[Engagement]:
    require(by, Permission.READ_ENGAGEMENT)
    query = select(Engagement).where(_readable(by)).options(joinedload(Engagement.organisation))
    if asked.state is not None:
        query = query.where(Engagement.state == asked.state)
    if asked.text:
        query = query.where(Engagement.title.contains(asked.text, autoescape=True))
    if asked.waiting:
        query = query.where(_waits(by, on))
    return query.order_by(Engagement.id.desc())


def _readable(by: Actor) -> ColumnElement[bool]:
    """What READ_ENGAGEMENT lets somebody read, as the database asks it: see policy.py."""
    if by.role is Role.NEIGHBOURHOOD:
        return Engagement.area_code == by.area
    if by.role in OF_AN_ORGANISATION:
        return Engagement.organisation_id == by.organisation
    if by.role is Role.STREET:
        within = Engagement.area_code.startswith(f"{by.area}-", autoescape=True)
        return (Engagement.area_code == by.area) | within
    return true()


def _waits(by: Actor, on: date) -> ColumnElement[bool]:
    """What waits for one side: to begin, to do by now, to accept, to sign, to answer."""
    if by.role not in PARTIES:
        return false()
    side = side_of(by)
    steps = exists().where(Milestone.engagement_id == Engagement.id, Milestone.dropped_at.is_(None))
    asked = exists().where(
        TermsChange.engagement_id == Engagement.id,
        TermsChange.state == TermsState.OPEN,
        TermsChange.side == other(side),
    )
    if side is Side.PROVIDER:
        late = steps.where(Milestone.state == MilestoneState.PENDING, Milestone.due_on <= on)
        todo = (Engagement.state == EngagementState.RUNNING) & late
        return or_(Engagement.state == EngagementState.AGREED, todo, asked)
    to_look_at = steps.where(Milestone.state == MilestoneState.DELIVERED) | accepted()
    return or_(
        Engagement.state == EngagementState.DELIVERED,
        (Engagement.state == EngagementState.RUNNING) & to_look_at,
        asked,
    )


def accepted() -> ColumnElement[bool]:
    """Every step was accepted: nothing is left but to sign."""
    steps = exists().where(Milestone.engagement_id == Engagement.id, Milestone.dropped_at.is_(None))
    return steps.where(Milestone.state == MilestoneState.ACCEPTED) & ~steps.where(
        Milestone.state != MilestoneState.ACCEPTED
    )
