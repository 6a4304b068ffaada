"""Who may use the pages of reviews: the parties of finished work, everybody, and the district that decides reports."""

from collections.abc import Mapping
from datetime import UTC, datetime

from directory.models.account import Account
from directory.models.engagement import Engagement
from directory.models.organisation import Organisation
from directory.models.review import Review
from directory.operations import reports
from directory.policy import VISITOR
from directory.rules.work import EngagementState, ReviewState
from tests import factories, factories_work
from tests.architecture.routes.guard import ANYONE

PARTIES_OWN = "neighbourhood own owner own editor own"
READERS_OWN = f"{PARTIES_OWN} street own district auditor"
MODERATE = "district"

ROUTES = {
    "GET /engagements/<engagement_id>/review": READERS_OWN,
    "POST /engagements/<engagement_id>/review": PARTIES_OWN,
    "POST /engagements/<engagement_id>/reply": PARTIES_OWN,
    "GET /government/reviews": MODERATE,
    "GET /government/reviews/<report_id>": MODERATE,
    "POST /government/reviews/<report_id>": MODERATE,
    "GET /match/<run_id>/again": ANYONE,
    "GET /organisations/<organisation_id>/reviews": ANYONE,
    "GET /reviews": ANYONE,
    "GET /reviews/removed": ANYONE,
    "GET /reviews/removed.csv": ANYONE,
    "GET /reviews/<review_id>/report": ANYONE,
    "POST /reviews/<review_id>/report": ANYONE,
}

Accounts = Mapping[str, Account]


def _work(organisation: Organisation, accounts: Accounts) -> Engagement:
    area_code = accounts["neighbourhood"].area_code
    listed = factories.entry(organisation)
    return factories_work.engagement(listed, area_code=area_code, state=EngagementState.SIGNED_OFF)


def _engagement(organisation: Organisation, accounts: Accounts) -> int:
    return _work(organisation, accounts).id


def _review(organisation: Organisation, accounts: Accounts) -> Review:
    return factories_work.review(_work(organisation, accounts), state=ReviewState.PUBLISHED, nth=1)


def _report(organisation: Organisation, accounts: Accounts) -> int:
    review = _review(organisation, accounts)
    return reports.file(review.id, reason="insult", text="", by=VISITOR, now=datetime.now(UTC)).id


RECORDS = {
    "engagement_id": _engagement,
    "review_id": lambda organisation, accounts: _review(organisation, accounts).id,
    "report_id": _report,
}
