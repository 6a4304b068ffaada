"""Search as this app uses it: the index, and the router built from the taxonomy in the database.

A missing or damaged index is answered for from the database, on fewer documents, and marked stale.
"""

import logging
import threading
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import or_, select

from directory import indexing
from directory.db import db
from directory.models.learning import TrainedModel
from directory.models.organisation import Organisation
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Category, LexiconWord, Saying, Stamp
from search.documents import Found
from search.index.generations import Generations
from search.index.memory import MemoryIndex
from search.index.port import BrokenIndex
from search.lexicon import Lexicon, LexiconEntry
from search.matching import learned
from search.matching.learned import BrokenModel, LearnedModel
from search.matching.routing import CategoryProfile, Router, Views
from search.query import Query
from search.text import words

log = logging.getLogger(__name__)

_OFFERED = select(Category).where(Category.level == 2, Category.retired_at.is_(None)).order_by(Category.id)
STAND_IN_LIMIT = 2_000
KEPT_ROUTERS = 2  # the one in force, and the one of a run that is being replayed
_STAMP = select(Stamp.value).where(Stamp.name == indexing.TAXONOMY).scalar_subquery()
_IN_FORCE = select(TrainedModel.version).order_by(TrainedModel.id.desc()).limit(1).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Answer:
    """`generation` is the index build that answered; `stale` when newer changes may be missing from it."""

    found: Found
    generation: str
    stale: bool


@dataclass(slots=True)
class Engine:
    index: Generations
    models: Path
    _routers: OrderedDict[tuple[int, str, Views], Router] = field(default_factory=OrderedDict)
    _tried: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, query: Query, *, on: date) -> Answer:
        try:
            return Answer(self.index.find(query), self.index.generation, indexing.behind())
        except BrokenIndex:
            log.exception("the index is broken; answering from the database")
            return Answer(_stand_in(query, on).find(query), "database", stale=True)

    def router(self, views: Views, version: str | None = None) -> tuple[Router, str]:
        """The router for the taxonomy as it is now, kept until it or the model changes; and the model it should have.

        That is the one of the `version` given ("": none), by default the one in force. A model that cannot be read
        is told of in the log and done without.
        """
        stamp, latest = db.session.execute(select(_STAMP, _IN_FORCE)).one()
        version = (latest or "") if version is None else version
        key = stamp or 0, version, views
        with self._lock:
            if key not in self._routers or self._came_back(version, self._routers[key]):
                self._routers[key] = Router(profiles(), lexicon(), views, self._model(version))
            self._routers.move_to_end(key)
            while len(self._routers) > KEPT_ROUTERS:
                self._routers.popitem(last=False)
            return self._routers[key], version

    def _model(self, version: str) -> LearnedModel | None:
        if not version:
            return None
        self._tried[version] = self._written(version)
        try:
            return learned.load(self.models, version)
        except BrokenModel:
            log.exception("answering without what was learned")
            return None

    def _came_back(self, version: str, router: Router) -> bool:
        """Whether the file of a model that could not be read was written anew since."""
        return bool(version) and router.model is None and self._written(version) != self._tried[version]

    def _written(self, version: str) -> int:
        try:
            return (self.models / f"{version}.npz").stat().st_mtime_ns
        except OSError:
            return 0


def model_in_force() -> str:
    """The version of the model that should answer; the empty string where none was trained."""
    return db.session.scalar(select(_IN_FORCE)) or ""


def profiles() -> list[CategoryProfile]:
    """Of the purchasable services there are; a retired one is proposed to nobody."""
    sayings: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in db.session.execute(select(Saying.category_id, Saying.text, Saying.route).order_by(Saying.id)):
        sayings[row.category_id].append((row.text, row.route.value))
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
            sayings=tuple(sayings[category.id]),
        )
        for category in db.session.scalars(_OFFERED)
    ]


def lexicon() -> Lexicon:
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
