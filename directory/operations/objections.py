"""Public notice of admissions, and what people hold against them; who they are is for those who answer only."""

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.application import Application, Objection
from directory.models.service import Service
from directory.models.taxonomy import Category
from directory.operations import applications, notices
from directory.operations.paging import Shown, paged
from directory.operations.queues import seated
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.lifecycle import OBJECTIONS, ApplicationState, ObjectionState
from directory.rules.roles import Role
from search.text import mask

KEPT_DAYS = 90
SHORTEST_TEXT, LONGEST_TEXT = 5, 2000
LONGEST_NAME, LONGEST_CONTACT = 50, 100
LONGEST_ANSWER = 2000
RECEIPT_LENGTH = 12
_SIGNS = "ACDEFHJKMNPQRTUVWXY34679"  # none that is taken for another


class NoticeOver(Conflict):
    """`until` is the last day on which one could object; None where there was no notice."""

    def __init__(self, until: date | None) -> None:
        self.until = until
        super().__init__("objections are taken while the public notice runs")


def announced(*, page: int, on: date) -> Shown[Application]:
    """Notices that run, and those that ended in the last KEPT_DAYS, the latest to end first."""
    query = _notices().where(Application.publicity_until >= on - timedelta(days=KEPT_DAYS))
    return paged(query.order_by(Application.publicity_until.desc(), Application.id.desc()), page)


def notice(application_id: int) -> Application:
    """An application that was announced, however long ago. Raises NotFound."""
    found = db.session.scalar(_notices().where(Application.id == application_id))
    if found is None:
        raise NotFound(f"no public notice {application_id}")
    return found


def _notices() -> Select[Application]:
    return (
        select(Application)
        .where(Application.publicity_until.is_not(None))
        .options(
            joinedload(Application.organisation),
            joinedload(Application.version),
            joinedload(Application.service).joinedload(Service.category).joinedload(Category.parent),
        )
    )


def open_to_objections(application: Application, *, on: date) -> bool:
    until = application.publicity_until
    return application.state is ApplicationState.PUBLICITY and until is not None and on <= until


def file(
    application: Application, *, text: str, name: str = "", contact: str = "", by: Actor, now: datetime
) -> Objection:
    """Object; the receipt is what leads to the answer. Raises NoticeOver, Invalid."""
    require(by, Permission.OBJECT, application)
    text, name, contact = text.strip(), name.strip(), contact.strip()
    if not open_to_objections(application, on=day_of(now)):
        raise NoticeOver(application.publicity_until)
    _check(text, name, contact)
    objection = Objection(
        application=application, receipt=_receipt(), text=text, name=name, contact=contact, created_at=now
    )
    db.session.add(objection)
    db.session.flush()
    _record(objection, "file", by=by, now=now)
    notices.tell(
        notices.with_role(Role.DISTRICT),
        "objection_filed",
        link=f"/government/objections/{objection.id}",
        now=now,
        service=application.version.name,
        organisation=application.organisation.name,
    )
    return objection


def _check(text: str, name: str, contact: str) -> None:
    if len(text) < SHORTEST_TEXT:
        raise Invalid("text", len(text), "objection_short", f"at least {SHORTEST_TEXT} characters")
    for field, given, most in (
        ("text", text, LONGEST_TEXT),
        ("name", name, LONGEST_NAME),
        ("contact", contact, LONGEST_CONTACT),
    ):
        if len(given) > most:
            raise Invalid(field, len(given), "objection_long", f"at most {most} characters")


def _receipt() -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(RECEIPT_LENGTH))


def by_receipt(receipt: str) -> Objection:
    """What its writer may ask after. Raises NotFound."""
    known = receipt.replace("-", "").replace(" ", "").upper()
    query = select(Objection).where(Objection.receipt == known)
    found = db.session.scalar(query.options(joinedload(Objection.application).joinedload(Application.version)))
    if found is None:
        raise NotFound(f"no objection {receipt[:40]!r}")
    return found


def listed(state: ObjectionState | None, *, page: int, by: Actor) -> Shown[Objection]:
    """Objections in a state, or all, the oldest first."""
    query = (
        select(Objection)
        .join(Objection.application)
        .join(Application.organisation)
        .where(seated(by))
        .options(joinedload(Objection.application).joinedload(Application.organisation))
        .options(joinedload(Objection.application).joinedload(Application.version))
        .order_by(Objection.created_at, Objection.id)
    )
    return paged(query if state is None else query.where(Objection.state == state), page)


def get(objection_id: int, *, by: Actor) -> Objection:
    """One, locked for a change. Raises NotFound, Forbidden."""
    found = db.session.get(Objection, objection_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"no objection {objection_id}")
    require(by, Permission.WATCH_CATALOGUE, found.application)
    return found


def uphold(objection: Objection, *, answer: str, by: Actor, now: datetime) -> None:
    """It is right: what was admitted is not listed, if nothing else has ended it meanwhile."""
    _answer(objection, "uphold", answer, by=by, now=now)
    application = applications.get(objection.application_id, by=by)
    if application.state is ApplicationState.PUBLICITY:
        applications.reject(application, reason=f"公示期异议成立：{mask(objection.answer)}", by=by, now=now)
    else:
        _tell_keepers(objection, now=now)


def dismiss(objection: Objection, *, answer: str, by: Actor, now: datetime) -> None:
    _answer(objection, "dismiss", answer, by=by, now=now)
    _tell_keepers(objection, now=now)


def _tell_keepers(objection: Objection, *, now: datetime) -> None:
    """That it is answered and how; nothing of who wrote it, nor what either wrote. A rejection tells by itself."""
    application = objection.application
    notices.tell(
        notices.keepers(application.organisation_id),
        "objection_answered",
        link=f"/organisation/applications/{application.id}",
        now=now,
        service=application.version.name,
        result=objection.state.value,
    )


def _answer(objection: Objection, step: str, answer: str, *, by: Actor, now: datetime) -> None:
    require(by, Permission.ANSWER_OBJECTION, objection)
    if not answer.strip():
        raise Invalid("answer", answer, "empty", "an objection is answered in words")
    if len(answer) > LONGEST_ANSWER:
        raise Invalid("answer", len(answer), "too_long", f"at most {LONGEST_ANSWER} characters")
    objection.state = OBJECTIONS.after(step, objection.state)
    objection.answer, objection.answered_at = answer.strip(), now
    _record(objection, step, by=by, now=now, reason=mask(objection.answer))


def _record(objection: Objection, step: str, *, by: Actor, now: datetime, reason: str = "") -> None:
    audit.record(f"objection:{step}", by=by, thing=f"Objection:{objection.id}", now=now, reason=reason)
