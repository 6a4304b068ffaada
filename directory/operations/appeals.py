"""An organisation contests its score: once, with a reason, while the public notice runs. Others hear it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid
from directory.models.application import Appeal, Application
from directory.operations import applications, notices
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.lifecycle import ApplicationState, NotAllowed
from directory.rules.roles import Role
from search.text import mask

LONGEST_REASON = 1000


class TooLate(Conflict):
    """The last day of the public notice, on which an appeal could be filed, is over."""


class AppealedBefore(Conflict):
    """There is one appeal for each application."""


def of(application: Application) -> Appeal | None:
    return db.session.scalar(select(Appeal).where(Appeal.application_id == application.id))


def check_open(application: Application, *, now: datetime) -> None:
    """Raises NotAllowed, TooLate, AppealedBefore or Conflict where no appeal can be filed."""
    if of(application) is not None:
        raise AppealedBefore(f"application {application.id} was appealed before")
    if application.state is not ApplicationState.PUBLICITY:
        raise NotAllowed("appeal", application.state, [ApplicationState.PUBLICITY])
    if application.publicity_until is None or day_of(now) > application.publicity_until:
        raise TooLate(f"the public notice of application {application.id} ended on {application.publicity_until}")
    if applications.result(application) is None:
        raise Conflict("there is no result to appeal against")


def can_file(application: Application, *, now: datetime) -> bool:
    try:
        check_open(application, now=now)
    except Conflict:
        return False
    return True


def file(application: Application, *, reason: str, by: Actor, now: datetime) -> Appeal:
    require(by, Permission.APPEAL, application)
    check_open(application, now=now)
    said = mask(reason).strip()
    if not said:
        raise Invalid("reason", "", "appeal_empty", "an appeal says what is contested and why")
    if len(said) > LONGEST_REASON:
        raise Invalid("reason", len(said), "appeal_too_long", f"at most {LONGEST_REASON} characters")
    appeal = Appeal(application=application, reason=said, created_at=now, created_by_id=by.id)
    db.session.add(appeal)
    db.session.flush()
    audit.record("appeal:file", by=by, thing=f"Appeal:{appeal.id}", now=now, reason=said)
    service = application.version.name
    link = f"/evaluation/applications/{application.id}"
    notices.tell(notices.with_role(Role.LEAD), "appeal_filed", link=link, now=now, service=service)
    link = f"/applications/{application.id}/result"
    notices.tell(notices.with_role(Role.DISTRICT), "appeal_filed", link=link, now=now, service=service)
    return appeal


def close(appeal: Appeal, *, changed: bool, told: Iterable[int], by: Actor, now: datetime) -> None:
    """Its assessment is closed: that result stands from now on, whether or not it is another."""
    appeal.outcome, appeal.closed_at = "changed" if changed else "confirmed", now
    audit.record(f"appeal:{appeal.outcome}", by=by, thing=f"Appeal:{appeal.id}", now=now)
    application = appeal.application
    link, service = f"/applications/{application.id}/result", application.version.name
    notices.tell(told, "appeal_closed", link=link, now=now, service=service, outcome=appeal.outcome)
