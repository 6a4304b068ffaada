"""What a provider did on which day: added, struck where it was wrong, never deleted, and summed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.engagement import Engagement, ServiceRecord
from directory.models.evidence import Evidence
from directory.operations import engagements
from directory.operations.paging import PAGE, Shown, paged
from directory.policy import Actor, Permission, require
from directory.rules import reasons
from directory.rules.calendar import day_of
from directory.rules.work import EngagementState
from search.text import mask

MOST = 1_000_000
LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Done:
    """What was done on a day."""

    on: date
    cases: int = 0
    people: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """Of the records that stand: how many, and what they sum to."""

    records: int
    cases: int
    people: int
    last: date | None


class StruckBefore(Conflict):
    def __init__(self) -> None:
        super().__init__("this record was struck before")


def get(service_record_id: int, *, by: Actor) -> ServiceRecord:
    """The record, locked for a change after its engagement. Raises NotFound, Forbidden."""
    found = db.session.get(ServiceRecord, service_record_id)
    if found is None:
        raise NotFound(f"no service record {service_record_id}")
    engagements.get(found.engagement_id, by=by)
    return db.session.get_one(ServiceRecord, service_record_id, with_for_update=True, populate_existing=True)


def check(engagement: Engagement, done: Done, *, by: Actor, now: datetime) -> None:
    """Whether it can be added, before a file that comes with it is kept. Raises Forbidden, NotAllowed, Invalid."""
    require(by, Permission.DO_WORK, engagement)
    engagements.require_state(engagement, "record", EngagementState.RUNNING)
    if done.on > day_of(now):
        raise Invalid("on", done.on.isoformat(), "future", "that day has not come yet")
    if done.on < engagement.starts_on:
        raise Invalid("on", done.on.isoformat(), "before_start", f"the work starts on {engagement.starts_on}")
    for field, number in (("cases", done.cases), ("people", done.people)):
        if not 0 <= number <= MOST:
            raise Invalid(field, number, "number", f"from 0 to {MOST}")
    if len(done.note) > LONGEST_NOTE:
        raise Invalid("note", len(done.note), "long_record", f"at most {LONGEST_NOTE} characters")
    if not (done.cases or done.people or done.note.strip()):
        raise Invalid("cases", "", "nothing_done", "say what was done: cases, people or words")


def add(
    engagement: Engagement, done: Done, *, evidence: Evidence | None = None, by: Actor, now: datetime
) -> ServiceRecord:
    """Raises Forbidden, NotAllowed, Invalid."""
    check(engagement, done, by=by, now=now)
    if evidence is not None and evidence.organisation_id != engagement.organisation_id:
        raise Invalid("file", evidence.id, "foreign", "the file of another organisation")
    record = ServiceRecord(
        engagement_id=engagement.id,
        on=done.on,
        cases=done.cases,
        people=done.people,
        note=mask(done.note).strip(),
        evidence=evidence,
        account_id=by.id,
        created_at=now,
    )
    db.session.add(record)
    db.session.flush()
    audit.record("service_record:add", by=by, thing=f"ServiceRecord:{record.id}", now=now)
    return record


def strike(record: ServiceRecord, *, reason: str, by: Actor, now: datetime) -> None:
    """It was wrong, and counts no more. Raises Forbidden, NotAllowed, Invalid."""
    require(by, Permission.DO_WORK, record.engagement)
    engagements.require_state(record.engagement, "strike", EngagementState.RUNNING, EngagementState.DELIVERED)
    if record.struck_at is not None:
        raise StruckBefore
    record.struck_at, record.struck_reason = now, mask(reasons.brief(reason))
    thing = f"ServiceRecord:{record.id}"
    engagements.on_record("service_record:strike", record.struck_reason, thing=thing, by=by, now=now)


def totals(engagement: Engagement) -> Totals:
    """In one query, however many there are."""
    kept = ServiceRecord.engagement_id == engagement.id, ServiceRecord.struck_at.is_(None)
    sums = (
        func.count(ServiceRecord.id),
        func.coalesce(func.sum(ServiceRecord.cases), 0),
        func.coalesce(func.sum(ServiceRecord.people), 0),
        func.max(ServiceRecord.on),
    )
    return Totals(*db.session.execute(select(*sums).where(*kept)).one())


def latest(engagement: Engagement, number: int) -> list[ServiceRecord]:
    """So many of them, the latest day first."""
    return list(db.session.scalars(_of(engagement).options(joinedload(ServiceRecord.evidence)).limit(number)))


def page(engagement: Engagement, page: int, *, size: int = PAGE) -> Shown[ServiceRecord]:
    """The latest day first, struck ones among them."""
    return paged(_of(engagement).options(joinedload(ServiceRecord.evidence)), page, size=size)


def every(engagement: Engagement) -> Iterator[ServiceRecord]:
    """All of them, for a file."""
    yield from db.session.scalars(_of(engagement))


def _of(engagement: Engagement) -> Select[ServiceRecord]:
    kept = select(ServiceRecord).where(ServiceRecord.engagement_id == engagement.id)
    return kept.order_by(ServiceRecord.on.desc(), ServiceRecord.id.desc())
