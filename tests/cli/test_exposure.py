"""directory exposure count"""

from datetime import timedelta

from sqlalchemy import select

from directory.db import db, transaction
from directory.models.supply import Exposure
from tests import factories, factories_supply
from tests.cli.calling import call
from tests.factories import NOW


def test_what_was_answered_is_counted_once(app, tmp_path):
    with transaction():
        factories.taxonomy()
        entry = factories.entry(factories.organisation())
        for _ in range(3):
            factories_supply.run([entry], at=NOW - timedelta(hours=1))
    assert "3 answers counted" in call(tmp_path, "exposure", "count").stdout
    assert "0 answers counted" in call(tmp_path, "exposure", "count").stdout
    assert db.session.scalars(select(Exposure.shown)).all() == [3]
