"""Long lists, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func, select

from directory.db import db

PAGE = 20
T = TypeVar("T")


def pages(total: int, size: int = PAGE) -> int:
    """How many pages so many rows fill; an empty list has one, too."""
    return max(1, -(-total // size))


@dataclass(frozen=True, slots=True)
class Shown(Generic[T]):
    """One page of a list of `total`."""

    rows: Sequence[T]
    total: int
    page: int
    size: int = PAGE

    @property
    def pages(self) -> int:
        return pages(self.total, self.size)


def paged(query: Select[T], page: int, *, size: int = PAGE) -> Shown[T]:
    """A page of what a query finds; the last one, where there are not so many."""
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).options().subquery())) or 0
    page = min(page, pages(total, size))
    rows = db.session.scalars(query.offset((page - 1) * size).limit(size)).unique().all()
    return Shown(rows, total, page, size)
