"""What organisations offer, version by version, and what of it stands in the catalogue."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Hundredths, Moment
from directory.models.organisation import Organisation
from directory.models.taxonomy import Category
from directory.rules.lifecycle import EntryState, VersionState

_NOT_APPROVED = text("state <> 'approved'")


class Service(Base):
    """One offer in one category. `capacity` is how many more it could take on now; None: not said."""

    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("organisation_id", "external_id"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    external_id: Mapped[str]
    capacity: Mapped[int | None]
    organisation: Mapped[Organisation] = relationship()
    category: Mapped[Category] = relationship()
    versions: Mapped[list["ServiceVersion"]] = relationship(back_populates="service", order_by="ServiceVersion.number")
    approved: Mapped[list["ServiceVersion"]] = relationship(
        primaryjoin="and_(Service.id == ServiceVersion.service_id, ServiceVersion.state == 'approved')",
        order_by="ServiceVersion.number",
        viewonly=True,
    )


class ServiceVersion(Base):
    """What a service is at one time; a change is a new version. `areas` are codes, prices whole yuan.

    Only approved versions are public. Of those not approved yet a service has one at most; `reason` says why one was
    returned.
    """

    __tablename__ = "service_version"
    __table_args__ = (
        UniqueConstraint("service_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("price_low IS NULL OR (price_low >= 0 AND price_low <= price_high)", name="price"),
        CheckConstraint("(price_low IS NULL) = (price_high IS NULL)", name="price_range"),
        CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", name="approved"),
        Index(
            "uq_service_version_open",
            "service_id",
            unique=True,
            sqlite_where=_NOT_APPROVED,
            postgresql_where=_NOT_APPROVED,
        ),
        Index(None, "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    number: Mapped[int]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    areas: Mapped[list[str]] = mapped_column(JSON, default=list)
    groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    price_low: Mapped[int | None]
    price_high: Mapped[int | None]
    price_unit: Mapped[str] = mapped_column(default="")
    state: Mapped[VersionState] = mapped_column(default=VersionState.APPROVED, server_default=VersionState.APPROVED)
    reason: Mapped[str] = mapped_column(default="", server_default=text("''"))
    changed_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    service: Mapped[Service] = relationship(back_populates="versions")


class Entry(Base):
    """A service that is, or was, in the catalogue, at the version approved. `assessed` is the total in 0..100.

    It stands so since `since`. A suspended one that is not cured by `cure_until` is removed the day after.
    """

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("(state = 'listed') = (reason = '')", name="reason"),
        CheckConstraint("assessed IS NULL OR (assessed >= 0 AND assessed <= 10000)", name="assessed"),
        CheckConstraint("cure_until IS NULL OR state = 'suspended'", name="cure"),
        Index(None, "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), unique=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("service_version.id"), index=True)
    state: Mapped[EntryState] = mapped_column(default=EntryState.LISTED)
    reason: Mapped[str] = mapped_column(default="")
    since: Mapped[datetime] = mapped_column(Moment)
    cure_until: Mapped[date | None]
    assessed: Mapped[Decimal | None] = mapped_column(Hundredths)
    service: Mapped[Service] = relationship()
    version: Mapped[ServiceVersion] = relationship()


class EntryStep(Base):
    """How an entry stood from a moment on, so that the catalogue of any day can be told; written by history.py.

    `step` is one of the entry lifecycle, "list" for the first listing, or "change" for a new version or score.
    """

    __tablename__ = "entry_step"
    __table_args__ = (
        CheckConstraint("step <> ''", name="step"),
        Index(None, "entry_id", "at"),
        Index(None, "at"),
        Index(None, "state", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    step: Mapped[str]
    state: Mapped[EntryState]
    reason: Mapped[str] = mapped_column(default="")
    version_id: Mapped[int] = mapped_column(ForeignKey("service_version.id"))
    assessed: Mapped[Decimal | None] = mapped_column(Hundredths)
    at: Mapped[datetime] = mapped_column(Moment)
    entry: Mapped[Entry] = relationship()
    version: Mapped[ServiceVersion] = relationship()
