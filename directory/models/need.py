"""Problems that neighbourhoods bring."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Moment


class NeedRecord(Base):
    """A problem in somebody's own words, personal data masked before it came here. `budget` is whole yuan.

    Several problems said in one breath become needs of their own, each `part_of` the one that was said.
    """

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
    part_of_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    part_of: Mapped["NeedRecord | None"] = relationship(remote_side="NeedRecord.id")
