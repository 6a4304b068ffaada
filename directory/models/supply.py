"""Who was shown how often, and what government asks organisations to apply for."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base, Moment
from directory.rules.lifecycle import CallState


class Exposure(Base):
    """How often the answers of a month showed an organisation in a category; counted from the runs, see the stamp.

    `ranks` is the sum of its ranks where it was `shown`; `first` and `top` (one of the first three) are among those.
    """

    __tablename__ = "exposure"
    __table_args__ = (
        CheckConstraint("first >= 0 AND first <= top AND top <= shown AND shown <= ranks", name="counts"),
        CheckConstraint("excluded >= 0", name="excluded"),
    )

    month: Mapped[date] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True)
    shown: Mapped[int] = mapped_column(default=0)
    ranks: Mapped[int] = mapped_column(default=0)
    first: Mapped[int] = mapped_column(default=0)
    top: Mapped[int] = mapped_column(default=0)
    excluded: Mapped[int] = mapped_column(default=0)


class Call(Base):
    """Government asks organisations to apply where needs went unmet. `wanted` holds a line for each category: its

    code, how many needs were unmet and are open, how many entries are listed, as it was when the call was published.
    `reason` says why it was withdrawn.
    """

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("opens_on <= closes_on", name="dates"),
        CheckConstraint("(withdrawn_at IS NULL) = (reason = '')", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    wanted: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    published_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    @property
    def state(self) -> CallState:
        return CallState.ISSUED if self.withdrawn_at is None else CallState.WITHDRAWN
