"""Frozen answers to needs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Moment
from directory.models.question import Question


class MatchRun(Base):
    """One answer as it was given to a question: all that is needed to repeat and defend it. Never updated.

    `routing` holds the guesses, fields, routes and the hand-off shown; `basis` parameters version, weights,
    gates, lexicon version, model version and index generation; `digest` covers the run and its lines.
    """

    __tablename__ = "match_run"
    __table_args__ = (Index(None, "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(Moment)
    routing: Mapped[dict[str, Any]] = mapped_column(JSON)
    basis: Mapped[dict[str, Any]] = mapped_column(JSON)
    stale: Mapped[bool]
    digest: Mapped[str]
    question: Mapped[Question] = relationship()
    lines: Mapped[list["MatchLine"]] = relationship(back_populates="run", order_by="MatchLine.rank, MatchLine.id")


class MatchLine(Base):
    """One provider in an answer: at a rank with reasons, or excluded (rank 0) with the gates that cost it."""

    __tablename__ = "match_line"
    __table_args__ = (
        CheckConstraint("rank >= 0 AND (rank = 0) = (score IS NULL)", name="score"),
        CheckConstraint("score IS NULL OR (score >= 0 AND score <= 1)", name="score_range"),
        Index(None, "run_id", "rank"),
        Index(None, "organisation_id", "run_id", "rank"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id"))
    rank: Mapped[int]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("service_version.id"))
    service_id: Mapped[int]
    organisation_id: Mapped[int]
    category: Mapped[str]
    score: Mapped[float | None]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    run: Mapped[MatchRun] = relationship(back_populates="lines")
