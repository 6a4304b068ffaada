"""Changes the search index has yet to see."""

from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base


class Subject(StrEnum):
    ENTRY = "entry"
    SERVICE = "service"
    ORGANISATION = "organisation"
    CATEGORY = "category"


class Outbox(Base):
    """A changed thing whose entries are to be indexed anew; written in the change's own transaction."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[Subject]
    subject_id: Mapped[int]
