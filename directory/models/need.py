"""Problems that neighbourhoods bring, those who join them, and what providers ask about them."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Moment
from directory.models.match import MatchRun
from directory.models.organisation import Organisation
from directory.models.service import Entry
from directory.models.taxonomy import Category
from directory.rules.needs import Urgency
from directory.rules.routes import Route
from directory.rules.work import NeedState

_THERE = text("left_at IS NULL")
_KEPT = text("dropped_at IS NULL")


class Need(Base):
    """A problem of a neighbourhood, and how far it is on its way to being solved.

    `text` is masked; `said` as it was written, `place` the exact address and `resident` for whom a clerk wrote it, are
    for the parties only. Budgets are whole yuan, both or neither. `run` is the frozen answer it works from. `deadline`
    is until when the providers asked in this `round` may answer. `joined` counts the other neighbourhoods in it now.
    `reason` is a code where the state has one: why withdrawn, unmet, or handed to whom.
    """

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint("area_code <> ''", name="area"),
        CheckConstraint("(budget_low IS NULL) = (budget_high IS NULL)", name="budget_range"),
        CheckConstraint("budget_low IS NULL OR (budget_low >= 0 AND budget_low <= budget_high)", name="budget"),
        CheckConstraint("people IS NULL OR people > 0", name="people"),
        CheckConstraint("wanted_from IS NULL OR wanted_until IS NULL OR wanted_from <= wanted_until", name="wanted"),
        CheckConstraint("joined >= 0 AND round >= 0", name="counts"),
        CheckConstraint(
            "state IN ('draft', 'withdrawn', 'closed') OR (opened_at IS NOT NULL AND category_id IS NOT NULL)",
            name="opened",
        ),
        CheckConstraint("state <> 'shortlisted' OR deadline IS NOT NULL", name="deadline"),
        CheckConstraint("state NOT IN ('withdrawn', 'unmet') OR reason <> ''", name="reason"),
        Index(None, "area_code", "state"),
        Index(None, "state", "opened_at"),
        # All that the board counts, sorts and filters by, so that it reads but the rows of its page.
        Index("ix_need_board", "state", "public", "opened_at", "joined", "area_code", "category_id"),
        Index(None, "category_id", "state"),
        Index("ix_need_deadline", "deadline"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    text: Mapped[str]
    said: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    resident: Mapped[str] = mapped_column(default="")
    groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    people: Mapped[int | None]
    urgency: Mapped[Urgency] = mapped_column(default=Urgency.SOON)
    budget_low: Mapped[int | None]
    budget_high: Mapped[int | None]
    wanted_from: Mapped[date | None]
    wanted_until: Mapped[date | None]
    public: Mapped[bool] = mapped_column(default=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    route: Mapped[Route | None]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("match_run.id"), index=True)
    repeats_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    state: Mapped[NeedState] = mapped_column(default=NeedState.DRAFT)
    since: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    round: Mapped[int] = mapped_column(default=0)
    deadline: Mapped[datetime | None] = mapped_column(Moment)
    joined: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    category: Mapped[Category | None] = relationship()
    run: Mapped[MatchRun | None] = relationship()
    joinings: Mapped[list["Joining"]] = relationship(back_populates="need", order_by="Joining.id")
    inquiries: Mapped[list["Inquiry"]] = relationship(back_populates="need", order_by="Inquiry.id")
    answers: Mapped[list["NeedRun"]] = relationship(back_populates="need", order_by="NeedRun.run_id")


class NeedRun(Base):
    """A frozen answer that a need works from, or worked from before: its words are the need's, not a visitor's.

    `dropped` is one that another took the place of while the need was a draft: nobody went by it.
    """

    __tablename__ = "need_run"
    __table_args__ = (Index(None, "run_id", "dropped"),)

    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id"), primary_key=True)
    dropped: Mapped[bool] = mapped_column(default=False)
    need: Mapped[Need] = relationship(back_populates="answers")
    run: Mapped[MatchRun] = relationship()


class Joining(Base):
    """Another neighbourhood has the same problem; it is in the need until it leaves. `note` is masked."""

    __tablename__ = "joining"
    __table_args__ = (
        CheckConstraint("people IS NULL OR people > 0", name="people"),
        Index("uq_joining_there", "need_id", "area_code", unique=True, sqlite_where=_THERE, postgresql_where=_THERE),
        Index(None, "area_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    area_code: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    people: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    joined_at: Mapped[datetime] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    need: Mapped[Need] = relationship(back_populates="joinings")


class Inquiry(Base):
    """What a provider that was asked wants to know of a need. All asked read question and answer, not who asked."""

    __tablename__ = "inquiry"
    __table_args__ = (
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answered"),
        Index(None, "need_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    text: Mapped[str]
    answer: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    need: Mapped[Need] = relationship(back_populates="inquiries")
    organisation: Mapped[Organisation] = relationship()


class Shortlisted(Base):
    """An entry that a neighbourhood keeps in view for a need; `line_id` is its place in the answer it came from."""

    __tablename__ = "shortlisted"
    __table_args__ = (
        Index("uq_shortlisted_kept", "need_id", "entry_id", unique=True, sqlite_where=_KEPT, postgresql_where=_KEPT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("match_line.id"))
    added_at: Mapped[datetime] = mapped_column(Moment)
    dropped_at: Mapped[datetime | None] = mapped_column(Moment)
    entry: Mapped[Entry] = relationship()
