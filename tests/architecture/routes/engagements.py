"""Who may use the pages of agreed work."""

from collections.abc import Callable, Mapping
from typing import Any

from directory.db import db
from directory.models.account import Account
from directory.models.engagement import ServiceRecord, TermsChange
from directory.models.organisation import Organisation
from directory.rules.engagements import Side
from tests import factories, factories_work
from tests.factories import NOW

READERS = "owner editor neighbourhood street district auditor"
READERS_OWN = "neighbourhood own owner own editor own street own district auditor"
NEIGHBOUR, NEIGHBOUR_OWN = "neighbourhood", "neighbourhood own"
PROVIDER_OWN = "owner own editor own"
PARTIES_OWN = "neighbourhood own owner own editor own"

ROUTES = {
    "GET /engagements": READERS,
    "GET /engagements/list.<table_kind>": READERS,
    "GET /engagements/new": NEIGHBOUR,
    "GET /engagements/new/<entry_id>": NEIGHBOUR,
    "POST /engagements/new/<entry_id>": NEIGHBOUR,
    "GET /engagements/<engagement_id>": READERS_OWN,
    "GET /engagements/<engagement_id>/start": PROVIDER_OWN,
    "POST /engagements/<engagement_id>/start": PROVIDER_OWN,
    "GET /engagements/<engagement_id>/deliver": PROVIDER_OWN,
    "POST /engagements/<engagement_id>/deliver": PROVIDER_OWN,
    "GET /engagements/<engagement_id>/return": NEIGHBOUR_OWN,
    "POST /engagements/<engagement_id>/return": NEIGHBOUR_OWN,
    "GET /engagements/<engagement_id>/sign-off": NEIGHBOUR_OWN,
    "POST /engagements/<engagement_id>/sign-off": NEIGHBOUR_OWN,
    "GET /engagements/<engagement_id>/terminate": PARTIES_OWN,
    "POST /engagements/<engagement_id>/terminate": PARTIES_OWN,
    "GET /engagements/milestones/<milestone_id>": READERS_OWN,
    "POST /engagements/milestones/<milestone_id>/deliver": PROVIDER_OWN,
    "POST /engagements/milestones/<milestone_id>/accept": NEIGHBOUR_OWN,
    "POST /engagements/milestones/<milestone_id>/return": NEIGHBOUR_OWN,
    "GET /engagements/<engagement_id>/terms": PARTIES_OWN,
    "POST /engagements/<engagement_id>/terms": PARTIES_OWN,
    "GET /engagements/terms/<terms_id>": READERS_OWN,
    "POST /engagements/terms/<terms_id>/accept": PROVIDER_OWN,
    "POST /engagements/terms/<terms_id>/refuse": PROVIDER_OWN,
    "POST /engagements/terms/<terms_id>/withdraw": NEIGHBOUR_OWN,
    "GET /engagements/<engagement_id>/records": READERS_OWN,
    "GET /engagements/<engagement_id>/records.<table_kind>": READERS_OWN,
    "GET /engagements/<engagement_id>/records/new": PROVIDER_OWN,
    "POST /engagements/<engagement_id>/records/new": PROVIDER_OWN,
    "GET /engagements/records/<service_record_id>/strike": PROVIDER_OWN,
    "POST /engagements/records/<service_record_id>/strike": PROVIDER_OWN,
}

Accounts = Mapping[str, Account]


def _engagement(organisation: Organisation, accounts: Accounts) -> Any:
    """Running work of the two."""
    area = accounts["neighbourhood"].area_code
    return factories_work.engagement(factories.entry(organisation), area_code=area)


def _terms(organisation: Organisation, accounts: Accounts) -> int:
    """A change that the neighbourhood asks for."""
    account = accounts["neighbourhood"]
    change = TermsChange(
        engagement_id=_engagement(organisation, accounts).id,
        side=Side.NEIGHBOURHOOD,
        terms={"amount": [1500, 1800]},
        reason="加两场",
        account_id=account.id,
        created_at=NOW,
    )
    db.session.add(change)
    db.session.flush()
    return change.id


def _record(organisation: Organisation, accounts: Accounts) -> int:
    work = _engagement(organisation, accounts)
    values = {"on": factories_work.TODAY, "cases": 1, "account_id": accounts["owner"].id, "created_at": NOW}
    record = ServiceRecord(engagement_id=work.id, **values)
    db.session.add(record)
    db.session.flush()
    return record.id


RECORDS: dict[str, Callable[[Organisation, Accounts], int]] = {
    "engagement_id": lambda organisation, accounts: _engagement(organisation, accounts).id,
    "milestone_id": lambda organisation, accounts: _engagement(organisation, accounts).milestones[0].id,
    "terms_id": _terms,
    "service_record_id": _record,
}
