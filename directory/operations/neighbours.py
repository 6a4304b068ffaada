"""The needs of a neighbourhood, and what waits for it: from its drafts to the reviews it owes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import joinedload

from directory.db import db
from directory.models.engagement import Engagement, Milestone, TermsChange
from directory.models.invitation import Invitation
from directory.models.need import Inquiry, Joining, Need
from directory.models.review import Review
from directory.operations import parameters
from directory.operations.agreed_work import accepted
from directory.operations.endings import DRAFTS_KEPT
from directory.operations.paging import Shown, paged
from directory.operations.undertakings import first_due, sealed_of, unreviewed
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.engagements import Side
from directory.rules.work import EngagementState, InvitationState, MilestoneState, NeedState, TermsState


@dataclass(frozen=True, slots=True)
class Asked:
    """Which needs: of the neighbourhood itself, or those of others that it `joined`."""

    state: NeedState | None = None
    joined: bool = False
    page: int = 1


def listed(asked: Asked, *, by: Actor) -> Shown[Need]:
    """A page of them, the latest first."""
    return paged(_chosen(asked, by=by), asked.page)


def every(asked: Asked, *, by: Actor) -> list[Need]:
    """All of them, for a file."""
    return list(db.session.scalars(_chosen(asked, by=by)))


def _chosen(asked: Asked, *, by: Actor) -> Select[Need]:
    require(by, Permission.WRITE_NEED)
    there = exists().where(Joining.need_id == Need.id, Joining.area_code == by.area, Joining.left_at.is_(None))
    query = select(Need).where(there if asked.joined else Need.area_code == by.area)
    if asked.state is not None:
        query = query.where(Need.state == asked.state)
    return query.options(joinedload(Need.category)).order_by(Need.id.desc())


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits, and until when: the earliest day of each kind."""

    drafts: int
    drafts_kept: date | None
    to_choose: int
    to_award: int
    answers: int
    answers_due: datetime | None
    inquiries: int
    terms: int
    milestones: int
    to_sign_off: int
    reviews: int
    reviews_due: date | None


def waiting(*, by: Actor, now: datetime) -> Waiting:
    """From one statement. Of `to_award` the proposals can be read, those of `answers` are sealed yet."""
    require(by, Permission.WRITE_NEED)
    mine, agreed = Need.area_code == by.area, Engagement.area_code == by.area
    draft = Need.state == NeedState.DRAFT
    asked = Need.state == NeedState.SHORTLISTED
    in_round = exists().where(Invitation.need_id == Need.id, Invitation.round == Need.round)
    answered = in_round & ~in_round.where(Invitation.state == InvitationState.SENT)
    opened = asked & ((Need.deadline < now) | answered)  # as rules/inviting.py says
    asking = asked & ~opened
    running = Engagement.state == EngagementState.RUNNING
    to_sign = (Engagement.state == EngagementState.DELIVERED) | (running & accepted())
    owed = agreed, *unreviewed(Side.NEIGHBOURHOOD, on=day_of(now))
    written = select(func.min(Review.created_at)).join(Engagement, sealed_of(Side.PROVIDER)).where(*owed)
    row: Sequence[Any] = db.session.execute(
        select(
            _number(Need, mine, draft),
            _number(Need, mine, draft, what=func.min(Need.since)),
            _number(Need, mine, Need.state == NeedState.OPEN),
            _number(Need, mine, opened),
            _number(Need, mine, asking),
            _number(Need, mine, asking, what=func.min(Need.deadline)),
            _number(Inquiry, mine, asking, Inquiry.answer == "", through=Inquiry.need),
            _number(
                TermsChange,
                agreed,
                TermsChange.state == TermsState.OPEN,
                TermsChange.side == Side.PROVIDER,
                through=TermsChange.engagement,
            ),
            _number(
                Milestone,
                agreed,
                Engagement.state == EngagementState.RUNNING,
                Milestone.state == MilestoneState.DELIVERED,
                Milestone.dropped_at.is_(None),
                through=Milestone.engagement,
            ),
            _number(Engagement, agreed, to_sign),
            _number(Engagement, *owed),
            _number(Engagement, *owed, what=func.min(Engagement.review_until)),
            written.scalar_subquery(),
        )
    ).one()
    (
        drafts,
        since,
        to_choose,
        to_award,
        answers,
        due,
        inquiries,
        terms,
        milestones,
        to_sign_off,
        reviews,
        until,
        written_at,
    ) = row
    return Waiting(
        drafts=drafts,
        drafts_kept=day_of(since + DRAFTS_KEPT) if since else None,
        to_choose=to_choose,
        to_award=to_award,
        answers=answers,
        answers_due=due,
        inquiries=inquiries,
        terms=terms,
        milestones=milestones,
        to_sign_off=to_sign_off,
        reviews=reviews,
        reviews_due=first_due(until, written_at, parameters.in_force().periods),
    )


def proposals(needs: Sequence[Need], *, by: Actor) -> dict[int, int]:
    """How many providers have answered each of these needs in its round, from one query."""
    require(by, Permission.WRITE_NEED)
    query = (
        select(Invitation.need_id, func.count())
        .join(Invitation.need)
        .where(Need.id.in_([need.id for need in needs if need.area_code == by.area]), Need.round == Invitation.round)
        .where(Invitation.state == InvitationState.PROPOSED)
        .group_by(Invitation.need_id)
    )
    return dict(db.session.execute(query).all())


def work(need: Need) -> Engagement | None:
    """What was agreed on for it and stands."""
    standing = Engagement.need_id == need.id, Engagement.state != EngagementState.TERMINATED
    return db.session.scalar(select(Engagement).where(*standing).options(joinedload(Engagement.organisation)))


def _number(thing: Any, *conditions: ColumnElement[bool], through: Any = None, what: Any = None) -> Any:
    """A count, or another sum, over things; `through` leads to what has the area."""
    query = select(func.count(thing.id) if what is None else what).select_from(thing)
    if through is not None:
        query = query.join(through)
    return query.where(*conditions).scalar_subquery()
