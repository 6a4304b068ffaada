"""What organisations offer, version by version, and what of it stands in the catalogue."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Hundredths, Moment
from directory.models.organisation import Organisation
from directory.models.taxonomy import Category
from directory.rules.lifecycle import EntryState


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


class ServiceVersion(Base):
    """A service as approved at one time; later changes are new versions. `areas` are codes, prices whole yuan."""

    __tablename__ = "service_version"
    __table_args__ = (
        UniqueConstraint("service_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("price_low IS NULL OR (price_low >= 0 AND price_low <= price_high)", name="price"),
        CheckConstraint("(price_low IS NULL) = (price_high IS NULL)", name="price_range"),
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
    approved_at: Mapped[datetime] = mapped_column(Moment)
    service: Mapped[Service] = relationship(back_populates="versions")


class Entry(Base):
    """A service that is, or was, in the catalogue, at the version approved. `assessed` is the total in 0..100."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("(state = 'listed') = (reason = '')", name="reason"),
        CheckConstraint("assessed IS NULL OR (assessed >= 0 AND assessed <= 10000)", name="assessed"),
        Index(None, "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), unique=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("service_version.id"), index=True)
    state: Mapped[EntryState] = mapped_column(default=EntryState.LISTED)
    reason: Mapped[str] = mapped_column(default="")
    since: Mapped[datetime] = mapped_column(Moment)
    assessed: Mapped[Decimal | None] = mapped_column(Hundredths)
    service: Mapped[Service] = relationship()
    version: Mapped[ServiceVersion] = relationship()
