"""The needs that government and auditors read: all that were published, of a street office those of its street.

They read what was masked: the words as they were said, the exact place and for whom it is are for the parties.
"""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from directory.db import db
from directory.errors import NotFound
from directory.models.need import Need
from directory.models.taxonomy import Area, Category
from directory.operations.board import Asked
from directory.operations.paging import Shown, paged
from directory.policy import Actor, Permission, can, require

_NOWHERE = object()  # a need of no area: who may read this may read all


def needs(asked: Asked, *, by: Actor) -> Shown[Need]:
    """A page of them, the latest first; drafts are nobody's business but their neighbourhood's."""
    require(by, Permission.READ_NEED)
    query = select(Need).where(Need.opened_at.is_not(None))
    if not can(by, Permission.READ_NEED, _NOWHERE):
        query = _within(query, by.area)
    if asked.street:
        query = _within(query, asked.street)
    if asked.category:
        field = select(Category.id).where(Category.code == asked.category)
        within = Category.parent_id.in_(field) | Category.id.in_(field)
        query = query.where(Need.category_id.in_(select(Category.id).where(within)))
    if asked.state is not None:
        query = query.where(Need.state == asked.state)
    return paged(query.options(joinedload(Need.category)).order_by(Need.id.desc()), asked.page)


def need(need_id: int, *, by: Actor) -> Need:
    """One of them. Raises NotFound, Forbidden."""
    found = db.session.scalar(select(Need).where(Need.id == need_id).options(joinedload(Need.category)))
    if found is None:
        raise NotFound(f"no need {need_id}")
    require(by, Permission.READ_NEED, found)
    if found.opened_at is None:
        raise NotFound(f"need {need_id} is not published")
    return found


def _within(query: Select[Need], street: str) -> Select[Need]:
    """Those of an area, and of the neighbourhoods in it."""
    below = Area.code.startswith(f"{street}-", autoescape=True)
    codes = db.session.scalars(select(Area.code).where(below)).all()
    return query.where(Need.area_code.in_([street, *codes]))
