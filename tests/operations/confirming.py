"""Needs that somebody confirmed, for the tests of those who watch over them."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from directory.db import db
from directory.models.learning import ConfirmedNeed
from directory.models.taxonomy import Category
from tests import factories


def confirmed(
    category: str = "P-001", suggested: str = "P-001", *, at: datetime = factories.NOW, **changed: Any
) -> ConfirmedNeed:
    """A need in force; `withdrawn` gives the reason why it no longer is."""
    place = (db.session.scalar(select(func.max(ConfirmedNeed.id))) or 0) + 1
    values: dict[str, Any] = {"text": "停车难", "source": factories.STREET, "external_id": f"r-{place}"}
    if why := changed.pop("withdrawn", ""):
        values |= {"withdrawn_at": at, "reason": why}
    need = ConfirmedNeed(
        category_id=db.session.scalars(select(Category.id).filter_by(code=category)).one(),
        suggested=suggested,
        confirmed_at=at,
        **(values | changed),
    )
    db.session.add(need)
    db.session.flush()
    return need


def many(number: int, category: str = "P-001", suggested: str = "P-001", **changed: Any) -> None:
    for _ in range(number):
        confirmed(category, suggested, **changed)
