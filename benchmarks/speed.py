"""How fast a whole match is, from text to stored answer, beside plain searches over the same documents.

Each size is built and asked in a process of its own, so that the memory told is its own. Our answer to a need and
the peers' follow each other at once, so that whatever else the machine does troubles all alike.
"""

import gc
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy import select

from benchmarks.instance import NOW, filled, indexed, opened, taught
from benchmarks.peers import Fts5, PlainWhoosh
from benchmarks.synthetic import needs
from benchmarks.tables import at
from directory import indexing
from directory.db import db, transaction
from directory.engine import Engine
from directory.models.service import Entry, ServiceVersion
from directory.operations import answers, matches, parameters
from directory.policy import OPERATOR
from search.query import Need, Query

OURS, OUR_INDEX, KEEPING = "whole match", "of it, the index", "of it, keeping the answer"
CONFIRMED = 10_000
CHANGES = 20
MB = 1024 * 1024

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Built:
    """What it took to index all services: seconds, and bytes of memory, index and database."""

    seconds: float
    peak: int
    index_size: int
    database_size: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Milliseconds for every answer by method, for the first need of a fresh process, for each change made.

    `memory` is the peak in bytes when all needs had been answered once, before the peers were opened: a worker's.
    """

    times: Mapping[str, Sequence[float]]
    first: float
    memory: int
    changes: Sequence[float]


@dataclass(frozen=True, slots=True)
class Measured:
    services: int
    built: Built
    learned: float
    asked: Asked


def measure(services: int, *, asked: int, rounds: int, field: str | None = None) -> Measured:
    """Build a catalogue of so many services, then ask it so many needs in several rounds.

    With a `field` the needs are of that field, and only the services outside it grow in number.
    """
    with tempfile.TemporaryDirectory(prefix="bench-speed-") as name:
        folder = Path(name)
        _tell(f"{services} services: filling a database")
        _apart(filled, folder, services, field, CONFIRMED)
        _tell(f"learning from {CONFIRMED:,} confirmed needs")
        learned = _apart(taught, folder)
        _tell("building the index")
        built = _apart(_build, folder)
        _tell(f"asking {asked} needs {rounds} times, of us and of the peers")
        return Measured(services, built, learned, _apart(_ask, folder, asked, rounds, field))


def times(found: Iterable[Measured]) -> tuple[list[str], list[list[str]]]:
    """Milliseconds by method, and how many times a peer's median and 95th percentile ours are."""
    rows = []
    for each in found:
        ours = each.asked.times[OURS]
        for method, taken in each.asked.times.items():
            row = [method, f"{each.services:,}", f"{at(50, taken):.1f}", f"{at(95, taken):.1f}"]
            rows.append([*row, *("" if method == OURS else f"{at(n, ours) / at(n, taken):.1f}" for n in (50, 95))])
    return ["method", "services", "p50 ms", "p95 ms", "ours ÷ this, p50", "p95"], rows


def costs(found: Iterable[Measured]) -> tuple[list[str], list[list[str]]]:
    header = [
        *("services", "index build s", "services/s", "memory building MB", "memory per worker MB"),
        *("index MB", "database MB", "learning s", "first need ms", "one change p50 ms", "p95"),
    ]
    rows = []
    for each in found:
        built, asked = each.built, each.asked
        figures = [each.services, built.seconds, each.services / built.seconds, built.peak / MB, asked.memory / MB]
        figures += [built.index_size / MB, built.database_size / MB, each.learned, asked.first]
        figures += [at(50, asked.changes), at(95, asked.changes)]
        rows.append([f"{figure:,.0f}" if figure >= 20 else f"{figure:.1f}" for figure in figures])
    return header, rows


def _apart(work: Callable[..., Result], *given: object) -> Result:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *given).result()


def _tell(what: str) -> None:
    click.echo(f"… {what}", err=True)


def _build(folder: Path) -> Built:
    seconds = indexed(folder)
    index = sum(file.stat().st_size for file in (folder / "index").rglob("*") if file.is_file())
    return Built(seconds, _peak(), index, (folder / "directory.db").stat().st_size)


def _ask(folder: Path, asked: int, rounds: int, field: str | None) -> Asked:
    with opened(folder) as engine:
        said = [Need(text, area) for text, area in needs(asked, field=field)]
        first, *_ = [_match(need, engine)[OURS] for need in said]
        memory = _peak()
        gc.collect()
        gc.freeze()  # as a server does, see directory.app.warm_up
        queries = _queries(said, engine)
        documents = list(indexing.documents(select(Entry.id).order_by(Entry.id), on=NOW.date()))
        peers = (PlainWhoosh(folder / "peer", documents), Fts5(folder / "peer.db", documents))
        del documents
        gc.collect()
        taken: dict[str, list[float]] = defaultdict(list)
        for turn in range(rounds + 1):
            for need, query in zip(said, queries, strict=True):
                now = {**_match(need, engine), OUR_INDEX: _timed(engine.index.find, query)}
                now |= {peer.name: _timed(peer.best, need.text) for peer in peers}
                for method, milliseconds in now.items() if turn else ():  # the first turn warms up the peers
                    taken[method].append(milliseconds)
        ids = list(db.session.scalars(select(Entry.id).order_by(Entry.id)))
        changes = [_timed(_change, entry_id, engine) for entry_id in ids[:: -(-len(ids) // CHANGES)]]
        return Asked(dict(taken), first, memory, changes)


def _match(need: Need, engine: Engine) -> dict[str, float]:
    """A need answered as a page answers it: worked out, then kept in one transaction."""
    started = time.perf_counter()
    drafted = matches.draft(need, by=OPERATOR, now=NOW, engine=engine)
    worked_out = time.perf_counter()
    with transaction():
        matches.freeze(drafted, by=OPERATOR)
    kept = time.perf_counter()
    return {OURS: 1000 * (kept - started), KEEPING: 1000 * (kept - worked_out)}


def _queries(said: Iterable[Need], engine: Engine) -> list[Query]:
    """What a match asks the index."""
    rules = parameters.in_force()
    router, _ = engine.router(rules.views)
    return [answers.question(need, router.route(need.text), router, rules) for need in said]


def _change(entry_id: int, engine: Engine) -> None:
    """Give a service a new version and look for it until found: commit, outbox, index, the search that shows it."""
    word = f"renamed{entry_id}"
    with transaction(announce=False):
        entry = db.session.get_one(Entry, entry_id)
        old = entry.version
        entry.version = ServiceVersion(
            service=entry.service,
            number=old.number + 1,
            name=f"{word} {old.name}",
            description=old.description,
            areas=old.areas,
            groups=old.groups,
            price_low=old.price_low,
            price_high=old.price_high,
            price_unit=old.price_unit,
            approved_at=NOW,
        )
    indexing.drain(engine.index, now=NOW)
    if [hit.entry_id for hit in engine.find(Query(word), on=NOW.date()).found.hits] != [entry_id]:
        raise AssertionError(f"entry {entry_id} is not found under its new name")


def _timed(work: Callable[..., object], *given: object) -> float:
    started = time.perf_counter()
    work(*given)
    return 1000 * (time.perf_counter() - started)


def _peak() -> int:
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
