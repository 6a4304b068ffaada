"""Who may look at supply, exposure and their own mirror, and who calls for applications."""

from collections.abc import Callable, Mapping

from directory.models.account import Account
from directory.models.organisation import Organisation
from tests import factories_supply
from tests.architecture.routes.guard import ANYONE

WATCH = "district street auditor"
REPORT = "district lead auditor"

ROUTES = {
    "GET /government/supply": WATCH,
    "GET /government/supply/map.<table_kind>": WATCH,
    "GET /government/supply/unmet": WATCH,
    "GET /government/supply/unmet.<table_kind>": WATCH,
    "GET /government/supply/calls": WATCH,
    "GET /government/supply/calls/new": "district",
    "POST /government/supply/calls/new": "district",
    "GET /government/exposure": REPORT,
    "GET /government/exposure/table.<table_kind>": REPORT,
    "GET /organisation/mirror": "owner editor",
    "GET /calls": ANYONE,
    "GET /calls/<call_id>": ANYONE,
    "GET /calls/<call_id>/change": "district",
    "POST /calls/<call_id>/change": "district",
    "GET /calls/<call_id>/withdraw": "district",
    "POST /calls/<call_id>/withdraw": "district",
}


def _call(_organisation: Organisation, _accounts: Mapping[str, Account]) -> int:
    return factories_supply.call().id


RECORDS: dict[str, Callable[[Organisation, Mapping[str, Account]], int]] = {"call_id": _call}
