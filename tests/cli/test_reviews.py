import pytest
from sqlalchemy import update

from directory.db import db, transaction
from directory.models.reputation import Reputation
from directory.operations import reputation, reviews
from directory.policy import OPERATOR
from directory.rules.work import EngagementState
from tests import factories, factories_work
from tests.cli.calling import call


@pytest.fixture
def instance(app, tmp_path, now):
    with transaction(announce=False):
        factories.taxonomy()
        work = factories_work.engagement(factories.entry(factories.organisation()), state=EngagementState.SIGNED_OFF)
        reputation.add_finished(work)
        reviews._publish(factories_work.review(work), by=OPERATOR, now=now)
    return tmp_path


def test_sums_that_are_right_are_said_to_be(instance):
    result = call(instance, "reviews", "verify")
    assert (result.exit_code, result.stdout) == (0, "the sums are right\n")
    assert call(instance, "reviews", "rebuild").stdout == "made anew; nothing was otherwise\n"


def test_a_difference_is_named_with_status_1_and_mended(instance):
    with transaction(announce=False):
        db.session.execute(update(Reputation).values(finished=5))
    result = call(instance, "reviews", "verify")
    assert result.exit_code == 1
    assert "finished 5, should be 1" in result.stdout
    assert call(instance, "reviews", "rebuild").stdout == "made anew; 1 differences mended\n"
    assert call(instance, "reviews", "verify").exit_code == 0
