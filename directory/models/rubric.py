"""Evaluation rubrics, version by version."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Hundredths, Moment
from directory.models.organisation import OrganisationKind
from directory.models.taxonomy import Category
from directory.rules.lifecycle import RubricState


class Rubric(Base):
    """A tree of criteria with points. It scores services of a category, else organisations of a kind, else all.

    `thresholds` are [grade, least total], best first; `gap` is how far two totals may be apart before a third
    assessor is called. Once in use it is frozen: a change is a new version.
    """

    __tablename__ = "rubric"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("scale IN (100, 1000)", name="scale"),
        CheckConstraint("gap > 0", name="gap"),
        CheckConstraint("version >= 1", name="version"),
        Index(None, "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    kind: Mapped[OrganisationKind | None]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    scale: Mapped[int]
    gap: Mapped[Decimal] = mapped_column(Hundredths)
    thresholds: Mapped[list[list[Any]]] = mapped_column(JSON)
    state: Mapped[RubricState] = mapped_column(default=RubricState.DRAFT)
    source: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    category: Mapped[Category | None] = relationship()
    criteria: Mapped[list["Criterion"]] = relationship(
        back_populates="rubric", order_by="Criterion.position", cascade="all, delete-orphan"
    )


class Criterion(Base):
    """A node of the tree: a group with children, or what is marked, with points at most and what levels mean.

    `anchors` are [share of the points in 0..1, what it takes], best first. Groups hold their children's sum.
    """

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("rubric_id", "code"),
        CheckConstraint("points > 0", name="points"),
        CheckConstraint("name <> ''", name="name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rubric_id: Mapped[int] = mapped_column(ForeignKey("rubric.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("criterion.id"))
    position: Mapped[int]
    code: Mapped[str]
    name: Mapped[str]
    points: Mapped[Decimal] = mapped_column(Hundredths)
    anchors: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    rubric: Mapped[Rubric] = relationship(back_populates="criteria")
    parent: Mapped["Criterion | None"] = relationship(remote_side="Criterion.id")
