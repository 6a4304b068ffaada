"""Calls for applications: government says what is lacking, with numbers, and who could offer it hears of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from directory import audit
from directory.db import db
from directory.errors import Invalid, NotFound
from directory.models.service import Entry, Service
from directory.models.supply import Call
from directory.models.taxonomy import Category
from directory.operations import notices, supply
from directory.operations.paging import Shown, paged
from directory.operations.supply import Line
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.lifecycle import EntryState
from directory.rules.roles import Role

LONGEST_TITLE, LONGEST_TEXT = 60, 2000
MOST_CATEGORIES = 30
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Draft:
    """`codes` are the categories that are wanted, in the order they were picked."""

    title: str
    text: str
    codes: Sequence[str]
    opens_on: date
    closes_on: date


def wanted(codes: Iterable[str], *, by: Actor, on: date) -> list[Line]:
    """What the supply map says of these categories. Raises Invalid for one that cannot be asked for."""
    require(by, Permission.CALL)
    picked = list(dict.fromkeys(codes))
    if not picked:
        raise Invalid("categories", "", "empty", "pick at least one category")
    if len(picked) > MOST_CATEGORIES:
        raise Invalid("categories", len(picked), "too_many", f"at most {MOST_CATEGORIES} categories")
    known = {line.category.code: line for line in supply.map_(by=by, on=on).lines}
    for code in picked:
        if code not in known:
            raise Invalid("categories", code[:40], "unknown", f"no category {code[:40]}")
        if known[code].category.retired_at is not None:
            raise Invalid("categories", known[code].category.name, "retired", f"{code} takes no applications")
    return [known[code] for code in picked]


def check(draft: Draft, *, on: date) -> None:
    """Raises Invalid, naming the field."""
    if not draft.title.strip():
        raise Invalid("title", "", "empty", "say in a line what is wanted")
    for name, most in (("title", LONGEST_TITLE), ("text", LONGEST_TEXT)):
        if len(said := getattr(draft, name)) > most:
            raise Invalid(name, len(said), "call_long", f"at most {most} characters")
    if draft.opens_on < on:
        raise Invalid("opens_on", draft.opens_on.isoformat(), "past", "it cannot begin before today")
    if draft.closes_on < draft.opens_on:
        raise Invalid("closes_on", draft.closes_on.isoformat(), "order", "it ends before it begins")
    if draft.closes_on - draft.opens_on > LONGEST:
        raise Invalid("closes_on", draft.closes_on.isoformat(), "call_far", "at most a year")


def publish(draft: Draft, *, by: Actor, now: datetime) -> Call:
    """Publish a call with the numbers of this moment, and tell those who could answer it. Raises Invalid."""
    require(by, Permission.CALL)
    lines = wanted(draft.codes, by=by, on=day_of(now))
    check(draft, on=day_of(now))
    call = Call(
        title=draft.title.strip(),
        text=draft.text.strip(),
        wanted=[_numbers(line) for line in lines],
        opens_on=draft.opens_on,
        closes_on=draft.closes_on,
        published_at=now,
        account_id=by.id,
    )
    db.session.add(call)
    db.session.flush()
    audit.record("call:issue", by=by, thing=f"Call:{call.id}", now=now, reason=call.title)
    told = to_tell([line.category for line in lines])
    notices.tell(told, "call_issued", link=f"/calls/{call.id}", now=now, title=call.title, until=call.closes_on)
    return call


def _numbers(line: Line) -> dict[str, Any]:
    whole = line.whole
    return {"code": line.category.code, "unmet": whole.unmet, "open": whole.open, "listed": whole.listed}


def to_tell(categories: Sequence[Category]) -> list[int]:
    """The accounts that hear of a call, each once however much is wanted.

    Those of organisations that offer something in the field of a wanted category, and have nothing listed in it.
    Where nobody offers anything in its field, all owners: somebody has to begin.
    """
    fields = {category.parent_id for category in categories}
    offered = select(Service.organisation_id, Category.parent_id).join(Category, Service.category_id == Category.id)
    in_field = set(db.session.execute(offered.where(Category.parent_id.in_(fields)).distinct()).all())
    listed = (
        select(Service.organisation_id, Service.category_id)
        .join(Entry, Entry.service_id == Service.id)
        .where(Service.category_id.in_([c.id for c in categories]), Entry.state == EntryState.LISTED)
    )
    has = set(db.session.execute(listed.distinct()).all())
    could = {
        organisation
        for category in categories
        for organisation, field in in_field
        if field == category.parent_id and (organisation, category.id) not in has
    }
    people = set(notices.keepers(*sorted(could)))
    if fields - {field for _, field in in_field}:
        people |= set(notices.with_role(Role.OWNER))
    return sorted(people)


def get(call_id: int) -> Call:
    """Raises NotFound."""
    found = db.session.get(Call, call_id)
    if found is None:
        raise NotFound(f"no call {call_id}")
    return found


def listed(page: int) -> Shown[Call]:
    """All that were published, the latest first."""
    return paged(select(Call).order_by(Call.id.desc()), page)


def running(on: date) -> list[Call]:
    """Those one can answer on a day, the first to close before the others."""
    query = select(Call).where(Call.opens_on <= on, Call.closes_on >= on)
    return list(db.session.scalars(query.order_by(Call.closes_on, Call.id)))
