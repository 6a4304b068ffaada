"""The numbers of the rules, version by version."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base, Moment


class Parameters(Base):
    """Gates, weights and limits in force from `since` until the next version; `values` as in seeds/parameters.json."""

    __tablename__ = "parameters"

    version: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
