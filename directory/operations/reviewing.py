"""Government looks at what organisations say of themselves: facts to confirm, versions to approve."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.claimed import ClaimedFact
from directory.models.organisation import Fact, Organisation
from directory.models.service import Entry, Service, ServiceVersion
from directory.operations import notices, sending, waiting
from directory.policy import Actor, Permission, require
from directory.rules import facts as rule
from directory.rules import reasons
from directory.rules.calendar import day_of
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import CLAIMED, VERSIONS, EntryState


class AlreadySuperseded(Conflict):
    def __init__(self) -> None:
        super().__init__("this fact was superseded meanwhile")


class DecidedWithApplication(Conflict):
    def __init__(self) -> None:
        super().__init__("this version was sent with an application and is decided with it")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a fact says, before it is one."""

    kind: FactKind
    value: str
    since: date
    until: date | None
    source: str


def claimed(claimed_id: int, *, by: Actor) -> ClaimedFact:
    """A fact an organisation proposes, locked for a change. Raises NotFound, Forbidden."""
    found = db.session.get(ClaimedFact, claimed_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"no claimed fact {claimed_id}")
    require(by, Permission.DECIDE_FACT, found)
    return found


def confirm(said: ClaimedFact, *, by: Actor, now: datetime) -> Fact:
    """Take it as a fact, in place of the one it names. Raises NotAllowed, AlreadySuperseded, Invalid."""
    require(by, Permission.DECIDE_FACT, said)
    state = CLAIMED.after("confirm", said.state)
    statement = Statement(said.kind, said.value, said.since, said.until, said.source)
    fact = _write(said.organisation, statement, supersedes=said.supersedes_id, by=by, now=now)
    said.state, said.fact_id, said.decided_at = state, fact.id, now
    _record_claim(said, "confirm", by=by, now=now)
    _tell(said.organisation_id, "fact_confirmed", link="/organisation/facts", now=now, fact=said.kind)
    return fact


def refuse(said: ClaimedFact, *, reason: str, by: Actor, now: datetime) -> None:
    require(by, Permission.DECIDE_FACT, said)
    said.state = CLAIMED.after("refuse", said.state)
    said.reason, said.decided_at = reasons.formal(reason), now
    _record_claim(said, "refuse", by=by, now=now, reason=said.reason)
    _tell(said.organisation_id, "fact_refused", link="/organisation/facts", now=now, fact=said.kind, reason=said.reason)


def record(
    organisation: Organisation,
    statement: Statement,
    *,
    supersedes: int | None = None,
    reason: str = "",
    by: Actor,
    now: datetime,
) -> Fact:
    """Government's own statement; one that takes the place of a wrong one says why."""
    require(by, Permission.DECIDE_FACT, organisation)
    why = reasons.formal(reason) if supersedes is not None else reason.strip()
    fact = _write(organisation, statement, supersedes=supersedes, by=by, now=now, reason=why)
    _tell(organisation.id, "fact_recorded", link="/organisation/facts", now=now, fact=statement.kind, reason=why)
    return fact


def _write(
    organisation: Organisation,
    statement: Statement,
    *,
    supersedes: int | None,
    by: Actor,
    now: datetime,
    reason: str = "",
) -> Fact:
    _check(statement, on=day_of(now))
    old = None if supersedes is None else _current(supersedes, organisation)
    fact = Fact(
        organisation_id=organisation.id,
        kind=statement.kind,
        value=statement.value,
        since=statement.since,
        until=statement.until,
        source=statement.source.strip(),
        recorded_at=now,
        recorded_by=f"{by.role}:{by.id}",
    )
    db.session.add(fact)
    db.session.flush()
    if old is not None:
        old.superseded_by_id = fact.id
        audit.record("fact:supersede", by=by, thing=f"Fact:{old.id}", now=now, reason=reason)
    audit.record("fact:record", by=by, thing=f"Fact:{fact.id}", now=now, reason=reason)
    return fact


def _check(statement: Statement, *, on: date) -> None:
    if found := rule.problem(statement.kind, statement.value, statement.since, statement.until, on=on):
        field, code = found
        raise Invalid(field, getattr(statement, field), code, f"{field} of a {statement.kind}: {code}")
    if not statement.source.strip():
        raise Invalid("source", statement.source, "required", "a fact names its source")
    if len(statement.source) > rule.LONGEST_SOURCE:
        raise Invalid("source", len(statement.source), "too_long", f"at most {rule.LONGEST_SOURCE} characters")


def _current(fact_id: int, organisation: Organisation) -> Fact:
    fact = db.session.get(Fact, fact_id, with_for_update=True, populate_existing=True)
    if fact is None or fact.organisation_id != organisation.id:
        raise NotFound(f"organisation {organisation.id} has no fact {fact_id}")
    if fact.superseded_by_id is not None:
        raise AlreadySuperseded
    return fact


def version(version_id: int, *, by: Actor) -> ServiceVersion:
    """A version to decide on, locked for a change. Raises NotFound, Forbidden."""
    found = db.session.get(ServiceVersion, version_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"no version {version_id}")
    require(by, Permission.APPROVE_SERVICE, found.service)
    return found


def approve(edited: ServiceVersion, *, seen: str, by: Actor, now: datetime) -> None:
    """Make it the version shown, at once. `seen` says at which change it was read. Raises NotAllowed, Overtaken."""
    service = _ready(edited, seen, "approve", by=by)
    edited.state, edited.approved_at, edited.reason = VERSIONS.after("approve", edited.state), now, ""
    entry = db.session.scalar(select(Entry).where(Entry.service_id == service.id).with_for_update())
    if entry is not None and entry.state is not EntryState.EXITED:
        entry.version = edited
    audit.record("version:approve", by=by, thing=f"ServiceVersion:{edited.id}", now=now)
    _tell_version(edited, "version_approved", now=now)


def give_back(edited: ServiceVersion, *, reason: str, seen: str, by: Actor, now: datetime) -> None:
    """Return it for mending; what is public stays as it is."""
    _ready(edited, seen, "return", by=by)
    edited.state, edited.reason = VERSIONS.after("return", edited.state), reasons.formal(reason)
    audit.record("version:return", by=by, thing=f"ServiceVersion:{edited.id}", now=now, reason=edited.reason)
    _tell_version(edited, "version_returned", now=now)


def _ready(edited: ServiceVersion, seen: str, step: str, *, by: Actor) -> Service:
    require(by, Permission.APPROVE_SERVICE, edited.service)
    VERSIONS.after(step, edited.state)
    if waiting.applied_with(edited) is not None:
        raise DecidedWithApplication
    sending.unmoved(edited.changed_at, seen)
    return edited.service


def _record_claim(said: ClaimedFact, step: str, *, by: Actor, now: datetime, reason: str = "") -> None:
    audit.record(f"claimed_fact:{step}", by=by, thing=f"ClaimedFact:{said.id}", now=now, reason=reason)


def _tell_version(edited: ServiceVersion, kind: str, *, now: datetime) -> None:
    service = edited.service
    link = f"/organisation/services/{service.id}"
    _tell(service.organisation_id, kind, link=link, now=now, service=edited.name, reason=edited.reason)


def _tell(organisation_id: int, kind: str, *, link: str, now: datetime, **facts: str) -> None:
    notices.tell(notices.keepers(organisation_id), kind, link=link, now=now, once=None, **facts)
