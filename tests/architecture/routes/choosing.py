"""Who may use the pages where a provider is chosen, and those where it answers."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from directory.db import db
from directory.models.account import Account
from directory.models.invitation import Invitation
from directory.models.need import Inquiry, Need
from directory.models.organisation import Organisation
from directory.rules.work import NeedState
from tests import factories, factories_work
from tests.factories import NOW

OWN = "neighbourhood own"
KEEPERS, KEEPERS_OWN = "owner editor", "owner own editor own"
NEEDS, INVITATIONS = "/neighbourhood/needs/<need_id>", "/organisation/invitations/<invitation_id>"

ROUTES = {
    f"GET {NEEDS}/choose": OWN,
    f"POST {NEEDS}/shortlist": OWN,
    f"GET {NEEDS}/compare": OWN,
    f"GET {NEEDS}/outside": OWN,
    f"GET {NEEDS}/invite": OWN,
    f"POST {NEEDS}/invite": OWN,
    f"GET {NEEDS}/deadline": OWN,
    f"POST {NEEDS}/deadline": OWN,
    f"GET {NEEDS}/recall": OWN,
    f"POST {NEEDS}/recall": OWN,
    f"GET {NEEDS}/proposals": OWN,
    f"POST {NEEDS}/inquiries/<inquiry_id>/answer": OWN,
    f"GET {NEEDS}/award": OWN,
    f"POST {NEEDS}/award": OWN,
    f"GET {NEEDS}/nobody": OWN,
    f"POST {NEEDS}/nobody": OWN,
    "GET /organisation/invitations": KEEPERS,
    f"GET {INVITATIONS}": KEEPERS_OWN,
    f"POST {INVITATIONS}/questions": KEEPERS_OWN,
    f"GET {INVITATIONS}/proposal": KEEPERS_OWN,
    f"POST {INVITATIONS}/proposal": KEEPERS_OWN,
    f"GET {INVITATIONS}/decline": KEEPERS_OWN,
    f"POST {INVITATIONS}/decline": KEEPERS_OWN,
}

Accounts = Mapping[str, Account]


def _asking(accounts: Accounts) -> Need:
    """A need of the neighbourhood for which providers are asked."""
    neighbour = accounts["neighbourhood"]
    return factories_work.need(
        area_code=neighbour.area_code,
        account_id=neighbour.id,
        state=NeedState.SHORTLISTED,
        deadline=NOW + timedelta(days=30),
    )


def _need(_organisation: Organisation, accounts: Accounts) -> int:
    return _asking(accounts).id


def _invited(organisation: Organisation, accounts: Accounts) -> Invitation:
    return factories_work.invitation(_asking(accounts), factories.entry(organisation))


def _invitation(organisation: Organisation, accounts: Accounts) -> int:
    return _invited(organisation, accounts).id


def _inquiry(organisation: Organisation, accounts: Accounts) -> int:
    invitation = _invited(organisation, accounts)
    asked = Inquiry(need=invitation.need, organisation=organisation, text="车位有几个？", asked_at=NOW)
    db.session.add(asked)
    db.session.flush()
    return asked.id


RECORDS: dict[str, Callable[[Organisation, Accounts], int]] = {
    "need_id": _need,
    "invitation_id": _invitation,
    "inquiry_id": _inquiry,
}
