"""Reminders to those who keep an organisation's record: what they should confirm, what is about to lapse."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import select

from directory.db import db
from directory.models.account import Account
from directory.models.notice import Notice
from directory.models.organisation import Organisation
from directory.models.service import Entry, Service
from directory.operations import notices, standings
from directory.operations.parameters import Rules
from directory.rules.calendar import months_later
from directory.rules.lapsing import lapsing
from directory.rules.lifecycle import EntryState
from directory.rules.periods import Periods
from directory.rules.roles import OF_AN_ORGANISATION

PROFILE, FACTS = "/organisation/profile", "/organisation/facts"
_BATCH = 500
# The records that somebody keeps, and who.
_KEPT = select(Account.organisation_id, Account.id).where(Account.active, Account.role.in_(OF_AN_ORGANISATION))
_WHOSE = _KEPT.with_only_columns(Account.organisation_id)


def profiles(day: date, periods: Periods, *, now: datetime) -> int:
    """Remind of profiles that are to be confirmed in exactly so many days as the periods say; gives how many."""
    reminded = 0
    kept = select(Organisation.id, Organisation.confirmed_on).where(Organisation.id.in_(_WHOSE))
    for organisation_id, confirmed_on in db.session.execute(kept.order_by(Organisation.id)).all():
        if confirmed_on is None:
            continue
        due = months_later(confirmed_on, periods.confirm_months)
        if (days := (due - day).days) in periods.remind_days:
            notices.tell(
                notices.keepers(organisation_id),
                "profile_due",
                link=PROFILE,
                now=now,
                once=f"profile:{organisation_id}:{due}:{days}",
                due=due,
                days=days,
            )
            reminded += 1
    return reminded


def gates(day: date, rules: Rules, *, now: datetime) -> int:
    """Warn those with something listed of each gate that will close within the lapsing days, once; gives how many."""
    listed = (
        select(Service.organisation_id)
        .join(Entry, Entry.service_id == Service.id)
        .where(
            Entry.state == EntryState.LISTED,
            Entry.since <= now,
            Service.organisation_id.in_(_WHOSE),
        )
        .distinct()
    )
    known = standings.facts(db.session.scalars(listed))
    warnings = {
        f"gate:{organisation_id}:{lapse.now.gate}:{lapse.on}": (organisation_id, lapse)
        for organisation_id, facts in known.items()
        for lapse in lapsing(facts, on=day, within=rules.periods.lapsing_days, gates=rules.gates)
    }
    keepers, given = _keepers(known), told(warnings)
    warned = 0
    for once, (organisation_id, lapse) in warnings.items():
        if new := keepers[organisation_id] - given[once]:
            notices.tell(new, "gate_lapsing", link=FACTS, now=now, once=once, gate=lapse.now.gate, on=lapse.on)
            warned += 1
    return warned


def _keepers(organisation_ids: Iterable[int]) -> Mapping[int, set[int]]:
    """The accounts that keep each organisation's record."""
    wanted, found = set(organisation_ids), defaultdict[int, set[int]](set)
    for organisation_id, account_id in db.session.execute(_KEPT):
        if organisation_id in wanted:
            found[organisation_id].add(account_id)
    return found


def told(names: Iterable[str]) -> Mapping[str, set[int]]:
    """Who was given each of these reminders before."""
    keys, found = sorted(names), defaultdict[str, set[int]](set)
    for start in range(0, len(keys), _BATCH):
        given = select(Notice.once, Notice.account_id).where(Notice.once.in_(keys[start : start + _BATCH]))
        for once, account_id in db.session.execute(given):
            found[str(once)].add(account_id)
    return found
