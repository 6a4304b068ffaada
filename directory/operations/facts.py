"""Dated facts an organisation proposes of itself; government confirms or refuses them, see reviewing."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.claimed import ClaimedFact
from directory.models.evidence import Evidence
from directory.models.organisation import Fact, Organisation
from directory.operations import notices
from directory.operations.records import one_line
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.claims import Claim
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import CLAIMED, ClaimedState
from directory.rules.roles import Role
from search.text import mask

MOST_WAITING = 50


@dataclass(frozen=True, slots=True)
class Known:
    """What is recorded of an organisation, and what it proposed, the newest first."""

    facts: list[Fact]
    claims: list[ClaimedFact]


def known(organisation: Organisation, *, by: Actor) -> Known:
    require(by, Permission.READ_ORGANISATION, organisation)
    claims = (
        select(ClaimedFact)
        .where(ClaimedFact.organisation_id == organisation.id)
        .options(joinedload(ClaimedFact.evidence))
        .order_by(ClaimedFact.created_at.desc(), ClaimedFact.id.desc())
        .limit(200)
    )
    facts = select(Fact).where(Fact.organisation_id == organisation.id).order_by(Fact.since, Fact.id)
    return Known(list(db.session.scalars(facts)), list(db.session.scalars(claims)))


def replaceable(organisation: Organisation, kind: FactKind) -> list[Fact]:
    """The facts of a kind that stand, one of which a new one may put right."""
    standing = select(Fact).where(
        Fact.organisation_id == organisation.id, Fact.kind == kind, Fact.superseded_by_id.is_(None)
    )
    return list(db.session.scalars(standing.order_by(Fact.since, Fact.id)))


def check(claim: Claim, *, on: date) -> Claim:
    """The claim as it may be recorded, personal data blotted out. Raises Invalid."""
    tidy = replace(claim, value=one_line(mask(claim.value)), source=one_line(mask(claim.source)))
    return tidy.checked(on=on)


def propose(
    organisation: Organisation,
    claim: Claim,
    *,
    evidence: Evidence,
    supersedes: int | None = None,
    by: Actor,
    now: datetime,
) -> ClaimedFact:
    """Put a fact before government; `supersedes` is the one it puts right. Raises Invalid, Conflict."""
    require(by, Permission.PROPOSE_FACT, organisation)
    require(by, Permission.PROPOSE_FACT, evidence)
    said = check(claim, on=day_of(now))
    if supersedes is not None and supersedes not in {fact.id for fact in replaceable(organisation, said.kind)}:
        raise Invalid("supersedes", supersedes, "unknown", "none of the facts of this kind that stand")
    _require_new(organisation, said)
    proposed = ClaimedFact(
        organisation_id=organisation.id,
        kind=said.kind,
        value=said.value,
        since=said.since,
        until=said.until,
        source=said.source,
        evidence=evidence,
        supersedes_id=supersedes,
        created_at=now,
        created_by_id=by.id,
    )
    db.session.add(proposed)
    db.session.flush()
    reason = f"{said.kind} {said.value} {said.since}..{said.until or ''}; evidence {evidence.id}"
    audit.record("claimed_fact:propose", by=by, thing=f"ClaimedFact:{proposed.id}", now=now, reason=reason)
    notices.tell(
        notices.with_role(Role.DISTRICT),
        "fact_proposed",
        link=f"/government/facts/{proposed.id}",
        now=now,
        organisation=organisation.name,
        fact=said.kind,
    )
    return proposed


def withdraw(claimed_id: int, *, by: Actor, now: datetime) -> None:
    """Take back what waits. Raises NotFound, Forbidden, NotAllowed."""
    claimed = db.session.get(ClaimedFact, claimed_id, with_for_update=True, populate_existing=True)
    if claimed is None:
        raise NotFound(f"no claimed fact {claimed_id}")
    require(by, Permission.PROPOSE_FACT, claimed)
    claimed.state = CLAIMED.after("withdraw", claimed.state)
    audit.record("claimed_fact:withdraw", by=by, thing=f"ClaimedFact:{claimed.id}", now=now)


def _require_new(organisation: Organisation, said: Claim) -> None:
    """The same fact waits but once, and only so many wait."""
    waiting = db.session.execute(
        select(ClaimedFact.kind, ClaimedFact.value, ClaimedFact.since, ClaimedFact.until).where(
            ClaimedFact.organisation_id == organisation.id, ClaimedFact.state == ClaimedState.WAITING
        )
    ).all()
    if (said.kind, said.value, said.since, said.until) in {tuple(row) for row in waiting}:
        raise Invalid("value", said.value, "waits", "the same fact waits already")
    if len(waiting) >= MOST_WAITING:
        raise Conflict(f"{len(waiting)} proposals wait already")
