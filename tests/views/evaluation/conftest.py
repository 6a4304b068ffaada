"""What the tests of the evaluation centre's pages share: people, a browser each, an assessment under way."""

from datetime import UTC, datetime

import pytest

from directory.db import transaction
from directory.rules.lifecycle import ApplicationState
from directory.rules.roles import Role
from tests import factories
from tests import factories_evaluation as made
from tests.operations.confirming import many
from tests.views.conftest import sign_in
from tests.views.evaluating import MISLED, account, organisation, settle, signed_in


@pytest.fixture
def people(app):
    return settle()


@pytest.fixture
def desk(app, people):
    """A client signed in as somebody."""
    return lambda who: signed_in(app, people[str(who)])


@pytest.fixture
def scoring(people):
    """An assessment of organisation 1 under way: the ids of it and of its two sheets."""
    with transaction():
        applied = made.application(organisation(), ApplicationState.ASSESSING)
        found = made.assessment(applied, [account(people, Role.ASSESSOR), account(people, "other")])
        return found.id, [sheet.id for sheet in found.sheets]


@pytest.fixture
def now():
    """The pages look at the clock."""
    return datetime.now(UTC)


@pytest.fixture
def taxonomy(app):
    with transaction():
        factories.taxonomy()


@pytest.fixture
def centre(client, taxonomy):
    """Signed in as the lead of the evaluation."""
    with transaction():
        lead = factories.account(Role.LEAD)
    sign_in(client, lead)
    return client


@pytest.fixture
def misled(now, taxonomy):
    with transaction():
        many(3, "P-001", "P-015", text=MISLED, at=now)
