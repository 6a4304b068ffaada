"""What the tests of the account's pages share."""

import pytest

from directory.db import transaction
from directory.operations import accounts
from directory.rules.roles import Role
from tests import factories
from tests.views.account.coming_in import PASSWORD


@pytest.fixture
def officer(app):
    """A district officer with a password."""
    with transaction():
        factories.taxonomy()
        made = factories.account(Role.DISTRICT, email="zhou@example.org")
        accounts.set_password(made, PASSWORD)
    return made
