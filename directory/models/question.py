"""What was asked of the catalogue."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Moment


class Question(Base):
    """The words an answer was given to, personal data masked. `budget` is whole yuan. Never updated.

    Several problems said in one breath become questions of their own, each `part_of` the one that was said.
    """

    __tablename__ = "question"
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
    part_of_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"), index=True)
    part_of: Mapped["Question | None"] = relationship(remote_side="Question.id")
