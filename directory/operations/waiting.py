"""What organisations sent to be looked at: claimed facts and changes of services. Reads only."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from directory.db import db
from directory.errors import NotFound
from directory.models.application import Application
from directory.models.claimed import ClaimedFact
from directory.models.organisation import Fact, Organisation
from directory.models.service import Service, ServiceVersion
from directory.operations.paging import Shown, paged
from directory.operations.queues import edits_waiting, seated
from directory.policy import Actor, Permission, require
from directory.rules.lifecycle import ENDED, ClaimedState


def facts(*, page: int, by: Actor) -> Shown[ClaimedFact]:
    """Those to confirm, the oldest first."""
    query = (
        select(ClaimedFact)
        .join(ClaimedFact.organisation)
        .where(seated(by), ClaimedFact.state == ClaimedState.WAITING)
        .options(joinedload(ClaimedFact.organisation), joinedload(ClaimedFact.evidence))
        .order_by(ClaimedFact.created_at, ClaimedFact.id)
    )
    return paged(query, page)


def fact(claimed_id: int, *, by: Actor) -> ClaimedFact:
    """One to read. Raises NotFound, Forbidden."""
    query = select(ClaimedFact).where(ClaimedFact.id == claimed_id)
    found = db.session.scalar(query.options(joinedload(ClaimedFact.organisation), joinedload(ClaimedFact.evidence)))
    if found is None:
        raise NotFound(f"no claimed fact {claimed_id}")
    require(by, Permission.WATCH_CATALOGUE, found)
    return found


def recorded(fact_id: int, organisation: Organisation) -> Fact:
    """A fact of an organisation. Raises NotFound."""
    found = db.session.get(Fact, fact_id)
    if found is None or found.organisation_id != organisation.id:
        raise NotFound(f"organisation {organisation.id} has no fact {fact_id}")
    return found


def versions(*, page: int, by: Actor) -> Shown[ServiceVersion]:
    """Changes that wait by themselves, the oldest first."""
    query = (
        select(ServiceVersion)
        .join(ServiceVersion.service)
        .join(Service.organisation)
        .where(seated(by), edits_waiting())
        .options(joinedload(ServiceVersion.service).joinedload(Service.organisation))
        .options(joinedload(ServiceVersion.service).joinedload(Service.category))
        .order_by(ServiceVersion.changed_at, ServiceVersion.id)
    )
    return paged(query, page)


def version(version_id: int, *, by: Actor) -> ServiceVersion:
    """One to read. Raises NotFound, Forbidden."""
    query = select(ServiceVersion).where(ServiceVersion.id == version_id)
    found = db.session.scalar(
        query.options(
            joinedload(ServiceVersion.service).joinedload(Service.organisation),
            joinedload(ServiceVersion.service).joinedload(Service.category),
        )
    )
    if found is None:
        raise NotFound(f"no version {version_id}")
    require(by, Permission.WATCH_CATALOGUE, found.service)
    return found


def applied_with(version: ServiceVersion) -> Application | None:
    """The application under way that it was sent with."""
    under_way = select(Application).where(
        Application.service_id == version.service_id,
        Application.version_id == version.id,
        Application.state.not_in(ENDED),
    )
    return db.session.scalar(under_way)
