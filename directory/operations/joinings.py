"""Other neighbourhoods with the same problem: they join a need, leave it, and find one to join instead of another."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, and_, case, exists, select
from sqlalchemy.orm import joinedload

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.need import Joining, Need
from directory.models.taxonomy import Area, Category
from directory.operations import listeners, needs
from directory.operations.details import MOST_PEOPLE
from directory.policy import Actor, Permission, require
from directory.rules.lifecycle import NotAllowed
from directory.rules.work import NeedState
from search.text import mask_doors

LONGEST_NOTE = 200
JOINABLE = frozenset({NeedState.OPEN, NeedState.SHORTLISTED})
FEW = 3


class OwnNeed(Conflict):
    def __init__(self) -> None:
        super().__init__("a neighbourhood does not join its own need")


class JoinedBefore(Conflict):
    def __init__(self) -> None:
        super().__init__("the neighbourhood is in this need")


def get(need_id: int, *, by: Actor) -> Need:
    """A need that may be joined or left, locked for that. Raises NotFound, also of one that is not for all to read."""
    require(by, Permission.JOIN_NEED)
    found = db.session.get(Need, need_id, with_for_update=True, populate_existing=True)
    if found is None or found.opened_at is None:
        raise NotFound(f"no need {need_id}")
    if not needs.is_shown(found) and found.area_code != by.area and of(found, by=by) is None:
        raise NotFound(f"need {need_id} is not on the board")
    return found


def shared(need_id: int, *, by: Actor) -> Need:
    """A need of the neighbourhood of somebody, or one that it joined. Raises NotFound, Forbidden."""
    found = db.session.scalar(select(Need).where(Need.id == need_id).options(joinedload(Need.category)))
    if found is None:
        raise NotFound(f"no need {need_id}")
    if of(found, by=by) is None:
        require(by, Permission.WRITE_NEED, found)
    return found


def of(need: Need, *, by: Actor) -> Joining | None:
    """How the neighbourhood of somebody is in a need, None where it is not."""
    there = select(Joining).where(
        Joining.need_id == need.id, Joining.area_code == by.area, Joining.left_at.is_(None), Joining.area_code != ""
    )
    return db.session.scalar(there)


def people(need: Need) -> int | None:
    """How many it concerns, as far as those in it say."""
    said = [need.people, *(joining.people for joining in need.joinings if joining.left_at is None)]
    return sum(number for number in said if number) or None


def join(need: Need, *, people: int | None = None, note: str = "", by: Actor, now: datetime) -> Joining:
    """Have the same problem. Raises OwnNeed, JoinedBefore, NotAllowed, Invalid."""
    require(by, Permission.JOIN_NEED, need)
    if need.area_code == by.area:
        raise OwnNeed
    if need.state not in JOINABLE:
        raise NotAllowed("join", need.state, JOINABLE)
    if of(need, by=by) is not None:
        raise JoinedBefore
    if people is not None and not 1 <= people <= MOST_PEOPLE:
        raise Invalid("people", people, "range", f"from 1 to {MOST_PEOPLE}")
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", len(note), "joining_long", f"at most {LONGEST_NOTE} characters")
    note = mask_doors(note)
    joining = Joining(need=need, area_code=by.area, account_id=by.id, people=people, note=note, joined_at=now)
    need.joined += 1
    db.session.add(joining)
    _note(need, "join", by=by, now=now)
    _tell_owner(need, "need_joined", by=by, now=now)
    return joining


def leave(need: Need, *, by: Actor, now: datetime) -> None:
    """Be out of it again, whatever became of it. Raises NotFound."""
    require(by, Permission.JOIN_NEED, need)
    joining = of(need, by=by)
    if joining is None:
        raise NotFound(f"the neighbourhood is not in need {need.id}")
    joining.left_at = now
    need.joined -= 1
    _note(need, "leave", by=by, now=now)
    _tell_owner(need, "need_left", by=by, now=now)


def similar(codes: Iterable[str], *, by: Actor) -> list[Need]:
    """Open needs of others in these categories: those of the street first, then what most have joined."""
    street = _street(by.area)
    near = case((Need.area_code.in_(street), 0), else_=1)
    query = _joinable(by).where(Need.category_id.in_(select(Category.id).where(Category.code.in_(set(codes)))))
    return list(db.session.scalars(query.order_by(near, Need.joined.desc(), Need.id.desc()).limit(FEW)))


def nearby(*, by: Actor) -> list[Need]:
    """Open needs of the street that are worth joining: what most have joined first."""
    query = _joinable(by).where(Need.area_code.in_(_street(by.area)))
    return list(db.session.scalars(query.order_by(Need.joined.desc(), Need.id.desc()).limit(FEW)))


def _joinable(by: Actor) -> Select[Need]:
    require(by, Permission.JOIN_NEED)
    there = exists().where(and_(Joining.need_id == Need.id, Joining.area_code == by.area, Joining.left_at.is_(None)))
    return (
        select(Need)
        .where(Need.public, Need.state.in_(JOINABLE), Need.area_code != by.area, ~there)
        .options(joinedload(Need.category))
    )


def _street(code: str) -> list[str]:
    """The neighbourhoods of the street that an area is or is in, and the street itself."""
    street = "-".join(code.split("-")[:2])
    below = Area.code.startswith(f"{street}-", autoescape=True)
    return [street, *db.session.scalars(select(Area.code).where(below))]


def _note(need: Need, step: str, *, by: Actor, now: datetime) -> None:
    audit.record(f"need:{step}", by=by, thing=f"Need:{need.id}", now=now, reason=by.area)


def _tell_owner(need: Need, kind: str, *, by: Actor, now: datetime) -> None:
    area = db.session.scalar(select(Area.name).where(Area.code == by.area)) or by.area
    listeners.tell_owner(need, kind, now=now, area=area)
