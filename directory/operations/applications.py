"""The way of an application from draft to listing. Each step is a deed: who, when, why, and who is told."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.application import Appeal, Application
from directory.models.assessment import Assessment
from directory.models.calendar import SpecialDay
from directory.models.organisation import Organisation
from directory.models.service import Service, ServiceVersion
from directory.operations import changes, entries, notices, offerings, parameters, standings
from directory.policy import Actor, Permission, require
from directory.rules import reasons
from directory.rules.calendar import day_of, working_days_later
from directory.rules.eligibility import GateAnswer, Outcome
from directory.rules.lifecycle import (
    APPLICATIONS,
    ENDED,
    VERSIONS,
    ApplicationState,
    AssessmentState,
    NotAllowed,
    ObjectionState,
    VersionState,
)
from directory.rules.roles import Role
from search.text import mask

LONGEST_STATEMENT = 2000
WRITABLE = frozenset({ApplicationState.DRAFT, ApplicationState.RETURNED})


def get(application_id: int, *, by: Actor) -> Application:
    """The application, locked for a change. Raises NotFound, Forbidden."""
    found = db.session.get(Application, application_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"no application {application_id}")
    require(by, Permission.READ_APPLICATION, found)
    return found


def draft(service: Service, *, statement: str = "", by: Actor, now: datetime) -> Application:
    """Begin to apply with a service, at its newest version. Raises Conflict where one is under way, Invalid."""
    require(by, Permission.WRITE_APPLICATION, service)
    offerings.require_open(service.category)
    under_way = select(Application.id).where(Application.service_id == service.id, Application.state.not_in(ENDED))
    if db.session.scalar(under_way) is not None:
        raise Conflict("an application with this service is under way")
    application = Application(
        organisation_id=service.organisation_id,
        service=service,
        version=_newest(service),
        statement=_statement(statement),
        since=now,
        created_at=now,
        created_by_id=by.id,
    )
    db.session.add(application)
    db.session.flush()
    _record(application, "draft", by=by, now=now)
    return application


def of(organisation: Organisation, *, by: Actor) -> list[Application]:
    """All applications of an organisation with their versions, the latest first."""
    require(by, Permission.READ_ORGANISATION, organisation)
    query = select(Application).where(Application.organisation_id == organisation.id)
    query = query.options(joinedload(Application.version)).order_by(Application.since.desc(), Application.id.desc())
    return list(db.session.scalars(query))


def revise(application: Application, statement: str, *, seen: str, by: Actor, now: datetime) -> None:
    """Change what is said with an application that is not handed in. Raises Invalid, NotAllowed, Stale."""
    require(by, Permission.WRITE_APPLICATION, application)
    if application.state not in WRITABLE:
        raise NotAllowed("revise", application.state, WRITABLE)
    said = {"statement": _statement(statement)}
    if differing := changes.differing(application, said):
        changes.require_seen(application, said, seen)
        application.statement = said["statement"]
        _record(application, "revise", by=by, now=now, reason=changes.told(differing))


def seen(application: Application) -> str:
    """Stands for all that is handed in, as a page showed it: the statement and the version it goes with."""
    newest = _newest(application.service)
    return changes.fingerprint(newest, offerings.FIELDS) + statement_seen(application)


def statement_seen(application: Application) -> str:
    """What a form filled from the statement carries, so that no other change is written over unseen."""
    return changes.fingerprint(application, ("statement",))


def gates(application: Application, *, on: date) -> tuple[GateAnswer, ...]:
    """What the gates say of the organisation on a day."""
    return gates_of(application.organisation_id, on=on)


def gates_of(organisation_id: int, *, on: date) -> tuple[GateAnswer, ...]:
    """The same before there is an application."""
    return standings.answers([organisation_id], on=on, gates=parameters.in_force().gates)[organisation_id]


def submit(application: Application, *, shown: str | None = None, by: Actor, now: datetime) -> None:
    """Hand in. A gate that fails stops it, an unknown one is for government to clear up. Raises Invalid, Stale.

    `shown` is what `seen` said of the page on which the answers were checked.
    """
    require(by, Permission.SUBMIT_APPLICATION, application)
    APPLICATIONS.after("submit", application.state)
    if shown is not None and shown != seen(application):
        raise changes.Stale(())
    offerings.require_open(application.service.category)
    failed = [answer for answer in gates(application, on=day_of(now)) if answer.outcome is Outcome.FAIL]
    if failed:
        raise Invalid("gates", failed[0].gate, failed[0].code, f"the gate {failed[0].gate} is not passed")
    _step(application, "submit", by=by, now=now, submitted_at=now)
    application.version = _newest(db.session.get_one(Service, application.service_id))
    if application.version.state is not VersionState.APPROVED:
        application.version.state = VERSIONS.after("send", application.version.state)
    _tell_government(application, "application_submitted", now=now)


def give_back(application: Application, *, reason: str, by: Actor, now: datetime) -> None:
    """Return for mending, with what is missing."""
    require(by, Permission.SCREEN, application)
    _step(application, "return", reasons.given(reason), by=by, now=now)
    _unfreeze(application.version, "return", reason)
    _tell_keepers(application, "application_returned", now=now)


def screen(application: Application, *, reason: str = "", by: Actor, now: datetime) -> None:
    """Pass the formal check; the evaluation centre is next."""
    require(by, Permission.SCREEN, application)
    _step(application, "screen", reason, by=by, now=now)
    notices.tell(
        notices.with_role(Role.LEAD),
        "application_screened",
        link="/evaluation/applications",
        now=now,
        service=application.version.name,
    )


def assess(application: Application, *, by: Actor, now: datetime) -> None:
    """The first assessors are assigned."""
    require(by, Permission.ASSIGN, application)
    _step(application, "assess", by=by, now=now)


def result(application: Application) -> Assessment | None:
    """The scoring that counts: the latest closed one, which is the appeal's where one was heard."""
    closed = (
        select(Assessment)
        .where(Assessment.application_id == application.id, Assessment.state == AssessmentState.CLOSED)
        .order_by(Assessment.id.desc())
        .limit(1)
    )
    return db.session.scalar(closed)


def admit(application: Application, *, reason: str, by: Actor, now: datetime) -> None:
    """Government decides for it, whatever the score; the public notice begins at once. Raises Conflict."""
    require(by, Permission.DECIDE, application)
    if application.state is ApplicationState.ASSESSING and result(application) is None:
        raise Conflict("the evaluation has not finished")
    decided = {"admitted": True, "decided_by_id": by.id, "decided_at": now}
    _step(application, "admit", reasons.given(reason), by=by, now=now, **decided)
    today, days = day_of(now), parameters.in_force().periods.publicity_days
    until = working_days_later(today, days, special_days())
    _step(application, "announce", reason, by=by, now=now, publicity_from=today, publicity_until=until)
    _tell_keepers(application, "application_admitted", now=now, until=application.publicity_until)


def reject(application: Application, *, reason: str, by: Actor, now: datetime) -> None:
    """Government decides against it, at any step before it is listed."""
    require(by, Permission.DECIDE, application)
    decided = {"admitted": False, "decided_by_id": by.id, "decided_at": now}
    _step(application, "reject", reasons.given(reason), by=by, now=now, **decided)
    _unfreeze(application.version, "recall", "")
    _tell_keepers(application, "application_rejected", now=now)


def withdraw(application: Application, *, reason: str = "", by: Actor, now: datetime) -> None:
    require(by, Permission.SUBMIT_APPLICATION, application)
    handed_in = application.state is not ApplicationState.DRAFT
    _step(application, "withdraw", reason, by=by, now=now)
    _unfreeze(application.version, "recall", "")
    if handed_in:
        _tell_government(application, "application_withdrawn", now=now)


def due(application: Application, *, on: date) -> bool:
    """Whether the public notice is over and nothing stands against the listing."""
    over = application.state is ApplicationState.PUBLICITY and (application.publicity_until or on) < on
    objected = any(objection.state is ObjectionState.OPEN for objection in application.objections)
    appeal = db.session.scalar(select(Appeal).where(Appeal.application_id == application.id, Appeal.outcome == ""))
    return over and not objected and appeal is None


def complete(application: Application, *, by: Actor, now: datetime) -> None:
    """List what was announced, once the notice is over. Raises Conflict before."""
    require(by, Permission.CHANGE_ENTRY, application)
    if application.state is ApplicationState.PUBLICITY and not due(application, on=day_of(now)):
        raise Conflict("the public notice is not over, or something stands against the listing")
    _step(application, "list", by=by, now=now)
    version = application.version
    if version.state is not VersionState.APPROVED:
        version.state, version.approved_at = VERSIONS.after("approve", version.state), now
    scored = result(application)
    entries.enter(application, assessed=_of_hundred(scored), by=by, now=now)
    _tell_keepers(application, "application_listed", now=now)


def special_days() -> Mapping[date, bool]:
    """Day → whether it is worked, for the days that are not what their weekday says."""
    return dict(db.session.execute(select(SpecialDay.day, SpecialDay.working)).all())


def _newest(service: Service) -> ServiceVersion:
    newest = select(ServiceVersion).where(ServiceVersion.service_id == service.id)
    version = db.session.scalar(newest.order_by(ServiceVersion.number.desc()).limit(1))
    if version is None:
        raise NotFound(f"service {service.id} has no version")
    return version


def _of_hundred(scored: Assessment | None) -> Decimal | None:
    if scored is None or scored.total is None:
        return None
    return (scored.total * 100 / scored.rubric.scale).quantize(Decimal("0.01"))


def _unfreeze(version: ServiceVersion, step: str, reason: str) -> None:
    """Let the organisation go on with a version it applied with; an approved one stays as it is."""
    if version.state is VersionState.WAITING:
        version.state, version.reason = VERSIONS.after(step, version.state), reason


def _statement(text: str) -> str:
    if len(text) > LONGEST_STATEMENT:
        raise Invalid("statement", len(text), "too_long", f"at most {LONGEST_STATEMENT} characters")
    return mask(text).strip()


def _step(application: Application, step: str, reason: str = "", *, by: Actor, now: datetime, **more: object) -> None:
    """Take a step and note it; `more` are the columns that the new state must come with."""
    state = APPLICATIONS.after(step, application.state)
    for name, value in {**more, "state": state, "since": now, "reason": reason}.items():
        setattr(application, name, value)
    _record(application, step, by=by, now=now, reason=reason)


def _record(application: Application, step: str, *, by: Actor, now: datetime, reason: str = "") -> None:
    audit.record(f"application:{step}", by=by, thing=f"Application:{application.id}", now=now, reason=reason)


def _tell_keepers(application: Application, kind: str, *, now: datetime, until: date | None = None) -> None:
    notices.tell(
        notices.keepers(application.organisation_id),
        kind,
        link=f"/organisation/applications/{application.id}",
        now=now,
        service=application.version.name,
        reason=application.reason,
        **({} if until is None else {"until": until.isoformat()}),
    )


def _tell_government(application: Application, kind: str, *, now: datetime) -> None:
    notices.tell(
        notices.with_role(Role.DISTRICT),
        kind,
        link=f"/government/applications/{application.id}",
        now=now,
        service=application.version.name,
        organisation=application.organisation.name,
    )
