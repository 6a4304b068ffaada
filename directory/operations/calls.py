"""Calls for applications: government says what is lacking, with numbers, and who could offer it hears of it.

Until its last day a call may be changed or withdrawn; whoever heard of it hears of that too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.account import Account
from directory.models.notice import Notice
from directory.models.service import Entry, Service
from directory.models.supply import Call
from directory.models.taxonomy import Category
from directory.operations import changes, notices, supply
from directory.operations.paging import Shown, paged
from directory.operations.supply import Line
from directory.policy import Actor, Permission, require
from directory.rules import reasons
from directory.rules.calendar import day_of
from directory.rules.lifecycle import CALLS, EntryState
from directory.rules.roles import Role
from search.text import mask

LONGEST_TITLE, LONGEST_TEXT = 60, 2000
MOST_CATEGORIES = 30
CHANGEABLE = ("text", "closes_on")
LONGEST = timedelta(days=366)


class Over(Conflict):
    """Its last day is over: it stays as it is."""

    def __init__(self) -> None:
        super().__init__("the last day of this call is over")


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
    _check_span(draft.opens_on, draft.closes_on)


def _check_span(opens_on: date, closes_on: date) -> None:
    if closes_on < opens_on:
        raise Invalid("closes_on", closes_on.isoformat(), "order", "it ends before it begins")
    if closes_on - opens_on > LONGEST:
        raise Invalid("closes_on", closes_on.isoformat(), "call_far", "at most a year")


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


def seen(call: Call) -> str:
    """What a form filled from the call carries, so that no other change is written over unseen."""
    return changes.fingerprint(call, CHANGEABLE)


def change(call: Call, *, text: str, closes_on: date, seen: str, by: Actor, now: datetime) -> bool:
    """Put its text or its last day otherwise; False where nothing differs. Raises Invalid, Stale, NotAllowed, Over."""
    require_standing(call, "change", by=by, on=day_of(now))
    if len(text) > LONGEST_TEXT:
        raise Invalid("text", len(text), "call_long", f"at most {LONGEST_TEXT} characters")
    if closes_on < day_of(now):
        raise Invalid("closes_on", closes_on.isoformat(), "call_past", "it cannot end before today")
    _check_span(call.opens_on, closes_on)
    values = {"text": text.strip(), "closes_on": closes_on}
    differing = changes.differing(call, values)
    if not differing:
        return False
    changes.require_seen(call, values, seen)
    call.text, call.closes_on, call.changed_at = text.strip(), closes_on, now
    audit.record("call:change", by=by, thing=f"Call:{call.id}", now=now, reason=", ".join(c.field for c in differing))
    _tell_again(call, "call_changed", now=now, until=closes_on.isoformat())
    return True


def withdraw(call: Call, *, reason: str, by: Actor, now: datetime) -> None:
    """Take it back: it stays to be read, with why. Raises Invalid, NotAllowed, Over."""
    require_standing(call, "withdraw", by=by, on=day_of(now))
    call.reason, call.withdrawn_at = reasons.brief(mask(reason)), now
    audit.record("call:withdraw", by=by, thing=f"Call:{call.id}", now=now, reason=call.reason)
    _tell_again(call, "call_withdrawn", now=now, note=call.reason)


def require_standing(call: Call, step: str, *, by: Actor, on: date) -> None:
    """Whether this may be done to it on a day. Raises Forbidden, NotAllowed, Over."""
    require(by, Permission.CALL)
    CALLS.after(step, call.state)
    if call.closes_on < on:
        raise Over


def _tell_again(call: Call, kind: str, *, now: datetime, **facts: str) -> None:
    link = f"/calls/{call.id}"
    heard = select(Notice.account_id).join(Notice.account).where(Notice.kind == "call_issued", Notice.link == link)
    people = db.session.scalars(heard.where(Account.active))
    notices.tell(people, kind, link=link, now=now, title=call.title, **facts)


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


def get(call_id: int, *, locked: bool = False) -> Call:
    """The call, locked for a change where asked. Raises NotFound."""
    found = db.session.get(Call, call_id, with_for_update=locked or None, populate_existing=locked)
    if found is None:
        raise NotFound(f"no call {call_id}")
    return found


def listed(page: int) -> Shown[Call]:
    """All that were published, the latest first."""
    return paged(select(Call).order_by(Call.id.desc()), page)


def running(on: date) -> list[Call]:
    """Those one can answer on a day, the first to close before the others."""
    query = select(Call).where(Call.opens_on <= on, Call.closes_on >= on, Call.withdrawn_at.is_(None))
    return list(db.session.scalars(query.order_by(Call.closes_on, Call.id)))
