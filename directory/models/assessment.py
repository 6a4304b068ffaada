"""Applications scored: who looks at which, and what they found."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Hundredths, Moment
from directory.models.account import Account
from directory.models.application import Appeal, Application
from directory.models.rubric import Criterion, Rubric
from directory.rules.lifecycle import AssessmentState, SheetState


class Assessment(Base):
    """One scoring of an application; a second one hears an appeal. `total` is on the rubric's scale.

    `grade` is what the rubric's thresholds give for the total, "" for none.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        CheckConstraint("(state = 'closed') = (total IS NOT NULL)", name="total"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        Index(None, "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    rubric_id: Mapped[int] = mapped_column(ForeignKey("rubric.id"), index=True)
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"), unique=True)
    state: Mapped[AssessmentState] = mapped_column(default=AssessmentState.SCORING)
    total: Mapped[Decimal | None] = mapped_column(Hundredths)
    grade: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    application: Mapped[Application] = relationship()
    rubric: Mapped[Rubric] = relationship()
    appeal: Mapped[Appeal | None] = relationship()
    sheets: Mapped[list["ScoreSheet"]] = relationship(back_populates="assessment", order_by="ScoreSheet.id")


class ScoreSheet(Base):
    """One assessor's marks. Nothing of the application is shown before `declared_at`; `conflict` says what it was."""

    __tablename__ = "score_sheet"
    __table_args__ = (
        UniqueConstraint("assessment_id", "assessor_id"),
        CheckConstraint("(state = 'recused') = (conflict <> '')", name="conflict"),
        CheckConstraint("(state = 'assigned') = (declared_at IS NULL)", name="declared"),
        CheckConstraint("(state = 'submitted') = (total IS NOT NULL)", name="total"),
        Index(None, "assessor_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    assessor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    state: Mapped[SheetState] = mapped_column(default=SheetState.ASSIGNED)
    third: Mapped[bool] = mapped_column(default=False)
    conflict: Mapped[str] = mapped_column(default="")
    conflict_note: Mapped[str] = mapped_column(default="")
    total: Mapped[Decimal | None] = mapped_column(Hundredths)
    assigned_at: Mapped[datetime] = mapped_column(Moment)
    declared_at: Mapped[datetime | None] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    assessment: Mapped[Assessment] = relationship(back_populates="sheets")
    assessor: Mapped[Account] = relationship()
    marks: Mapped[list["Mark"]] = relationship(back_populates="sheet", cascade="all, delete-orphan")


class Mark(Base):
    """What one criterion got on one sheet, why, and what shows it; `points` None while only noted."""

    __tablename__ = "mark"
    __table_args__ = (
        UniqueConstraint("sheet_id", "criterion_id"),
        CheckConstraint("points IS NULL OR points >= 0", name="points"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("score_sheet.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"))
    points: Mapped[Decimal | None] = mapped_column(Hundredths)
    note: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime] = mapped_column(Moment)
    sheet: Mapped[ScoreSheet] = relationship(back_populates="marks")
    criterion: Mapped[Criterion] = relationship()
