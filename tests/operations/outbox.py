"""Looking at what the index is still to see, and giving it something to see."""

import pytest
from sqlalchemy import func, select

from directory.db import db
from directory.models.outbox import Outbox
from directory.models.service import Entry
from search.query import Query
from tests import factories

# Whoosh leaves closing what it could not read to the garbage collector.
unclosed = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


def waiting():
    return db.session.scalar(select(func.count(Outbox.id)))


def noted():
    return sorted(tuple(row) for row in db.session.execute(select(Outbox.subject, Outbox.subject_id)))


def named(index, text):
    return sorted(hit.entry_id for hit in index.find(Query(text)).hits)


def rename(entry_id: int, name: str) -> None:
    factories.new_version(db.session.get(Entry, entry_id), name=name)
