"""Agreed work with people of both sides, and two who act upon it at the same time."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Any

from flask import Flask
from sqlalchemy import select

from directory.db import db, transaction
from directory.errors import DirectoryError
from directory.models.audit import AuditEvent
from directory.models.engagement import Engagement
from directory.models.notice import Notice
from directory.models.service import Entry
from directory.operations import engagements
from directory.policy import Actor
from directory.rules.roles import Role
from directory.rules.work import EngagementState, NeedState
from tests import factories, factories_work
from tests.factories import NEIGHBOURHOOD

OTHER_NEIGHBOURHOOD = "310105-06-01"
OF_NEED = {
    EngagementState.AGREED: NeedState.AWARDED,
    EngagementState.RUNNING: NeedState.IN_SERVICE,
    EngagementState.DELIVERED: NeedState.IN_SERVICE,
    EngagementState.SIGNED_OFF: NeedState.COMPLETED,
    EngagementState.TERMINATED: NeedState.OPEN,
}


@dataclass(frozen=True, slots=True)
class Work:
    """The work and somebody of each side; `strangers` are of others, and of the offices."""

    id: int
    entry_id: int
    provider: Actor
    neighbour: Actor
    strangers: tuple[Actor, ...]

    @property
    def now(self) -> Engagement:
        """As it stands in the database."""
        found = db.session.get(Engagement, self.id, populate_existing=True)
        assert found is not None
        return found

    @property
    def outsiders(self) -> tuple[Actor, ...]:
        """Who may do nothing that the provider may: the neighbourhood among them."""
        return (self.neighbour, *self.strangers)


def work(state: EngagementState = EngagementState.RUNNING, *, with_need: bool = True, **changed: Any) -> Work:
    """Committed, with a need in the state that goes with it."""
    with transaction():
        factories.taxonomy()
        home, other = factories.organisation(1), factories.organisation(2)
        entry = factories.entry(home)
        need = factories_work.need(state=OF_NEED[state], place="天山三村 5 号 402") if with_need else None
        made = factories_work.engagement(entry, state=state, need=need, **changed)
        return Work(
            made.id,
            entry.id,
            factories.actor(Role.EDITOR, organisation_id=home.id),
            _of(factories_work.neighbour()),
            (
                factories.actor(Role.OWNER, organisation_id=other.id),
                factories.actor(Role.NEIGHBOURHOOD, area_code=OTHER_NEIGHBOURHOOD),
                factories.actor(Role.STREET),
                factories.actor(Role.DISTRICT),
                factories.actor(Role.AUDITOR),
            ),
        )


def _of(account: Any) -> Actor:
    return Actor(account.id, account.role, account.organisation_id, account.area_code)


def entry_of(made: Work) -> Entry:
    return db.session.get_one(Entry, made.entry_id, populate_existing=True)


def told(actor: Actor) -> list[str]:
    """The kinds of notices somebody was given, oldest first."""
    return list(db.session.scalars(select(Notice.kind).filter_by(account_id=actor.id).order_by(Notice.id)))


def events(thing: str) -> list[str]:
    return list(db.session.scalars(select(AuditEvent.event).filter_by(thing=thing).order_by(AuditEvent.id)))


def at_once(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """What became of acts that begin together, each in a transaction of its own: "done", or the error's name."""
    start, ends = Barrier(len(acts)), [""] * len(acts)

    def go(place: int, act: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction(announce=False):
                    act()
                ends[place] = "done"
            except DirectoryError as error:
                ends[place] = type(error).__name__
            finally:
                db.session.remove()

    threads = [Thread(target=go, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()  # what the test read before is read again after
    return sorted(ends)


def get(made: Work, by: Actor) -> Engagement:
    return engagements.get(made.id, by=by)


__all__ = ["NEIGHBOURHOOD", "OTHER_NEIGHBOURHOOD", "Work", "at_once", "entry_of", "events", "get", "told", "work"]
