"""Files that prove something."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base, Moment


class Evidence(Base):
    """A file kept under its digest outside the web root; only those who may read the organisation's record see it.

    `kind` is told from the content: pdf, jpeg or png. `name` is what its owner called it.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("kind IN ('pdf', 'jpeg', 'png')", name="kind"),
        CheckConstraint("length(digest) = 64", name="digest"),
        CheckConstraint("size > 0", name="size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
