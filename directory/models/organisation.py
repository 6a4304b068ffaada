"""Social organisations and the dated facts about them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Moment
from directory.rules.eligibility import DatedFact, FactKind


class OrganisationKind(StrEnum):
    NON_ENTERPRISE = "non_enterprise"
    ASSOCIATION = "association"
    FOUNDATION = "foundation"
    OTHER = "other"


class Organisation(Base):
    """A legal body. `source` names where the record came from; only records of other directories may lack a USCC.

    `phone` is the office line, never a person's.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        CheckConstraint("uscc IS NULL OR length(uscc) = 18", name="uscc"),
        CheckConstraint("uscc IS NOT NULL OR external_id IS NOT NULL", name="identified"),
        CheckConstraint("name <> ''", name="name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uscc: Mapped[str | None] = mapped_column(unique=True)
    source: Mapped[str]
    external_id: Mapped[str | None]
    name: Mapped[str]
    short_name: Mapped[str] = mapped_column(default="")
    kind: Mapped[OrganisationKind] = mapped_column(default=OrganisationKind.OTHER)
    summary: Mapped[str] = mapped_column(default="")
    area_code: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    confirmed_on: Mapped[date | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[list["Fact"]] = relationship(back_populates="organisation", order_by="Fact.since, Fact.id")


class Fact(Base):
    """One dated statement about an organisation; never overwritten, only superseded by a later row."""

    __tablename__ = "fact"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="span"),
        CheckConstraint("kind <> 'grade' OR value IN ('1A', '2A', '3A', '4A', '5A')", name="grade"),
        CheckConstraint(
            "kind <> 'annual_check' OR value IN ('passed', 'basic', 'failed', 'missed')", name="annual_check"
        ),
        CheckConstraint("kind <> 'penalty' OR value IN ('major', 'minor')", name="penalty"),
        CheckConstraint("superseded_by_id IS NULL OR superseded_by_id <> id", name="superseded"),
        Index(None, "organisation_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[FactKind]
    value: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]
    source: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[str]
    # Not indexed: asked for what is not superseded, SQLite would take that index and walk every fact there is.
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("fact.id"))
    organisation: Mapped[Organisation] = relationship(back_populates="facts")

    def dated(self) -> DatedFact:
        return DatedFact(self.kind, self.value, self.since, self.until, self.source)
