"""Sealed publications of the catalogue."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Moment
from directory.rules.lifecycle import EditionState


class Edition(Base):
    """All listed entries at one time. `number` reads 2026-1; `digest` covers its rows and the edition before it.

    A sealed edition never changes but for its state, when the next one supersedes it.
    """

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("year", "ordinal"),
        CheckConstraint("ordinal >= 1", name="ordinal"),
        CheckConstraint("length(digest) = 64 AND length(previous) = 64", name="digest"),
        Index(
            "uq_edition_in_force",
            "state",
            unique=True,
            sqlite_where=text("state = 'sealed'"),
            postgresql_where=text("state = 'sealed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    ordinal: Mapped[int]
    title: Mapped[str] = mapped_column(default="")
    state: Mapped[EditionState] = mapped_column(default=EditionState.SEALED)
    sealed_at: Mapped[datetime] = mapped_column(Moment)
    sealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    parameters_version: Mapped[int]
    rows: Mapped[int]
    previous: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(unique=True)
    entries: Mapped[list["SealedEntry"]] = relationship(back_populates="edition", order_by="SealedEntry.position")

    @property
    def number(self) -> str:
        return f"{self.year}-{self.ordinal}"


class SealedEntry(Base):
    """One row of an edition: `content` is canonical JSON of the service version and the organisation with its facts.

    `field` (its code), `organisation` and `service` say again what stands in it, to be found by.
    """

    __tablename__ = "sealed_entry"
    __table_args__ = (
        UniqueConstraint("edition_id", "position"),
        UniqueConstraint("edition_id", "entry_id"),
        CheckConstraint("length(digest) = 64", name="digest"),
        Index(None, "edition_id", "field", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    position: Mapped[int]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    field: Mapped[str]
    organisation: Mapped[str]
    service: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str]
    edition: Mapped[Edition] = relationship(back_populates="entries")
