"""Providers asked whether they would take on a need, and what they answer."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Moment
from directory.models.need import Need
from directory.models.organisation import Organisation
from directory.models.service import Entry
from directory.rules.work import InvitationState


class Invitation(Base):
    """One provider asked in one round of a need. `line_id` is its place in the frozen answer.

    A provider that was not in the answer says why in `outside`; `direct` is one that was given the work unasked.
    `reason` is a code, `note` words for it: why it declined, was chosen or was not.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("need_id", "round", "organisation_id"),
        CheckConstraint("(line_id IS NULL) = (outside <> '')", name="outside"),
        CheckConstraint("state NOT IN ('declined', 'not_chosen', 'awarded') OR reason <> ''", name="reason"),
        Index(None, "organisation_id", "state"),
        Index(None, "created_at", "organisation_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    round: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("match_line.id"))
    outside: Mapped[str] = mapped_column(default="")
    direct: Mapped[bool] = mapped_column(default=False)
    state: Mapped[InvitationState] = mapped_column(default=InvitationState.SENT)
    since: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    need: Mapped[Need] = relationship()
    organisation: Mapped[Organisation] = relationship()
    entry: Mapped[Entry] = relationship()
    proposal: Mapped["Proposal | None"] = relationship(back_populates="invitation")

    @property
    def area_code(self) -> str:
        """Whose need it is about: policy asks."""
        return self.need.area_code


class Proposal(Base):
    """How a provider would do the work. Nobody else reads it before the deadline. `price` is whole yuan."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("plan <> ''", name="plan"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("starts_on <= ends_on", name="dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), unique=True)
    plan: Mapped[str]
    price: Mapped[int]
    schedule: Mapped[str] = mapped_column(default="")
    staff: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    sent_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    invitation: Mapped[Invitation] = relationship(back_populates="proposal")
