"""What was done."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base, Moment


class AuditEvent(Base):
    """One deed; never changed, never deleted. `digest` covers the row and the digest before it."""

    __tablename__ = "audit_event"
    __table_args__ = (CheckConstraint("length(digest) = 64", name="digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(index=True)
    thing: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    # Not indexed: with a span of days SQLite would take that index and sort a million events, to show fifty.
    at: Mapped[datetime] = mapped_column(Moment)
    previous: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(unique=True)
