"""Routes of accounts, claims and notices, and of watching the learning."""

from typing import Any

from directory.db import db
from directory.models.account import Claim
from directory.models.notice import Notice
from directory.operations import enrolments
from directory.policy import OPERATOR
from directory.rules.roles import Role
from tests import factories
from tests.architecture.routes.guard import ANYONE, SIGNED_IN

PEOPLE = "owner own district"
ROUTES = {
    "GET /account/sign-in": ANYONE,
    "POST /account/sign-in": ANYONE,
    "POST /account/sign-out": ANYONE,
    "GET /account/code": ANYONE,
    "POST /account/code": ANYONE,
    "GET /account/code/set-up": SIGNED_IN,
    "POST /account/code/set-up": ANYONE,
    "POST /account/code/drop": ANYONE,
    "GET /account/password": ANYONE,
    "POST /account/password": ANYONE,
    "GET /account/password/<token>": ANYONE,
    "POST /account/password/<token>": ANYONE,
    "GET /account/enrol/<token>": ANYONE,
    "POST /account/enrol/<token>": ANYONE,
    "GET /account": SIGNED_IN,
    "POST /account": SIGNED_IN,
    "GET /account/change-password": SIGNED_IN,
    "POST /account/change-password": SIGNED_IN,
    "GET /account/people": "owner lead district auditor",
    "GET /account/people/invite": "owner lead district",
    "POST /account/people/invite": "owner lead district",
    "POST /account/people/invitations/<enrolment_id>/withdraw": PEOPLE,
    # A lead may close assessors' accounts only; the record here is an editor's.
    "GET /account/people/<account_id>/<account_step>": PEOPLE,
    "POST /account/people/<account_id>/<account_step>": PEOPLE,
    "GET /account/claim": ANYONE,
    "POST /account/claim": ANYONE,
    "GET /account/claim/sent": ANYONE,
    "GET /account/claims": "district",
    "GET /account/claims/<claim_id>": "district",
    "POST /account/claims/<claim_id>/confirm": "district",
    "POST /account/claims/<claim_id>/refuse": "district",
    "GET /account/notices": SIGNED_IN,
    # Each role has notices of its own: the record belongs to the organisation's owner.
    "GET /account/notices/<notice_id>": "owner own",
    "POST /account/notices/read": SIGNED_IN,
    "GET /watch": "assessor lead auditor",
    "GET /watch/words": "assessor lead auditor",
    "POST /watch/words": "lead",
    "GET /watch/withdraw": "assessor lead auditor",
    "POST /watch/withdraw": "lead",
}


def _account(organisation: Any, _accounts: Any) -> int:
    """An editor of the organisation: the lead may do nothing with it."""
    return factories.account(Role.EDITOR, organisation_id=organisation.id).id


def _enrolment(organisation: Any, _accounts: Any) -> int:
    enrolment, _ = enrolments.invite(
        f"new-{organisation.id}@example.org",
        Role.EDITOR,
        organisation_id=organisation.id,
        by=OPERATOR,
        now=factories.NOW,
    )
    return enrolment.id


def _claim(organisation: Any, _accounts: Any) -> int:
    claim = Claim(organisation_id=organisation.id, name="示例·认领人", email="c@example.org", created_at=factories.NOW)
    db.session.add(claim)
    db.session.flush()
    return claim.id


def _notice(organisation: Any, accounts: Any) -> int:
    """For the owner of that organisation, whoever that is."""
    owner = accounts["owner"]
    if owner.organisation_id != organisation.id:
        owner = factories.account(Role.OWNER, organisation_id=organisation.id)
    notice = Notice(account_id=owner.id, kind="profile_due", link="/about", created_at=factories.NOW)
    db.session.add(notice)
    db.session.flush()
    return notice.id


def _step(_organisation: Any, _accounts: Any) -> str:
    return "close"


def _token(_organisation: Any, _accounts: Any) -> str:
    return "spent"


RECORDS: dict[str, Any] = {
    "account_id": _account,
    "enrolment_id": _enrolment,
    "claim_id": _claim,
    "notice_id": _notice,
    "account_step": _step,
    "token": _token,
}
