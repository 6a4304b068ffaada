"""The sums that ratings are made of, kept up with each review and each piece of finished work."""

from directory.db import db
from directory.models.reputation import Reputation


def add_finished(organisation_id: int, category_id: int) -> None:
    """Count one more piece of work signed off."""
    _sums(organisation_id, category_id).finished += 1


def _sums(organisation_id: int, category_id: int) -> Reputation:
    """The row of an organisation in a category, locked for a change."""
    key = (organisation_id, category_id)
    found = db.session.get(Reputation, key, with_for_update=True, populate_existing=True)
    if found is None:
        found = Reputation(organisation_id=organisation_id, category_id=category_id)
        db.session.add(found)
        db.session.flush()
    return found
