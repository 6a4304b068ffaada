"""Asking people in: nobody opens an account by themselves, and each invitation opens one."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.account import Account, Enrolment
from directory.models.organisation import Organisation
from directory.models.taxonomy import Area
from directory.operations import accounts, paging, parameters
from directory.policy import Actor, Permission, require
from directory.rules.roles import OF_AN_AREA, OF_AN_ORGANISATION, Role

PAGE = 20
AREA_LEVELS = {Role.STREET: 1, Role.NEIGHBOURHOOD: 2}


@dataclass(frozen=True, slots=True)
class People:
    shown: list[Account]
    total: int
    page: int
    waiting: list[Enrolment]

    @property
    def pages(self) -> int:
        return paging.pages(self.total, PAGE)


def invite(
    email: str, role: Role, *, organisation_id: int | None = None, area_code: str = "", by: Actor, now: datetime
) -> tuple[Enrolment, str]:
    """The invitation and its token, which is kept nowhere. It takes the place of an older one. Raises Invalid."""
    enrolment = Enrolment(email=mailbox(email), role=role, organisation_id=organisation_id, area_code=area_code)
    require(by, Permission.INVITE, enrolment)
    if (role in OF_AN_ORGANISATION) != (organisation_id is not None):
        raise Invalid("role", role, "organisation", "owners and editors, and nobody else, are of an organisation")
    if organisation_id is not None and db.session.get(Organisation, organisation_id) is None:
        raise NotFound(f"no organisation {organisation_id}")
    _check_area(role, area_code)
    if accounts.by_email(enrolment.email) is not None:
        raise Invalid("email", enrolment.email, "taken", "this address has an account")
    for older in db.session.scalars(_waiting(Enrolment.email == enrolment.email, now=now)):
        older.expires_at = now
    token = secrets.token_urlsafe(32)
    enrolment.digest, enrolment.invited_by_id = digest(token), by.id
    days = parameters.in_force().periods.enrolment_days
    enrolment.created_at, enrolment.expires_at = now, now + timedelta(days=days)
    db.session.add(enrolment)
    db.session.flush()
    thing = f"Enrolment:{enrolment.id}"
    audit.record("account:invite", by=by, thing=thing, now=now, reason=role)
    return enrolment, token


def of(token: str, *, now: datetime) -> Enrolment:
    """The invitation of a mailed address. Raises NotFound where it is none, was used or is too old."""
    query = _waiting(Enrolment.digest == digest(token), now=now).options(joinedload(Enrolment.organisation))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("no such invitation, or it was used, or it is too old")
    return found


def enrol(token: str, *, name: str, password: str, now: datetime) -> Account:
    """Open the account somebody was invited to. Raises NotFound, Invalid, Conflict."""
    enrolment = of(token, now=now)
    if accounts.by_email(enrolment.email) is not None:
        raise Conflict("this address has an account")
    account = Account(
        email=enrolment.email,
        name=accounts.person(name),
        role=enrolment.role,
        organisation_id=enrolment.organisation_id,
        area_code=enrolment.area_code,
        created_at=now,
        fs_uniquifier=uuid4().hex,
    )
    accounts.set_password(account, password)
    enrolment.used_at = now
    db.session.add(account)
    db.session.flush()
    by = Actor(account.id, account.role, account.organisation_id, account.area_code)
    audit.record("account:enrol", by=by, thing=f"Account:{account.id}", now=now, reason=f"Enrolment:{enrolment.id}")
    return account


def withdraw(enrolment_id: int, *, by: Actor, now: datetime) -> None:
    """Take back an invitation nobody used. Raises NotFound."""
    enrolment = db.session.scalar(_waiting(Enrolment.id == enrolment_id, now=now))
    if enrolment is None:
        raise NotFound(f"no waiting invitation {enrolment_id}")
    require(by, Permission.INVITE, enrolment)
    enrolment.expires_at = now
    audit.record("account:uninvite", by=by, thing=f"Enrolment:{enrolment_id}", now=now)


def people(*, role: str = "", text: str = "", page: int = 1, by: Actor, now: datetime) -> People:
    """Who has an account or may open one, as far as `by` may see, by role and name."""
    require(by, Permission.READ_PEOPLE)
    conditions = _seen(Account, by)
    if role in set(Role):
        conditions.append(Account.role == Role(role))
    if text:
        conditions.append(
            or_(Account.name.contains(text, autoescape=True), Account.email.contains(text.casefold(), autoescape=True))
        )
    total = db.session.scalar(select(func.count()).select_from(Account).where(*conditions)) or 0
    query = select(Account).where(*conditions).options(joinedload(Account.organisation))
    ordered = query.order_by(Account.active.desc(), Account.role, Account.id)
    shown = list(db.session.scalars(ordered.limit(PAGE).offset((page - 1) * PAGE)))
    waiting = _waiting(*_seen(Enrolment, by), now=now).options(joinedload(Enrolment.organisation))
    return People(shown, total, page, list(db.session.scalars(waiting.order_by(Enrolment.id.desc()).limit(PAGE))))


def area_name(code: str) -> str:
    return db.session.scalar(select(Area.name).where(Area.code == code)) or ""


def mailbox(email: str) -> str:
    """A mail address as it is kept. Raises Invalid."""
    try:
        if len(email) > accounts.LONGEST_EMAIL:
            raise EmailNotValidError("too long")  # noqa: TRY301 - one answer to whatever is wrong with it
        return accounts.address(validate_email(email.strip(), check_deliverability=False).normalized)
    except EmailNotValidError as error:
        raise Invalid("email", email[:60], "email", "this is no mail address") from error


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _check_area(role: Role, area_code: str) -> None:
    if role not in OF_AN_AREA:
        if area_code:
            raise Invalid("area", area_code, "not_asked", f"{role} is of no area")
        return
    level = db.session.scalar(select(Area.level).where(Area.code == area_code))
    if level != AREA_LEVELS[role]:
        raise Invalid("area", area_code, str(role), f"{role} is of an area of level {AREA_LEVELS[role]}")


def _seen(model: type[Account] | type[Enrolment], by: Actor) -> list[ColumnElement[bool]]:
    if by.role is Role.OWNER:
        return [model.organisation_id == by.organisation]
    return [model.role == Role.ASSESSOR] if by.role is Role.LEAD else []


def _waiting(*conditions: ColumnElement[bool], now: datetime) -> Select[Enrolment]:
    return select(Enrolment).where(Enrolment.used_at.is_(None), Enrolment.expires_at > now, *conditions)
