"""Who may use the routes of the organisation's workspace, and whose evidence may be seen."""

from collections.abc import Callable, Mapping

from directory.models.account import Account
from directory.models.organisation import Organisation
from directory.rules.lifecycle import VersionState
from tests import factories
from tests import factories_applications as made_of

KEEPERS = "owner editor"
KEEPERS_OWN = "owner own editor own"
OWNER_OWN = "owner own"

ROUTES = {
    "GET /organisation": KEEPERS,
    "GET /organisation/profile": KEEPERS,
    "POST /organisation/profile": KEEPERS,
    "GET /organisation/confirm": KEEPERS,
    "POST /organisation/confirm": KEEPERS,
    "GET /organisation/facts": KEEPERS,
    "GET /organisation/facts/new": KEEPERS,
    "POST /organisation/facts/new": KEEPERS,
    "POST /organisation/facts/<claimed_id>/withdraw": KEEPERS_OWN,
    "GET /organisation/services": KEEPERS,
    "GET /organisation/services/new": KEEPERS,
    "POST /organisation/services/new": KEEPERS,
    "GET /organisation/services/<service_id>": KEEPERS_OWN,
    "GET /organisation/services/<service_id>/edit": KEEPERS_OWN,
    "POST /organisation/services/<service_id>/edit": KEEPERS_OWN,
    "GET /organisation/services/<service_id>/send": KEEPERS_OWN,
    "POST /organisation/services/<service_id>/send": KEEPERS_OWN,
    "POST /organisation/services/<service_id>/recall": KEEPERS_OWN,
    "POST /organisation/services/<service_id>/capacity": KEEPERS_OWN,
    "GET /organisation/services/<service_id>/apply": KEEPERS_OWN,
    "POST /organisation/services/<service_id>/apply": KEEPERS_OWN,
    "GET /organisation/applications": KEEPERS,
    "GET /organisation/applications/new": KEEPERS,
    "GET /organisation/applications/<application_id>": KEEPERS_OWN,
    "GET /organisation/applications/<application_id>/edit": KEEPERS_OWN,
    "POST /organisation/applications/<application_id>/edit": KEEPERS_OWN,
    "GET /organisation/applications/<application_id>/submit": OWNER_OWN,
    "POST /organisation/applications/<application_id>/submit": OWNER_OWN,
    "GET /organisation/applications/<application_id>/withdraw": OWNER_OWN,
    "POST /organisation/applications/<application_id>/withdraw": OWNER_OWN,
    "GET /evidence/<evidence_id>": "owner own editor own assessor own street own district auditor",
}

Accounts = Mapping[str, Account]


def _service(organisation: Organisation, _accounts: Accounts) -> int:
    """One that stands in the catalogue, with a change to be sent."""
    listed = factories.entry(organisation)
    made_of.pending(listed.service, name="夜间停车协商（新）")
    return listed.service_id


def _application(organisation: Organisation, _accounts: Accounts) -> int:
    return made_of.application(made_of.offer(organisation)).id


def _claimed(organisation: Organisation, _accounts: Accounts) -> int:
    return made_of.claimed(organisation).id


def _evidence(organisation: Organisation, accounts: Accounts) -> int:
    """The assessor has a sheet open on an application of the owner's organisation, and of no other."""
    if "assessor" in accounts and "owner" in accounts and accounts["owner"].organisation_id == organisation.id:
        application = made_of.application(made_of.offer(organisation, state=VersionState.DRAFT))
        made_of.sheet(application, accounts["assessor"].id)
    return made_of.evidence(organisation).id


RECORDS: dict[str, Callable[[Organisation, Accounts], int]] = {
    "service_id": _service,
    "application_id": _application,
    "claimed_id": _claimed,
    "evidence_id": _evidence,
}
