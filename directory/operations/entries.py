"""What becomes of entries once they are in the catalogue: each step by a person or a lapsed fact, with a reason."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from directory import audit
from directory.db import db
from directory.errors import Invalid, NotFound
from directory.models.application import Application
from directory.models.service import Entry, Service
from directory.operations import interruptions, notices, parameters, standings
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.eligibility import GateAnswer, Outcome
from directory.rules.lifecycle import ENTRIES, EntryState

# Reasons a person may give; those of lapsed facts are the names of gates, see eligibility.py.
SUSPENSIONS = ("complaint_confirmed", "service_stopped", "false_statement", "other")
EXITS = ("expired", "withdrawn_by_organisation", "removed", "not_cured")
LONGEST_NOTE = 500


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
    """Take a listed entry out of answers for a time; `reason` is a code, `note` what government adds.

    Without `cure_until` it stays suspended until somebody restores or removes it.
    """
    require(by, Permission.CHANGE_ENTRY)
    if not reason:
        raise Invalid("reason", reason, "empty", "a suspension says why")
    if cure_until is not None and cure_until <= day_of(now):
        raise Invalid("cure_until", cure_until.isoformat(), "past", "time to cure ends in the future")
    _step(entry, "suspend", reason, note=note, by=by, now=now)
    entry.cure_until = cure_until


def restore(entry: Entry, *, note: str = "", by: Actor, now: datetime) -> None:
    """Put it back into answers. Raises Invalid, naming the gate, where the organisation fails one today."""
    require(by, Permission.CHANGE_ENTRY)
    ENTRIES.after("restore", entry.state)
    failed = [answer for answer in gates(entry, on=day_of(now)) if answer.outcome is Outcome.FAIL]
    if failed:
        raise Invalid("gates", failed[0].gate, failed[0].code, f"the gate {failed[0].gate} is not passed")
    _step(entry, "restore", "", note=note, by=by, now=now)


def remove(entry: Entry, *, reason: str, note: str = "", by: Actor, now: datetime) -> None:
    """Take an entry out for good: it comes back by a new application only."""
    require(by, Permission.CHANGE_ENTRY)
    if reason not in EXITS:
        raise Invalid("reason", reason, "unknown", f"one of {', '.join(EXITS)}")
    _step(entry, "exit", reason, note=note, by=by, now=now)


def gates(entry: Entry, *, on: date) -> tuple[GateAnswer, ...]:
    """What the gates say of the entry's organisation on a day."""
    organisation_id = db.session.get_one(Service, entry.service_id).organisation_id
    return standings.answers([organisation_id], on=on, gates=parameters.in_force().gates)[organisation_id]


def _step(entry: Entry, step: str, reason: str, *, note: str = "", by: Actor, now: datetime) -> None:
    entry.state = ENTRIES.after(step, entry.state)
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", len(note), "too_long", f"at most {LONGEST_NOTE} characters")
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
    interruptions.tell(entry, now=now)
