"""Who may use the pages of a neighbourhood, and the board of needs."""

from collections.abc import Callable, Mapping

from directory.models.account import Account
from directory.models.organisation import Organisation
from tests import factories_work
from tests.architecture.routes.guard import ANYONE

NEIGHBOUR, NEIGHBOUR_OWN = "neighbourhood", "neighbourhood own"

ROUTES = {
    "GET /neighbourhood": NEIGHBOUR,
    "GET /neighbourhood/needs": NEIGHBOUR,
    "GET /neighbourhood/needs.<table_kind>": NEIGHBOUR,
    "GET /neighbourhood/needs/new": NEIGHBOUR,
    "POST /neighbourhood/needs/new": NEIGHBOUR,
    "POST /neighbourhood/needs/take-up": NEIGHBOUR,
    "GET /neighbourhood/needs/<need_id>": NEIGHBOUR_OWN,
    "GET /neighbourhood/needs/<need_id>/edit": NEIGHBOUR_OWN,
    "POST /neighbourhood/needs/<need_id>/edit": NEIGHBOUR_OWN,
    "GET /neighbourhood/needs/<need_id>/understood": NEIGHBOUR_OWN,
    "POST /neighbourhood/needs/<need_id>/understood": NEIGHBOUR_OWN,
    "GET /neighbourhood/needs/<need_id>/details": NEIGHBOUR_OWN,
    "POST /neighbourhood/needs/<need_id>/details": NEIGHBOUR_OWN,
    "GET /neighbourhood/needs/<need_id>/hand-off": NEIGHBOUR_OWN,
    "POST /neighbourhood/needs/<need_id>/hand-off": NEIGHBOUR_OWN,
    "POST /neighbourhood/needs/<need_id>/facilitate": NEIGHBOUR_OWN,
    "GET /neighbourhood/needs/<need_id>/withdraw": NEIGHBOUR_OWN,
    "POST /neighbourhood/needs/<need_id>/withdraw": NEIGHBOUR_OWN,
    "POST /neighbourhood/needs/<need_id>/reopen": NEIGHBOUR_OWN,
    "POST /neighbourhood/needs/<need_id>/repeat": NEIGHBOUR_OWN,
    "GET /government/needs": "district street auditor",
    "GET /government/needs/<need_id>": "district street own auditor",
    "GET /needs": ANYONE,
    "GET /needs/<need_id>": ANYONE,
    "GET /needs/<need_id>/join": NEIGHBOUR,
    "POST /needs/<need_id>/join": NEIGHBOUR,
    "POST /needs/<need_id>/leave": NEIGHBOUR,
}

Accounts = Mapping[str, Account]


def _need(_organisation: Organisation, accounts: Accounts) -> int:
    """An open one of the neighbourhood, on the board."""
    return factories_work.need(area_code=accounts["neighbourhood"].area_code).id


RECORDS: dict[str, Callable[[Organisation, Accounts], int]] = {"need_id": _need}
