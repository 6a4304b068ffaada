"""What is due every day: lapsed entries out, cured ones in, notices over, people reminded. Once for each day."""

from collections import Counter
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.exc import IntegrityError

from directory import audit
from directory.db import db
from directory.errors import Conflict
from directory.models.application import Appeal, Application, Objection
from directory.models.calendar import DailyRun
from directory.models.form import SentForm
from directory.models.outbox import Outbox, Subject
from directory.models.service import Entry, Service
from directory.operations import (
    applications,
    deadlines,
    endings,
    entries,
    exposures,
    gatekeeping,
    invitations,
    parameters,
    reminders,
    reviews,
    signing_off,
    standings,
    undecided,
)
from directory.operations.parameters import Rules
from directory.policy import Actor, Permission, require
from directory.rules import eligibility
from directory.rules.calendar import DISTRICT_ZONE, day_of
from directory.rules.eligibility import DatedFact, FactKind
from directory.rules.lifecycle import ApplicationState, EntryState, ObjectionState

HOUR = time(6)
NOT_CURED = "not_cured"
FORMS_KEPT = timedelta(days=7)


class DoneBefore(Conflict):
    def __init__(self, day: date) -> None:
        super().__init__(f"what was due on {day} is done")


def missed(*, until: date) -> list[date]:
    """The days whose due work is not done yet, up to `until`; of a catalogue that never ran, that day alone."""
    last = db.session.scalar(select(DailyRun.day).order_by(DailyRun.day.desc()).limit(1))
    first = last + timedelta(days=1) if last else until
    return [first + timedelta(days=n) for n in range((until - first).days + 1)]


def moment(day: date, *, now: datetime) -> datetime:
    """When the work of a day counts as done: at HOUR of a day gone by, at once for today."""
    return now if day >= day_of(now) else datetime.combine(day, HOUR, DISTRICT_ZONE)


def run(day: date, *, by: Actor, now: datetime) -> Counter[str]:
    """Do what is due on a day; gives how much of each kind. Raises DoneBefore, also where another does it just now.

    What came to stand as it does after `now` is left to the next day, so a day made up for later disturbs nothing.
    """
    require(by, Permission.RUN_DAILY)
    first = db.session.scalar(select(DailyRun.day).limit(1)) is None
    record = _begin(day, now)
    rules, done = parameters.in_force(), Counter[str]()
    _list_announced(day, done, by=by, now=now)
    _follow_gates(day, rules, done, by=by, now=now)
    done["removed"] = _remove_uncured(day, by=by, now=now)
    done["regraded"] = _follow_grades(day, since=None if first else day - timedelta(days=1))
    done["reminded"] = reminders.profiles(day, rules.periods, now=now)
    done["warned"] = reminders.gates(day, rules, now=now)
    done["counted"] = exposures.due(day, by=by, now=now)
    done += signing_off.due(day, by=by, now=now)
    done.update(reviews.due(day, by=by, now=now))
    done.update(invitations.due(day, by=by, now=now))
    done += undecided.due(day, by=by, now=now)
    done += endings.due(day, by=by, now=now)
    done += deadlines.due(day, by=by, now=now)
    db.session.execute(delete(SentForm).where(SentForm.at < now - FORMS_KEPT))
    record.done = dict(+done)
    said = ", ".join(f"{kind} {number}" for kind, number in record.done.items())
    audit.record("daily:run", by=by, thing=f"Day:{day}", now=now, reason=said)
    return +done


def _begin(day: date, now: datetime) -> DailyRun:
    """Whoever writes the day's row does its work: a second one waits for it, and then finds it."""
    if db.session.get(DailyRun, day) is not None:
        raise DoneBefore(day)
    record = DailyRun(day=day, at=now, done={})
    db.session.add(record)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise DoneBefore(day) from error
    return record


def _list_announced(day: date, done: Counter[str], *, by: Actor, now: datetime) -> None:
    """List what was announced long enough and nothing stands against; one that cannot be is left for people."""
    query = (
        select(Application.id)
        .where(
            Application.state == ApplicationState.PUBLICITY,
            Application.publicity_until < day,
            ~exists().where(Objection.application_id == Application.id, Objection.state == ObjectionState.OPEN),
            ~exists().where(Appeal.application_id == Application.id, Appeal.outcome == ""),
        )
        .order_by(Application.id)
    )
    for application_id in list(db.session.scalars(query)):
        try:
            with db.session.begin_nested():
                applications.complete(applications.get(application_id, by=by), by=by, now=now)
        except Conflict:
            done["stuck"] += 1
        else:
            done["listed"] += 1


def _follow_gates(day: date, rules: Rules, done: Counter[str], *, by: Actor, now: datetime) -> None:
    due = gatekeeping.due(on=day, gates=rules.gates, stood=now)
    for lapse in due.suspend:
        entries.suspend(
            entries.get(lapse.entry_id),
            reason=lapse.answer.gate,
            note=gatekeeping.told(lapse.answer.fact),
            cure_until=day + timedelta(days=rules.periods.cure_days),
            by=by,
            now=now,
        )
    for entry_id in due.restore:
        entries.restore(entries.get(entry_id), by=by, now=now)
    done["suspended"], done["restored"] = len(due.suspend), len(due.restore)


def _remove_uncured(day: date, *, by: Actor, now: datetime) -> int:
    """Whatever it was suspended for: what is not back in time is out."""
    over = select(Entry.id).where(Entry.state == EntryState.SUSPENDED, Entry.cure_until < day, Entry.since <= now)
    late = list(db.session.scalars(over.order_by(Entry.id)))
    for entry_id in late:
        entries.remove(entries.get(entry_id), reason=NOT_CURED, by=by, now=now)
    return len(late)


def _follow_grades(day: date, *, since: date | None) -> int:
    """Have entries indexed anew whose organisation's grade is not what it was; without `since`, of all ever graded.

    A document holds the grade of the day it was indexed.
    """
    offering = select(Service.organisation_id).join(Entry, Entry.service_id == Service.id).distinct()
    changed = [
        {"subject": Subject.ORGANISATION, "subject_id": organisation_id}
        for organisation_id, facts in sorted(standings.facts(db.session.scalars(offering)).items())
        if _regraded(facts, since, day)
    ]
    if changed:
        db.session.execute(insert(Outbox), changed)
    return len(changed)


def _regraded(facts: list[DatedFact], before: date | None, day: date) -> bool:
    if before is None:
        return any(fact.kind is FactKind.GRADE for fact in facts)
    return eligibility.grade_on(facts, before) != eligibility.grade_on(facts, day)
