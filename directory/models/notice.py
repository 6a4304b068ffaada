"""What somebody is told, in the app and by mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, Moment
from directory.models.account import Account


class Notice(Base):
    """One piece of news for one account: `kind` and `facts` are worded when shown, `link` leads to what to do.

    `due` is the last day to act, if there is one. A notice is mailed once, unless its reader wants no mail.
    `once` keeps a reminder from being given twice: no two notices of an account share one.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("kind <> ''", name="kind"),
        CheckConstraint("link LIKE '/%'", name="link"),
        Index(None, "account_id", "once", unique=True),
        Index(None, "mailed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    link: Mapped[str]
    once: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    mailed_at: Mapped[datetime | None] = mapped_column(Moment)
    account: Mapped[Account] = relationship()
