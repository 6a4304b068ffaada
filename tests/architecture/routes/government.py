"""Government's pages and the public notice: who may use which, and a record for each parameter."""

from collections.abc import Mapping

from directory.models.account import Account
from directory.models.organisation import Organisation
from directory.rules.lifecycle import ApplicationState
from tests import factories
from tests import factories_government as made
from tests.architecture.routes.guard import ANYONE

WATCH = "district street auditor"
WATCH_OWN = "district street own auditor"
ACT = "district"

ROUTES = {
    "GET /publicity": ANYONE,
    "GET /publicity/receipts": ANYONE,
    "GET /publicity/receipts/<receipt>": ANYONE,
    "GET /publicity/<application_id>": ANYONE,
    "POST /publicity/<application_id>": ANYONE,
    "GET /government": WATCH,
    "GET /government/applications": WATCH,
    "GET /government/applications.<table_kind>": WATCH,
    "POST /government/applications": ACT,
    "GET /government/applications/<application_id>": WATCH_OWN,
    "POST /government/applications/<application_id>/screen": ACT,
    "POST /government/applications/<application_id>/return": ACT,
    "GET /government/applications/<application_id>/decide": ACT,
    "POST /government/applications/<application_id>/decide": ACT,
    "GET /government/objections": WATCH,
    "GET /government/objections/<objection_id>": WATCH_OWN,
    "POST /government/objections/<objection_id>": ACT,
    "GET /government/versions": WATCH,
    "GET /government/versions/<version_id>": WATCH_OWN,
    "POST /government/versions/<version_id>/approve": ACT,
    "POST /government/versions/<version_id>/return": ACT,
    "GET /government/facts": WATCH,
    "GET /government/facts/<claimed_id>": WATCH_OWN,
    "POST /government/facts/<claimed_id>/confirm": ACT,
    "POST /government/facts/<claimed_id>/refuse": ACT,
    "GET /government/organisations/<organisation_id>/facts": WATCH_OWN,
    "GET /government/organisations/<organisation_id>/facts/new": ACT,
    "POST /government/organisations/<organisation_id>/facts/new": ACT,
    "GET /government/entries": WATCH,
    "GET /government/entries.<table_kind>": WATCH,
    "GET /government/entries/<entry_id>": WATCH_OWN,
    "GET /government/entries/<entry_id>/<entry_step>": ACT,
    "POST /government/entries/<entry_id>/<entry_step>": ACT,
}


def _announced(organisation: Organisation, _accounts: Mapping[str, Account]) -> int:
    return made.application(organisation, ApplicationState.PUBLICITY).id


RECORDS = {
    "organisation_id": lambda organisation, _accounts: organisation.id,
    "application_id": _announced,
    "objection_id": lambda organisation, accounts: (
        made.objection(made.application(organisation, ApplicationState.PUBLICITY)).id
    ),
    "version_id": lambda organisation, accounts: made.edit(factories.entry(organisation)).id,
    "claimed_id": lambda organisation, accounts: made.claimed(organisation).id,
    "entry_id": lambda organisation, accounts: factories.entry(organisation).id,
    "receipt": lambda organisation, accounts: (
        made.objection(made.application(organisation, ApplicationState.PUBLICITY)).receipt
    ),
    "table_kind": lambda organisation, accounts: "csv",
    "entry_step": lambda organisation, accounts: "suspend",
}
