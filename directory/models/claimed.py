"""What an organisation says of itself and government has yet to confirm."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Moment
from directory.models.evidence import Evidence
from directory.models.organisation import Organisation
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import ClaimedState


class ClaimedFact(Base):
    """A dated fact an organisation proposes; confirmed, it becomes a Fact, which may supersede an older one."""

    __tablename__ = "claimed_fact"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="span"),
        CheckConstraint("(state IN ('confirmed', 'refused')) = (decided_at IS NOT NULL)", name="decided"),
        CheckConstraint("(state = 'confirmed') = (fact_id IS NOT NULL)", name="fact"),
        Index(None, "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[FactKind]
    value: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]
    source: Mapped[str]
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))
    state: Mapped[ClaimedState] = mapped_column(default=ClaimedState.WAITING)
    reason: Mapped[str] = mapped_column(default="")
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("fact.id"))
    fact_id: Mapped[int | None] = mapped_column(ForeignKey("fact.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    organisation: Mapped[Organisation] = relationship()
    evidence: Mapped[Evidence | None] = relationship()
