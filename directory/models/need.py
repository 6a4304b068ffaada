"""Problems that neighbourhoods bring."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base, Moment


class NeedRecord(Base):
    """A problem in somebody's own words, personal data masked before it came here. `budget` is whole yuan."""

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint("budget IS NULL OR budget >= 0", name="budget"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    area_code: Mapped[str | None]
    groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    budget: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
