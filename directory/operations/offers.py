"""The services an organisation keeps: drafts, changes sent for approval, what is public meanwhile."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.application import Application
from directory.models.organisation import Organisation
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Category
from directory.operations import changes, notices, offerings
from directory.operations.changes import Change
from directory.operations.offerings import FIELDS, Offering
from directory.policy import Actor, Permission, require
from directory.rules.lifecycle import ENDED, VERSIONS, EntryState, VersionState
from directory.rules.roles import Role

MOST_SERVICES = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A service with what the organisation sees of it. `open` is the version that is not approved yet."""

    service: Service
    category: Category
    approved: ServiceVersion | None
    open: ServiceVersion | None
    entry: Entry | None
    application: Application | None

    @property
    def shown(self) -> ServiceVersion:
        """The version that a list names the service by: the public one, else the newest."""
        version = self.approved or self.open
        if version is None:
            raise NotFound(f"service {self.service.id} has no version")
        return version

    @property
    def listed(self) -> bool:
        """Whether it stands in the catalogue, be it suspended, so that a change of it is approved by itself."""
        return self.entry is not None and self.entry.state is not EntryState.EXITED

    @property
    def changes(self) -> tuple[Change, ...]:
        """Field by field, from the public version to the open one; the fields that stay are there too."""
        if self.open is None:
            return ()
        return tuple(Change(name, getattr(self.approved, name, None), getattr(self.open, name)) for name in FIELDS)


def kept(organisation: Organisation, *, by: Actor) -> list[Kept]:
    """All services of an organisation, in five queries."""
    require(by, Permission.READ_ORGANISATION, organisation)
    return _kept(organisation_id=organisation.id)


def one(service_id: int, *, by: Actor) -> Kept:
    """One service as its organisation sees it. Raises NotFound, Forbidden."""
    get(service_id, by=by)
    return _kept(id=service_id)[0]


def get(service_id: int, *, by: Actor) -> Service:
    """The service, locked for a change. Raises NotFound, Forbidden."""
    found = db.session.get(Service, service_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"no service {service_id}")
    require(by, Permission.EDIT_SERVICE, found)
    return found


def begin(
    organisation: Organisation, category_code: str, said: Offering, *, by: Actor, now: datetime
) -> ServiceVersion:
    """A new service of the organisation, at a draft version. Raises Wrong, Invalid, Conflict."""
    require(by, Permission.EDIT_SERVICE, organisation)
    category = offerings.category(category_code)
    values = asdict(said.masked(category.code))
    number = db.session.scalar(select(func.count(Service.id)).where(Service.organisation_id == organisation.id)) or 0
    if number >= MOST_SERVICES:
        raise Conflict(f"{number} services are kept already")
    taken = set(db.session.scalars(select(Service.external_id).where(Service.organisation_id == organisation.id)))
    while (external_id := f"own-{number + 1}") in taken:
        number += 1
    service = Service(organisation_id=organisation.id, category_id=category.id, external_id=external_id)
    version = ServiceVersion(service=service, number=1, state=VersionState.DRAFT, changed_at=now, **values)
    db.session.add(version)
    db.session.flush()
    audit.record("service:begin", by=by, thing=f"Service:{service.id}", now=now, reason=f"{category.code} {said.name}")
    return version


def seen(version: ServiceVersion) -> str:
    """What a form filled from a version carries, so that no other change is written over unseen."""
    return changes.fingerprint(version, FIELDS)


def edit(
    service: Service, said: Offering, *, category_code: str | None = None, seen: str, by: Actor, now: datetime
) -> bool:
    """Change the draft of a service, or begin one from its public version; whether anything differed.

    The category can change only before anything of the service was approved. Raises Wrong, Stale, NotAllowed.
    """
    require(by, Permission.EDIT_SERVICE, service)
    held = _kept(id=service.id)[0]
    if held.open is not None and held.open.state is VersionState.WAITING:
        VERSIONS.after("send", held.open.state)  # what waits cannot be edited: the error names where it stands
    base = held.open or held.shown
    values = offerings.in_order(asdict(said.masked(held.category.code)), base)
    differing = changes.differing(base, values)
    recategorised = _recategorise(held, category_code)
    if not differing and not recategorised:
        return False
    changes.require_seen(base, values, seen)
    version = held.open or _next_draft(held.shown)
    for change in differing:
        setattr(version, change.field, change.after)
    version.changed_at = now
    db.session.flush()
    reason = "; ".join(filter(None, (recategorised, changes.told(differing))))
    audit.record("service:edit", by=by, thing=f"Service:{service.id}", now=now, reason=reason)
    return True


def send(service: Service, *, by: Actor, now: datetime) -> None:
    """Send the changed version of a service that stands in the catalogue for approval. Raises Conflict, Invalid."""
    require(by, Permission.EDIT_SERVICE, service)
    held = _kept(id=service.id)[0]
    if held.open is None:
        raise Conflict("nothing was changed, so there is nothing to send")
    state = VERSIONS.after("send", held.open.state)
    if not held.listed:
        raise Conflict("this service is not in the catalogue: it is sent with an application")
    if held.application is not None:
        raise Conflict("an application with this service is under way: the change goes with it")
    if all(change.before == change.after for change in held.changes):
        raise Invalid("version", held.open.number, "unchanged", "nothing differs from the public version")
    held.open.state, held.open.reason, held.open.changed_at = state, "", now
    audit.record("service:send", by=by, thing=f"Service:{service.id}", now=now, reason=f"version {held.open.number}")
    notices.tell(
        notices.with_role(Role.DISTRICT),
        "version_waiting",
        link=f"/government/versions/{held.open.id}",
        now=now,
        service=held.open.name,
        organisation=service.organisation.name,
    )


def recall(service: Service, *, by: Actor, now: datetime) -> None:
    """Take a change back into the draft, before it was approved. Raises Conflict."""
    require(by, Permission.EDIT_SERVICE, service)
    held = _kept(id=service.id)[0]
    if held.application is not None:
        raise Conflict("an application goes with this version: withdraw that")
    if held.open is None:
        raise Conflict("nothing was sent")
    held.open.state, held.open.changed_at = VERSIONS.after("recall", held.open.state), now
    audit.record("service:recall", by=by, thing=f"Service:{service.id}", now=now, reason=f"version {held.open.number}")


def set_capacity(service: Service, capacity: int | None, *, by: Actor, now: datetime) -> bool:
    """Say how many more it could take on now; public at once. Whether anything differed. Raises Invalid."""
    require(by, Permission.EDIT_SERVICE, service)
    offerings.require_capacity(capacity)
    differing = changes.differing(service, {"capacity": capacity})
    if differing:
        service.capacity = capacity
        reason = changes.told(differing)
        audit.record("service:capacity", by=by, thing=f"Service:{service.id}", now=now, reason=reason)
    return bool(differing)


def _recategorise(held: Kept, code: str | None) -> str:
    """Move a service that was never approved to another category; what that changed, "" for nothing."""
    if code is None or code == held.category.code:
        return ""
    if held.approved is not None or held.application is not None:
        raise Conflict("the category of a service that was approved, or is applied with, stays")
    held.service.category_id = offerings.category(code).id
    return f"category: {held.category.code} → {code}"


def _next_draft(version: ServiceVersion) -> ServiceVersion:
    values = {name: getattr(version, name) for name in FIELDS}
    draft = ServiceVersion(service_id=version.service_id, number=version.number + 1, state=VersionState.DRAFT, **values)
    db.session.add(draft)
    return draft


def _kept(**which: int) -> list[Kept]:
    services = list(
        db.session.scalars(
            select(Service)
            .filter_by(**which)
            .options(
                joinedload(Service.category).joinedload(Category.parent),
                joinedload(Service.organisation),
                selectinload(Service.versions),
            )
            .order_by(Service.id)
            .execution_options(populate_existing=True)
        )
    )
    ids = [service.id for service in services]
    entries = {entry.service_id: entry for entry in db.session.scalars(select(Entry).where(Entry.service_id.in_(ids)))}
    under_way = select(Application).where(Application.service_id.in_(ids), Application.state.not_in(ENDED))
    applications = {application.service_id: application for application in db.session.scalars(under_way)}
    return [_one(service, entries.get(service.id), applications.get(service.id)) for service in services]


def _one(service: Service, entry: Entry | None, application: Application | None) -> Kept:
    """The public version is the entry's where there is one, else the newest approved."""
    approved = [version for version in service.versions if version.state is VersionState.APPROVED]
    public = next((version for version in approved if entry and version.id == entry.version_id), None)
    waiting = next((version for version in service.versions if version.state is not VersionState.APPROVED), None)
    newest = approved[-1] if approved else None
    return Kept(service, service.category, public or newest, waiting, entry, application)
