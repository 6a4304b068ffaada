"""The ledger of unmet needs: those given up on, and the open ones to which the answer names nobody. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from directory.db import db
from directory.models.match import MatchLine, MatchRun
from directory.models.need import Need
from directory.models.taxonomy import Category
from directory.operations import catalogue, supply
from directory.operations.paging import Shown, paged
from directory.policy import Actor
from directory.rules.calendar import months_later, start_of
from directory.rules.needs import UNMET
from directory.rules.work import NeedState

NOBODY_FOUND = UNMET[0]
BATCH = 5000  # under the number of values a statement may carry


@dataclass(frozen=True, slots=True)
class Asked:
    """`category` is the code of a field or of a service, `month` its first day."""

    category: str = ""
    street: str = ""
    reason: str = ""
    month: date | None = None
    page: int = 1


def ledger(asked: Asked, *, by: Actor) -> Shown[Need]:
    """A page of it, the latest first. Raises Forbidden for a street of others."""
    ids = paged(_chosen(asked, by=by), asked.page)  # numbers alone: to sort whole rows takes longer than to find them
    return Shown(_loaded(ids.rows), ids.total, ids.page)


def every(asked: Asked, *, by: Actor) -> list[Need]:
    """All of it, for a file."""
    return _loaded(db.session.scalars(_chosen(asked, by=by)).all())


def reason(need: Need) -> str:
    """Why it is in the ledger, a code of UNMET."""
    return need.reason if need.state is NeedState.UNMET else NOBODY_FOUND


def _loaded(ids: Sequence[int]) -> list[Need]:
    """With what the page and the file say of each, in the order given."""
    category = joinedload(Need.category).joinedload(Category.parent)
    query = select(Need).options(category, joinedload(Need.run).load_only(MatchRun.public_id))
    parts = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
    found = {need.id: need for part in parts for need in db.session.scalars(query.where(Need.id.in_(part)))}
    return [found[need_id] for need_id in ids]


def _chosen(asked: Asked, *, by: Actor) -> Select[int]:
    named = exists().where(MatchLine.run_id == Need.run_id, MatchLine.rank > 0)
    given_up = Need.state == NeedState.UNMET
    unanswered = and_(Need.state == NeedState.OPEN, Need.run_id.is_not(None), ~named)
    if asked.reason:
        given_up = and_(given_up, Need.reason == asked.reason)
    both = or_(given_up, unanswered) if asked.reason in {"", NOBODY_FOUND} else given_up
    in_question = Need.state.in_((NeedState.UNMET, NeedState.OPEN))
    query = select(Need.id).where(in_question, both, supply.here(by=by, street=asked.street))
    if asked.category:
        query = query.where(Need.category_id.in_(catalogue.within(asked.category)))
    if asked.month:
        start, end = (start_of(months_later(asked.month, n)) for n in (0, 1))
        query = query.where(Need.since >= start, Need.since < end)
    return query.order_by(Need.since.desc(), Need.id.desc())
