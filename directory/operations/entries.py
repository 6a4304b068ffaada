"""What becomes of entries once they are in the catalogue: each step by a person or a lapsed fact, with a reason."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from directory import audit
from directory.db import db
from directory.errors import Invalid, NotFound
from directory.models.application import Application
from directory.models.service import Entry, Service
from directory.operations import notices
from directory.policy import Actor, Permission, require
from directory.rules.lifecycle import ENTRIES, EntryState

# Reasons a person may give; those of lapsed facts are gate codes, see eligibility.py.
SUSPENSIONS = ("complaint_confirmed", "service_stopped", "false_statement", "other")
EXITS = ("expired", "withdrawn_by_organisation", "removed", "not_cured")


def get(entry_id: int) -> Entry:
    """The entry, locked for a change. Raises NotFound."""
    found = db.session.get(Entry, entry_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"no entry {entry_id}")
    return found


def enter(application: Application, *, assessed: Decimal | None, by: Actor, now: datetime) -> Entry:
    """List the service of an application at the version applied with, `assessed` in 0..100."""
    require(by, Permission.CHANGE_ENTRY)
    entry = db.session.scalar(select(Entry).where(Entry.service_id == application.service_id).with_for_update())
    if entry is None:
        entry = Entry(service_id=application.service_id, version=application.version, since=now, assessed=assessed)
        db.session.add(entry)
        db.session.flush()
        audit.record("entry:list", by=by, thing=f"Entry:{entry.id}", now=now)
        return entry
    if entry.state is EntryState.SUSPENDED:
        _step(entry, "restore", "", by=by, now=now)
    elif entry.state is EntryState.EXITED:
        _step(entry, "relist", "", by=by, now=now)
    entry.version, entry.assessed, entry.since = application.version, assessed, now
    return entry


def suspend(
    entry: Entry, *, reason: str, note: str = "", cure_until: date | None = None, by: Actor, now: datetime
) -> None:
    """Take a listed entry out of answers for a time; `reason` is a code, `note` what government adds."""
    require(by, Permission.CHANGE_ENTRY)
    if not reason:
        raise Invalid("reason", reason, "empty", "a suspension says why")
    _step(entry, "suspend", reason, note=note, by=by, now=now)
    entry.cure_until = cure_until


def restore(entry: Entry, *, note: str = "", by: Actor, now: datetime) -> None:
    require(by, Permission.CHANGE_ENTRY)
    _step(entry, "restore", "", note=note, by=by, now=now)


def remove(entry: Entry, *, reason: str, note: str = "", by: Actor, now: datetime) -> None:
    """Take an entry out for good: it comes back by a new application only."""
    require(by, Permission.CHANGE_ENTRY)
    if reason not in EXITS:
        raise Invalid("reason", reason, "unknown", f"one of {', '.join(EXITS)}")
    _step(entry, "exit", reason, note=note, by=by, now=now)


def _step(entry: Entry, step: str, reason: str, *, note: str = "", by: Actor, now: datetime) -> None:
    entry.state = ENTRIES.after(step, entry.state)
    entry.reason, entry.since, entry.cure_until = reason, now, None
    said = f"{reason}: {note}" if reason and note else reason or note
    audit.record(f"entry:{step}", by=by, thing=f"Entry:{entry.id}", now=now, reason=said)
    service = db.session.get_one(Service, entry.service_id)
    notices.tell(
        notices.keepers(service.organisation_id),
        f"entry_{step}",
        link=f"/organisation/services/{service.id}",
        now=now,
        service=entry.version.name,
        reason=reason,
        note=note,
    )
