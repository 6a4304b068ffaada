"""Keeps how every entry stood, and since when: a step is written in the flush that changes an entry."""

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from directory.db import db
from directory.models.service import Entry, EntryStep
from directory.rules.lifecycle import ENTRIES, EntryState

FIRST, CHANGE = "list", "change"
_SAID = ("state", "version_id", "assessed")


@event.listens_for(db.session, "after_flush")
def note_steps(session: Session, _context: object) -> None:
    """Core statements go past this: whoever writes entries so writes their steps too."""
    new = session.new  # made anew each time it is asked for
    steps = [
        {
            "entry_id": entry.id,
            "step": step,
            "state": entry.state,
            "reason": entry.reason,
            "version_id": entry.version_id,
            "assessed": entry.assessed,
            "at": max(entry.since, entry.version.approved_at or entry.since),
        }
        for entry in (*new, *session.dirty)
        if isinstance(entry, Entry) and (step := _step(entry, new=entry in new))
    ]
    if steps:
        session.connection().execute(EntryStep.__table__.insert(), steps)  # type: ignore[attr-defined]  # a Table


def _step(entry: Entry, *, new: bool) -> str:
    """The name of what a flush does to an entry; "" for nothing that the catalogue shows."""
    if new:
        return FIRST
    before = inspect(entry).attrs.state.history.deleted
    if before and before[0] is not entry.state:
        return _between(before[0], entry.state)
    changed = any(inspect(entry).attrs[name].history.has_changes() for name in _SAID)
    return CHANGE if changed else ""


def _between(before: EntryState, after: EntryState) -> str:
    return next(name for name, (sources, target) in ENTRIES.steps.items() if before in sources and target is after)
