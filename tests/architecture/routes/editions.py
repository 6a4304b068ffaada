"""Who may use the pages and files of editions, the sealing of them, and the record of deeds."""

from collections.abc import Mapping

from directory.db import db
from directory.models.account import Account
from directory.models.audit import AuditEvent
from directory.models.edition import Edition
from directory.models.organisation import Organisation
from directory.operations import sealing
from directory.policy import OPERATOR
from tests import factories
from tests.architecture.routes.guard import ANYONE

READERS = "district auditor"
AUDITORS = "auditor"

ROUTES = {
    "GET /editions": ANYONE,
    "GET /editions/compare": ANYONE,
    "GET /editions/<number>": ANYONE,
    "GET /editions/<number>/print": ANYONE,
    "GET /editions/<number>.csv": ANYONE,
    "GET /editions/<number>.json": ANYONE,
    "GET /editions/<number>.xlsx": ANYONE,
    "GET /editions/<number>/entries/<entry_id>": ANYONE,
    "GET /editions/<older>/diff/<newer>": ANYONE,
    "GET /catalogue": ANYONE,
    "GET /api/v1/editions": ANYONE,
    "GET /api/v1/editions/<number>": ANYONE,
    "GET /api/v1/catalogue": ANYONE,
    "GET /government/editions": READERS,
    "GET /government/editions/preview": READERS,
    "GET /government/editions/check": "district",
    "POST /government/editions": "district",
    "GET /audit": AUDITORS,
    "GET /audit/events.csv": AUDITORS,
    "GET /audit/events/<event_id>": AUDITORS,
    "GET /audit/verify": AUDITORS,
}


def entry_id(organisation: Organisation, _accounts: Mapping[str, Account]) -> int:
    """Of an entry in a sealed edition."""
    made = factories.entry(organisation)
    sealing.seal("示例", unchanged=True, by=OPERATOR, now=factories.NOW)
    return made.id


def number(organisation: Organisation, accounts: Mapping[str, Account]) -> str:
    entry_id(organisation, accounts)
    return db.session.scalars(db.select(Edition).order_by(Edition.id.desc())).first().number


def event_id(organisation: Organisation, accounts: Mapping[str, Account]) -> int:
    """Of the sealing of an edition."""
    entry_id(organisation, accounts)
    return db.session.scalar(db.select(db.func.max(AuditEvent.id)))


RECORDS = {"entry_id": entry_id, "event_id": event_id, "number": number, "older": number, "newer": number}
