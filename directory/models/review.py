"""What the two parties of finished work say of each other, and what becomes of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from directory.db import Base, Moment
from directory.models.engagement import Engagement, ServiceRecord
from directory.models.organisation import Organisation
from directory.models.taxonomy import Category
from directory.rules.engagements import Side
from directory.rules.work import ReportState, ReviewState

DIMENSIONS = ("professional", "timely", "effective", "communication", "orderly")
_OPEN = text("state = 'open'")


class Review(Base):
    """One party's rating of the other, in 1..5 on each dimension; sealed until both are in or the time is over.

    Those by the neighbourhood rate the organisation. `nth` is its place among the published ones of this neighbourhood
    on this organisation in this category, None for what counts nowhere. `text` and `reply` are masked; a reply that
    was hidden stays here and is shown nowhere. `records` are those of the work that stand: read only where it is asked
    for.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("engagement_id", "side"),
        *(CheckConstraint(f"{name} >= 1 AND {name} <= 5", name=name) for name in DIMENSIONS),
        CheckConstraint("(state = 'sealed') = (published_at IS NULL)", name="published"),
        CheckConstraint("state <> 'hidden' OR reason <> ''", name="reason"),
        CheckConstraint("(reply = '') = (replied_at IS NULL)", name="replied"),
        CheckConstraint("(reply_hidden_at IS NULL) = (reply_reason = '')", name="reply_reason"),
        CheckConstraint("reply_hidden_at IS NULL OR reply <> ''", name="reply_hidden"),
        CheckConstraint("nth IS NULL OR (nth >= 1 AND state = 'published')", name="nth"),
        Index(None, "organisation_id", "state", "published_at"),
        Index(None, "organisation_id", "category_id", "area_code"),
        Index(None, "state", "since"),
        Index(None, "reply_hidden_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    side: Mapped[Side]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    area_code: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    professional: Mapped[int]
    timely: Mapped[int]
    effective: Mapped[int]
    communication: Mapped[int]
    orderly: Mapped[int]
    text: Mapped[str] = mapped_column(default="")
    state: Mapped[ReviewState] = mapped_column(default=ReviewState.SEALED)
    since: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(default="")
    nth: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    reply: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None] = mapped_column(Moment)
    reply_hidden_at: Mapped[datetime | None] = mapped_column(Moment)
    reply_reason: Mapped[str] = mapped_column(default="")
    records: Mapped[int] = column_property(
        select(func.count(ServiceRecord.id))
        .where(ServiceRecord.engagement_id == engagement_id, ServiceRecord.struck_at.is_(None))
        .correlate_except(ServiceRecord)
        .scalar_subquery(),
        deferred=True,
    )
    engagement: Mapped[Engagement] = relationship()
    organisation: Mapped[Organisation] = relationship()
    category: Mapped[Category] = relationship()


class ReviewReport(Base):
    """Somebody holds that a review, or the reply to it, must not stand. What was decided of one stays decided."""

    __tablename__ = "review_report"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        Index(
            "uq_review_report_open", "review_id", "of_reply", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index(None, "state"),
        Index(None, "review_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    of_reply: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    state: Mapped[ReportState] = mapped_column(default=ReportState.OPEN)
    answer: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    review: Mapped[Review] = relationship()
