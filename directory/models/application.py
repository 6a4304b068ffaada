"""An organisation asks that a service enter the catalogue, and what others say of that."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Moment
from directory.models.organisation import Organisation
from directory.models.service import Service, ServiceVersion
from directory.rules.lifecycle import ENDED, ApplicationState, ObjectionState

_ENDED = ", ".join(f"'{state}'" for state in sorted(ENDED))


class Application(Base):
    """One service at one version, asking to be listed. Each step is also an audit event with its reason.

    `reason` belongs to the last step; `publicity_until` is the last day of the public notice.
    The decision is government's own act: `admitted` may differ from what the score suggests.
    """

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL OR state = 'withdrawn'", name="submitted"),
        CheckConstraint("state <> 'publicity' OR publicity_until IS NOT NULL", name="publicity"),
        CheckConstraint("state NOT IN ('decided', 'publicity', 'listed') OR admitted", name="admitted"),
        Index(
            "uq_application_open",
            "service_id",
            unique=True,
            sqlite_where=text(f"state NOT IN ({_ENDED})"),
            postgresql_where=text(f"state NOT IN ({_ENDED})"),
        ),
        Index(None, "state", "since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("service_version.id"))
    state: Mapped[ApplicationState] = mapped_column(default=ApplicationState.DRAFT)
    since: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(default="")
    statement: Mapped[str] = mapped_column(default="")
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    admitted: Mapped[bool | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    publicity_from: Mapped[date | None]
    publicity_until: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    organisation: Mapped[Organisation] = relationship()
    service: Mapped[Service] = relationship()
    version: Mapped[ServiceVersion] = relationship()
    objections: Mapped[list["Objection"]] = relationship(back_populates="application", order_by="Objection.id")


class Objection(Base):
    """What somebody holds against an admission during its public notice; who they are is for government only.

    `receipt` is what they ask after it with. While one is open the application is not listed.
    """

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
        Index(None, "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    receipt: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    state: Mapped[ObjectionState] = mapped_column(default=ObjectionState.OPEN)
    answer: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    application: Mapped[Application] = relationship(back_populates="objections")


class Appeal(Base):
    """An organisation contests its score, once, while the notice runs; other assessors hear it."""

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("outcome IN ('', 'confirmed', 'changed')", name="outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    reason: Mapped[str]
    outcome: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    application: Mapped[Application] = relationship()
