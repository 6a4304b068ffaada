"""What was confirmed about needs, and the models that learned from it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Moment
from directory.models.organisation import Organisation
from directory.models.taxonomy import Category
from directory.rules.routes import Route

IN_FORCE = text("withdrawn_at IS NULL")


class ConfirmedNeed(Base):
    """A problem of which somebody said what it asks for, perhaps who should solve it and which organisation did.

    `text` is masked. `source` is who said so: an area's code, "visitor", or the name of an import; `checked` that
    an operator answers for it; `external_id` is the source's own name for it. `suggested` is the code of our first
    guess then, "" if there was none. Never changed but to withdraw it, with the reason, when it proves wrong.
    """

    __tablename__ = "confirmed_need"
    __table_args__ = (
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint("source <> ''", name="source"),
        CheckConstraint("(withdrawn_at IS NULL) = (reason = '')", name="withdrawn"),
        Index(
            "uq_confirmed_need_in_force",
            "source",
            "external_id",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
        Index(None, "confirmed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    route: Mapped[Route | None]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    source: Mapped[str]
    external_id: Mapped[str]
    checked: Mapped[bool] = mapped_column(default=False)
    suggested: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(default="")
    category: Mapped[Category] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class TrainedModel(Base):
    """A model that was put in force; the latest is the one asked. `version` is the digest of its file.

    `needs` and `sayings` are how many it learned from; `trust` in 0..1 how far its view of organisations goes.
    """

    __tablename__ = "trained_model"
    __table_args__ = (CheckConstraint("trust >= 0 AND trust < 1", name="trust"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str]
    trained_at: Mapped[datetime] = mapped_column(Moment)
    needs: Mapped[int]
    sayings: Mapped[int]
    trust: Mapped[float]
