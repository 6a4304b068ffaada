"""The board of needs that anyone may read: what is wanted in which street, never by whom or where exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from directory.db import db
from directory.errors import NotFound
from directory.models.need import Joining, Need
from directory.models.taxonomy import Area, Category
from directory.operations import joinings
from directory.operations.needs import SHOWN, is_shown
from directory.operations.paging import Shown, paged
from directory.policy import Actor
from directory.rules.work import NeedState


class Order(StrEnum):
    NEWEST = "newest"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which needs are asked for: `street` and `category` are codes, a category may be a field."""

    street: str = ""
    category: str = ""
    state: NeedState | None = None
    order: Order = Order.NEWEST
    page: int = 1


_ORDERS = {
    Order.NEWEST: (Need.opened_at.desc(), Need.id.desc()),
    Order.JOINED: (Need.joined.desc(), Need.opened_at.desc(), Need.id.desc()),
}


def needs(asked: Asked) -> Shown[Need]:
    """A page of the public ones that are open or under way."""
    states = SHOWN if asked.state is None else (asked.state,) if asked.state in SHOWN else ()
    query = select(Need.id).where(Need.public, Need.state.in_(states))
    if asked.street:
        below = Area.code.startswith(f"{asked.street}-", autoescape=True)
        query = query.where(Need.area_code.in_(select(Area.code).where((Area.code == asked.street) | below)))
    if asked.category:
        field = select(Category.id).where(Category.code == asked.category)
        within = Category.parent_id.in_(field) | Category.id.in_(field)
        query = query.where(Need.category_id.in_(select(Category.id).where(within)))
    found = paged(query.order_by(*_ORDERS[asked.order]), asked.page)  # ids alone: see ix_need_board
    rows = {need.id: need for need in db.session.scalars(_named().where(Need.id.in_(found.rows)))}
    return Shown([rows[need_id] for need_id in found.rows], found.total, found.page)


def _named() -> Select[Need]:
    return select(Need).options(joinedload(Need.category))


def people(shown: Sequence[Need]) -> dict[int, int]:
    """How many each need concerns, those who joined it included, from one query."""
    total = {need.id: need.people or 0 for need in shown}
    added = (
        select(Joining.need_id, func.sum(Joining.people))
        .where(Joining.need_id.in_([need.id for need in shown if need.joined]), Joining.left_at.is_(None))
        .group_by(Joining.need_id)
    )
    for need_id, number in db.session.execute(added):
        total[need_id] += number or 0
    return {need_id: number for need_id, number in total.items() if number}


def need(need_id: int, *, by: Actor) -> Need:
    """One of them; whoever joined one reads it whatever became of it. Raises NotFound."""
    found = db.session.scalar(_named().where(Need.id == need_id))
    if found is None or not (is_shown(found) or joinings.of(found, by=by)):
        raise NotFound(f"no need {need_id} on the board")
    return found
