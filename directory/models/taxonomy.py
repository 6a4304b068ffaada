"""The tree of purchasable services, the everyday words that lead to it, and the areas."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Moment
from directory.rules.routes import Route


class Category(Base):
    """A node of the tree: level 1 a service field, level 2 a purchasable service.

    `standard` holds deliverables, acceptance (lists of sentences) and price_note; `route` the solvers, main one
    first; `around` codes of services that help around it; prices are whole yuan for one `price_unit`, 0 for free.
    A retired one takes nothing new; what was merged into another says so. One that a person has `edited` is no longer
    brought to what seeds/ says.
    """

    __tablename__ = "category"
    __table_args__ = (
        CheckConstraint("(level = 1) = (parent_id IS NULL)", name="parent"),
        CheckConstraint("level IN (1, 2)", name="level"),
        CheckConstraint("price_low >= 0 AND price_low <= price_high", name="price"),
        CheckConstraint("merged_into_id IS NULL OR retired_at IS NOT NULL", name="merged"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    level: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    procurement_code: Mapped[str] = mapped_column(default="")
    procurement_name: Mapped[str] = mapped_column(default="")
    keywords: Mapped[list[str]] = mapped_column(JSON, default=list)
    examples: Mapped[list[str]] = mapped_column(JSON, default=list)
    groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    standard: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    price_unit: Mapped[str] = mapped_column(default="")
    price_low: Mapped[int] = mapped_column(default=0)
    price_high: Mapped[int] = mapped_column(default=0)
    route: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["provider"])
    authority: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    hand_off: Mapped[str] = mapped_column(default="")
    around: Mapped[list[str]] = mapped_column(JSON, default=list)
    source: Mapped[str] = mapped_column(default="")
    edited: Mapped[bool] = mapped_column(default=False, server_default=false())
    retired_at: Mapped[datetime | None] = mapped_column(Moment)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    parent: Mapped["Category | None"] = relationship(
        remote_side="Category.id", back_populates="children", foreign_keys=parent_id
    )
    children: Mapped[list["Category"]] = relationship(
        back_populates="parent", order_by="Category.position", foreign_keys=parent_id
    )


class LexiconWord(Base):
    """An everyday word that speaks for a category with `weight` in 0..1, unless one of `unless` stands near it.

    One that a person has `edited` is no longer brought to what seeds/ says.
    """

    __tablename__ = "lexicon_word"
    __table_args__ = (
        UniqueConstraint("word", "category_id"),
        CheckConstraint("weight > 0 AND weight <= 1", name="weight"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str]
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    weight: Mapped[float]
    unless: Mapped[list[str]] = mapped_column(JSON, default=list)
    edited: Mapped[bool] = mapped_column(default=False, server_default=false())
    category: Mapped[Category] = relationship()


class Saying(Base):
    """A sentence somebody might say who needs a category, and who should solve that very case."""

    __tablename__ = "saying"
    __table_args__ = (
        UniqueConstraint("text", "category_id"),
        CheckConstraint("text <> ''", name="text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    route: Mapped[Route]
    category: Mapped[Category] = relationship()


class Area(Base):
    """District (level 0), street or town (1), residential neighbourhood (2)."""

    __tablename__ = "area"
    __table_args__ = (
        CheckConstraint("(level = 0) = (parent_id IS NULL)", name="parent"),
        CheckConstraint("level IN (0, 1, 2)", name="level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    level: Mapped[int]
    name: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    parent: Mapped["Area | None"] = relationship(remote_side="Area.id")


class Stamp(Base):
    """Counts the changes of something that workers keep a copy of, so that they notice."""

    __tablename__ = "stamp"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
