"""Days that are not what their weekday says, and the days whose due work was done."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base, Moment


class SpecialDay(Base):
    """A holiday, or a weekend day that is worked."""

    __tablename__ = "special_day"
    __table_args__ = (CheckConstraint("name <> ''", name="name"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name: Mapped[str]


class DailyRun(Base):
    """What `directory daily` did for a day; `done` counts by kind."""

    __tablename__ = "daily_run"

    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    done: Mapped[dict[str, Any]] = mapped_column(JSON)
