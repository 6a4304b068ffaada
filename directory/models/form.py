"""Forms that were sent."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base, Moment


class SentForm(Base):
    """A form acts once: its token is kept in the transaction of what it did."""

    __tablename__ = "sent_form"

    token: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
