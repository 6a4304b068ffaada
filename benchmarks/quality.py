"""The product's own answers to a town's needs, cold: from the listings alone, with no gates."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from benchmarks.baselines import BASELINES, Search
from directory.exchange.townfolder import Listing, Question
from directory.operations.parameters import Rules
from search.documents import ServiceDocument
from search.index.port import Index
from search.index.whoosh import WhooshIndex
from search.lexicon import Lexicon
from search.matching.criteria import Candidate, Context
from search.matching.rank import rank
from search.matching.reach import candidates_query
from search.matching.routing import CategoryProfile, Router, Routing, Views
from search.query import Need

# Needed by the ranking, but no criterion that has a view on a listing looks at it.
TODAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Town:
    """A town's listings as the product keeps services: provider = organisation, narrowest class = category."""

    listings: Sequence[Listing]
    documents: Sequence[ServiceDocument]
    profiles: Sequence[CategoryProfile]
    index: Index

    def router(self, views: Views) -> Router:
        return Router(self.profiles, Lexicon([]), views)

    def answer(self, need: Need, routing: Routing, rules: Rules) -> list[str]:
        """The listings for a need, best first: the path of operations/matches.py less database and gates."""
        limits = rules.limits
        query = candidates_query(
            need, routing, rules.weights, fit_floor=limits["fit_floor"], limit=int(limits["candidates"])
        )
        found = (self._candidate(hit.entry_id, hit.relevance) for hit in self.index.find(query).hits)
        least_fit = limits["least_fit"] if routing.sure(limits["confidence"]) else 0.0
        candidates = [c for c in found if routing.fits.get(c.category, 0.0) >= least_fit]
        context = Context.of(need, candidates, today=TODAY, categories=routing.fits, fields=routing.fields)
        ranked = rank(candidates, context, rules.weights)[: int(limits["shown"])]
        return [self.listings[match.entry_id].listing_id for match in ranked]

    def _candidate(self, place: int, relevance: float) -> Candidate:
        known = self.documents[place]
        return Candidate(place, place, known.organisation, known.category, known.field, relevance)


@contextmanager
def opened(listings: Sequence[Listing]) -> Iterator[Town]:
    """The town with a real index, in a folder that is gone afterwards."""
    trees = dict.fromkeys(listing.tree for listing in listings)
    codes = {tree: f"C{place}" for place, tree in enumerate(trees)}
    parents = {tree: f"F{place}" for place, tree in enumerate(dict.fromkeys(tree[:2] for tree in trees))}
    providers = {name: place for place, name in enumerate(dict.fromkeys(listing.provider for listing in listings))}
    keywords: Mapping[tuple[str, str, str], dict[str, None]] = {tree: {} for tree in trees}
    for listing in listings:
        keywords[listing.tree][listing.keywords] = None
    profiles = [
        CategoryProfile(code, parents[tree[:2]], " ".join(tree), tuple(keywords[tree])) for tree, code in codes.items()
    ]
    documents = [
        ServiceDocument(
            entry_id=place,
            name=f"{listing.tree[2]} {listing.keywords}",
            text=f"{listing.provider} {listing.tree[0]} {listing.tree[1]}",
            organisation=providers[listing.provider],
            category=codes[listing.tree],
            field=parents[listing.tree[:2]],
        )
        for place, listing in enumerate(listings)
    ]
    with tempfile.TemporaryDirectory(prefix="bench-quality-") as folder:
        index = WhooshIndex(Path(folder) / "index")
        index.build(documents, progress=lambda done: None)
        yield Town(listings, documents, profiles, index)


@dataclass(frozen=True, slots=True)
class Trial:
    """What one method answered: question → listings, best first; and how long it took for one need."""

    method: str
    answers: Mapping[str, Sequence[str]]
    milliseconds: float


def trials(listings: Sequence[Listing], questions: Sequence[Question], rules: Rules) -> Iterator[Trial]:
    """Plain searches over all that the listings say; the catalogue's own answers last."""
    texts = [" ".join((listing.provider, *listing.tree, listing.keywords)) for listing in listings]
    for method, baseline in BASELINES.items():
        yield _trial(method, questions, partial(_named, baseline(texts), listings))
    with opened(listings) as town:
        router = town.router(rules.views)
        yield _trial("the catalogue", questions, lambda text: town.answer(Need(text), router.route(text), rules))


def _named(search: Search, listings: Sequence[Listing], text: str) -> list[str]:
    return [listings[place].listing_id for place in search(text)]


def _trial(method: str, questions: Sequence[Question], answer: Callable[[str], Sequence[str]]) -> Trial:
    started = time.perf_counter()
    answers = {question.qid: answer(question.text) for question in questions}
    return Trial(method, answers, 1000 * (time.perf_counter() - started) / max(len(questions), 1))
