"""Agreed work: its steps and payments, changes to it, and the log of what was done."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Moment
from directory.models.evidence import Evidence
from directory.models.need import Need
from directory.models.organisation import Organisation
from directory.models.service import Entry, ServiceVersion
from directory.models.taxonomy import Category
from directory.rules.engagements import Funding, Side
from directory.rules.work import EngagementState, MilestoneState, TermsState

_OPEN = text("state = 'open'")
_STANDING = text("state <> 'terminated' AND need_id IS NOT NULL")
_THERE = text("dropped_at IS NULL")


class Engagement(Base):
    """Work that a neighbourhood and a provider agreed on; `need` is None where it began without one.

    `amount` is whole yuan, 0 for free. `acceptance` are the sentences of the service standard as they were agreed.
    `title` is masked. `reason` is a code, `note` words for it. `sign_on` is the day both were told of on which it is
    signed off by itself, `review_until` the last day to review it as it stood at sign-off. `milestones` are those that
    stand, not those dropped by a change of terms.
    """

    __tablename__ = "engagement"
    __table_args__ = (
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("area_code <> ''", name="area"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("(funding = 'free') = (amount = 0)", name="free"),
        CheckConstraint("starts_on <= ends_on", name="dates"),
        CheckConstraint("(state = 'signed_off') = (signed_off_at IS NOT NULL)", name="signed_off"),
        CheckConstraint("(signed_off_at IS NULL) = (review_until IS NULL)", name="review_until"),
        CheckConstraint("state <> 'terminated' OR reason <> ''", name="reason"),
        Index("uq_engagement_standing", "need_id", unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING),
        Index(None, "area_code", "state"),
        Index(None, "organisation_id", "state"),
        Index(None, "organisation_id", "category_id", "state"),
        Index(None, "state", "review_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("service_version.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    area_code: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    title: Mapped[str]
    contract: Mapped[str] = mapped_column(default="")
    amount: Mapped[int]
    funding: Mapped[Funding]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    acceptance: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[EngagementState] = mapped_column(default=EngagementState.AGREED)
    since: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    signed_off_at: Mapped[datetime | None] = mapped_column(Moment)
    sign_on: Mapped[date | None]
    review_until: Mapped[date | None]
    need: Mapped[Need | None] = relationship()
    organisation: Mapped[Organisation] = relationship()
    entry: Mapped[Entry] = relationship()
    version: Mapped[ServiceVersion] = relationship()
    category: Mapped[Category] = relationship()
    milestones: Mapped[list["Milestone"]] = relationship(
        back_populates="engagement",
        primaryjoin="and_(Milestone.engagement_id == Engagement.id, Milestone.dropped_at.is_(None))",
        order_by="Milestone.position",
    )


class Milestone(Base):
    """A dated step of the work and its share of the payment, in percent; the shares of an engagement sum to 100.

    `checked` says of each sentence of the acceptance whether it was met. `paid` is what an accepted one was accepted
    with, in whole yuan; the open ones share what is left. One that was changed away keeps when, in `dropped_at`.
    """

    __tablename__ = "milestone"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("share >= 0 AND share <= 100", name="share"),
        CheckConstraint("paid IS NULL OR (paid >= 0 AND state = 'accepted')", name="paid"),
        CheckConstraint("dropped_at IS NULL OR state = 'pending'", name="dropped"),
        Index(
            "uq_milestone_position",
            "engagement_id",
            "position",
            unique=True,
            sqlite_where=_THERE,
            postgresql_where=_THERE,
        ),
        Index(None, "state", "due_on"),
        Index(None, "engagement_id", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    position: Mapped[int]
    name: Mapped[str]
    due_on: Mapped[date]
    share: Mapped[int]
    state: Mapped[MilestoneState] = mapped_column(default=MilestoneState.PENDING)
    since: Mapped[datetime] = mapped_column(Moment)
    checked: Mapped[dict[str, bool]] = mapped_column(JSON, default=dict)
    note: Mapped[str] = mapped_column(default="")
    paid: Mapped[int | None]
    dropped_at: Mapped[datetime | None] = mapped_column(Moment)
    engagement: Mapped[Engagement] = relationship(back_populates="milestones")


class TermsChange(Base):
    """One side wants the terms otherwise; they are so when the other side agrees. `terms` is name → [before, after]."""

    __tablename__ = "terms_change"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
        Index("uq_terms_change_open", "engagement_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(None, "engagement_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    side: Mapped[Side]
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str]
    state: Mapped[TermsState] = mapped_column(default=TermsState.OPEN)
    answer: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    engagement: Mapped[Engagement] = relationship()

    @property
    def organisation_id(self) -> int:
        return self.engagement.organisation_id

    @property
    def area_code(self) -> str:
        return self.engagement.area_code


class ServiceRecord(Base):
    """What the provider did on a day. One that was wrong is struck, with the reason, and stays."""

    __tablename__ = "service_record"
    __table_args__ = (
        CheckConstraint("cases >= 0 AND people >= 0", name="numbers"),
        CheckConstraint("(struck_at IS NULL) = (struck_reason = '')", name="struck"),
        Index(None, "engagement_id", "on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    on: Mapped[date]
    cases: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    struck_at: Mapped[datetime | None] = mapped_column(Moment)
    struck_reason: Mapped[str] = mapped_column(default="")
    engagement: Mapped[Engagement] = relationship()
    evidence: Mapped[Evidence | None] = relationship()
