"""What waits for an organisation: what to do, and by when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from directory.db import db
from directory.models.application import Application
from directory.models.invitation import Invitation
from directory.models.need import Need
from directory.models.organisation import Fact, Organisation
from directory.operations.offers import Kept
from directory.operations.parameters import Rules
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.freshness import Freshness, freshness
from directory.rules.lapsing import Lapse, lapsing
from directory.rules.lifecycle import ApplicationState, EntryState, VersionState
from directory.rules.periods import Periods
from directory.rules.work import InvitationState

MOST_INVITATIONS = 20


class Task(StrEnum):
    INVITATION = "invitation"
    RETURNED_APPLICATION = "returned_application"
    RETURNED_VERSION = "returned_version"
    CURE = "cure"
    CONFIRM = "confirm"
    LAPSING = "lapsing"
    PUBLICITY = "publicity"
    DRAFT_APPLICATION = "draft_application"
    DRAFT_VERSION = "draft_version"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do. `of` is the application, version, entry, freshness, invitation or lapse it is about."""

    task: Task
    of: Application | Kept | Freshness | Invitation | Lapse
    due: date | None = None


def waiting(organisation: Organisation, offers: list[Kept], *, rules: Rules, by: Actor, on: date) -> list[Waiting]:
    """What waits on a day: what has a deadline first, the earliest before the later."""
    require(by, Permission.READ_ORGANISATION, organisation)
    found = [*_applications(offers), *_services(offers), *_profile(organisation, on, rules.periods)]
    found += [*_lapsing(organisation, on, rules), *_invitations(organisation)]
    order = list(Task)
    return sorted(found, key=lambda each: (each.due or date.max, order.index(each.task)))


def _applications(offers: list[Kept]) -> Iterator[Waiting]:
    tasks = {
        ApplicationState.RETURNED: Task.RETURNED_APPLICATION,
        ApplicationState.PUBLICITY: Task.PUBLICITY,
        ApplicationState.DRAFT: Task.DRAFT_APPLICATION,
    }
    for kept in offers:
        if kept.application is not None and kept.application.state in tasks:
            yield Waiting(tasks[kept.application.state], kept.application, kept.application.publicity_until)


def _services(offers: list[Kept]) -> Iterator[Waiting]:
    """Versions that go with an application are that application's business."""
    for kept in offers:
        if kept.entry is not None and kept.entry.state is EntryState.SUSPENDED:
            yield Waiting(Task.CURE, kept, kept.entry.cure_until)
        if kept.open is None or kept.application is not None:
            continue
        if kept.open.state is VersionState.RETURNED:
            yield Waiting(Task.RETURNED_VERSION, kept)
        elif kept.open.state is VersionState.DRAFT:
            yield Waiting(Task.DRAFT_VERSION, kept)


def _invitations(organisation: Organisation) -> Iterator[Waiting]:
    """Those not answered yet, the earliest deadline first."""
    query = (
        select(Invitation)
        .join(Invitation.need)
        .where(Invitation.organisation_id == organisation.id, Invitation.state == InvitationState.SENT)
        .options(contains_eager(Invitation.need).joinedload(Need.category))
    )
    for invitation in db.session.scalars(query.order_by(Need.deadline, Invitation.id).limit(MOST_INVITATIONS)):
        deadline = invitation.need.deadline
        yield Waiting(Task.INVITATION, invitation, None if deadline is None else day_of(deadline))


def _profile(organisation: Organisation, on: date, periods: Periods) -> Iterator[Waiting]:
    """The confirmation, from the day of its first reminder on."""
    held = freshness(organisation.confirmed_on, on=on, months=periods.confirm_months)
    if held.due is None or (held.due - on).days <= max(periods.remind_days, default=0):
        yield Waiting(Task.CONFIRM, held, held.due or on)


def _lapsing(organisation: Organisation, on: date, rules: Rules) -> Iterator[Waiting]:
    facts = db.session.scalars(
        select(Fact).where(Fact.organisation_id == organisation.id, Fact.superseded_by_id.is_(None))
    )
    dated = [fact.dated() for fact in facts]
    for lapse in lapsing(dated, on=on, within=rules.periods.lapsing_days, gates=rules.gates):
        yield Waiting(Task.LAPSING, lapse, lapse.on)
