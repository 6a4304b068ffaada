"""Search as this app uses it: the index, and the router built from the taxonomy in the database.

A missing or damaged index is answered for from the database, on fewer documents, and marked stale.
"""

import logging
import threading
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select

from directory import indexing
from directory.db import db
from directory.models.organisation import Organisation
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Category, LexiconWord, Stamp
from search.documents import Found
from search.index.generations import Generations
from search.index.memory import MemoryIndex
from search.index.port import BrokenIndex
from search.lexicon import Lexicon, LexiconEntry
from search.matching.routing import CategoryProfile, Router, Views
from search.query import Query
from search.text import words

log = logging.getLogger(__name__)

STAND_IN_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Answer:
    """`generation` is the index build that answered; `stale` when newer changes may be missing from it."""

    found: Found
    generation: str
    stale: bool


@dataclass(slots=True)
class Engine:
    index: Generations
    _router: tuple[tuple[int, Views], Router] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, query: Query, *, on: date) -> Answer:
        try:
            return Answer(self.index.find(query), self.index.generation, indexing.behind())
        except BrokenIndex:
            log.exception("the index is broken; answering from the database")
            return Answer(_stand_in(query, on).find(query), "database", stale=True)

    def router(self, views: Views) -> Router:
        """The router for the taxonomy as it is now, kept until the taxonomy changes."""
        stamp = db.session.scalar(select(Stamp.value).where(Stamp.name == indexing.TAXONOMY)) or 0
        with self._lock:
            if self._router is None or self._router[0] != (stamp, views):
                self._router = (stamp, views), Router(_profiles(), _lexicon(), views)
            return self._router[1]


def _profiles() -> list[CategoryProfile]:
    parents = {c.id: c.code for c in db.session.scalars(select(Category).where(Category.level == 1))}
    return [
        CategoryProfile(
            code=category.code,
            parent=parents[category.parent_id or 0],
            name=category.name,
            keywords=tuple(category.keywords),
            examples=tuple(category.examples),
            description=category.description,
            routes=tuple(category.route),
        )
        for category in db.session.scalars(select(Category).where(Category.level == 2))
    ]


def _lexicon() -> Lexicon:
    rows = db.session.execute(
        select(LexiconWord.word, Category.code, LexiconWord.weight, LexiconWord.unless).join(LexiconWord.category)
    )
    return Lexicon(LexiconEntry(word, code, weight, tuple(unless)) for word, code, weight, unless in rows)


def _stand_in(query: Query, on: date) -> MemoryIndex:
    """A small exact index over the likely entries: those of the categories asked for, or that contain a word."""
    likely = [Category.code.in_(query.categories)] if query.categories else []
    for word in words(query.text)[:8]:
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        named = ServiceVersion.name, ServiceVersion.description, Organisation.name, Category.name
        likely += [column.like(pattern) for column in named]
    ids = (
        select(Entry.id)
        .join(Service, Entry.service_id == Service.id)
        .join(ServiceVersion, Entry.version_id == ServiceVersion.id)
        .join(Category, Service.category_id == Category.id)
        .join(Organisation, Service.organisation_id == Organisation.id)
        .order_by(Entry.assessed.desc(), Entry.id)
        .limit(STAND_IN_LIMIT)
    )
    index = MemoryIndex()
    index.put(indexing.documents(ids.where(or_(*likely)) if likely else ids, on=on))
    return index
