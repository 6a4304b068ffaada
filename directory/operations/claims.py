"""An organisation asks to keep its own record; government makes sure that it is them."""

import re
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.account import Account, Claim, Enrolment
from directory.models.organisation import Organisation
from directory.operations import accounts, enrolments, notices
from directory.policy import Actor, Permission, require
from directory.rules import reasons, uscc
from directory.rules.roles import Role

LONGEST_NOTE = 500
PAGE = 20
_PHONE = re.compile(r"[0-9+][0-9 ()\-转]{5,24}")


def file(code: str, *, name: str, email: str, phone: str = "", note: str = "", by: Actor, now: datetime) -> Claim:
    """Ask to keep the record with this code. Raises Invalid, with what to do, where that cannot be."""
    require(by, Permission.FILE_CLAIM)
    claim = Claim(
        organisation=_organisation(code),
        name=accounts.person(name),
        email=enrolments.mailbox(email),
        phone=_phone(phone),
        note=_note(note),
        created_at=now,
    )
    db.session.add(claim)
    db.session.flush()
    _record(claim, "file", by=by, now=now)
    notices.tell(
        notices.with_role(Role.DISTRICT),
        "claim_filed",
        link="/account/claims",
        now=now,
        organisation=claim.organisation.name,
    )
    return claim


def get(claim_id: int, *, by: Actor) -> Claim:
    """The claim, locked for a change. Raises NotFound, Forbidden."""
    require(by, Permission.DECIDE_CLAIM)
    found = db.session.get(Claim, claim_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"no claim {claim_id}")
    return found


def waiting(*, page: int, by: Actor) -> tuple[list[Claim], int]:
    """Those nobody has decided, the oldest first, and how many there are."""
    require(by, Permission.DECIDE_CLAIM)
    query = select(Claim).where(Claim.outcome == "").options(joinedload(Claim.organisation)).order_by(Claim.id)
    number = db.session.scalar(select(func.count()).select_from(Claim).where(Claim.outcome == "")) or 0
    return list(db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE))), number


def confirm(claim: Claim, *, by: Actor, now: datetime) -> tuple[Enrolment, str]:
    """It is them: the invitation to keep the record as its owner, and its token. Raises Conflict, Invalid."""
    _decide(claim, "confirmed", by=by, now=now)
    _record(claim, "confirm", by=by, now=now)
    return enrolments.invite(claim.email, Role.OWNER, organisation_id=claim.organisation_id, by=by, now=now)


def refuse(claim: Claim, *, reason: str, by: Actor, now: datetime) -> None:
    _decide(claim, "refused", by=by, now=now)
    claim.reason = reasons.brief(reason)
    _record(claim, "refuse", by=by, now=now, reason=claim.reason)


def _decide(claim: Claim, outcome: str, *, by: Actor, now: datetime) -> None:
    require(by, Permission.DECIDE_CLAIM)
    if claim.outcome:
        raise Conflict(f"this claim is {claim.outcome} already")
    claim.outcome, claim.decided_at, claim.decided_by_id = outcome, now, by.id


def _organisation(given: str) -> Organisation:
    code = "".join(given.split()).upper()[:40]
    if wrong := uscc.problem(code):
        raise Invalid("uscc", code, wrong, f"no unified social credit code: {wrong}")
    found = db.session.scalar(select(Organisation).where(Organisation.uscc == code))
    if found is None:
        raise Invalid("uscc", code, "unknown", "no organisation has this code")
    kept = select(Account.id).where(Account.organisation_id == found.id, Account.active, Account.role == Role.OWNER)
    if db.session.scalar(kept.limit(1)) is not None:
        raise Invalid("uscc", code, "kept", "somebody keeps this record")
    if db.session.scalar(select(Claim.id).where(Claim.organisation_id == found.id, Claim.outcome == "")) is not None:
        raise Invalid("uscc", code, "waiting", "a claim waits already")
    return found


def _phone(given: str) -> str:
    phone = given.strip()
    if phone and not _PHONE.fullmatch(phone):
        raise Invalid("phone", phone[:40], "phone", "this is no telephone number")
    return phone


def _note(given: str) -> str:
    note = given.strip()
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", len(note), "too_long", f"at most {LONGEST_NOTE} characters")
    return note


def _record(claim: Claim, step: str, *, by: Actor, now: datetime, reason: str = "") -> None:
    audit.record(f"claim:{step}", by=by, thing=f"Claim:{claim.id}", now=now, reason=reason)
