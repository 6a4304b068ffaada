"""A town as the product keeps one, and its own path from a need to listings; no gates, a town has no facts for them."""

import tempfile
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from directory.exchange.townfolder import Confirmed, Listing
from directory.operations.answers import PROVEN_ENTRIES
from directory.operations.parameters import Rules
from search.documents import ServiceDocument
from search.index.port import Index
from search.index.whoosh import WhooshIndex
from search.lexicon import Lexicon
from search.matching.criteria import Candidate, Context
from search.matching.examples import Example, Learning, sayings_of, words_of
from search.matching.learned import NOBODY, LearnedModel, model_of
from search.matching.rank import rank
from search.matching.reach import candidates_query, likely_categories, proven
from search.matching.routing import CategoryProfile, Router, Routing, Views
from search.matching.training import arrays_of
from search.query import Need
from search.text import mask

# Needed by the ranking, but no criterion that has a view on a listing looks at it.
TODAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Town:
    """A town's listings as the product keeps services: provider = organisation, narrowest class = category."""

    listings: Sequence[Listing]
    documents: Sequence[ServiceDocument]
    profiles: Sequence[CategoryProfile]
    index: Index

    def router(self, views: Views, model: LearnedModel | None = None) -> Router:
        return Router(self.profiles, Lexicon([]), views, model)

    def examples(self, needs: Iterable[Confirmed]) -> list[Example]:
        """Confirmed needs as the product learns from them; who is not in the directory solved nothing."""
        codes = {listing.tree[1:]: d.category for listing, d in zip(self.listings, self.documents, strict=True)}
        providers = {listing.provider: d.organisation for listing, d in zip(self.listings, self.documents, strict=True)}
        parents = {listing.tree[1]: d.field for listing, d in zip(self.listings, self.documents, strict=True)}
        return [
            Example(
                mask(need.text),
                codes.get(need.tree, "/".join(need.tree)),
                organisation=providers.get(need.provider, NOBODY),
                field=parents.get(need.tree[0], need.tree[0]),
            )
            for need in needs
        ]

    def learn(self, needs: Sequence[Confirmed], how: Learning, views: Views | None = None) -> LearnedModel:
        words, pool = words_of(self.profiles, []), self.router(views or Views()).pooled
        return model_of(arrays_of(self.examples(needs), sayings_of(self.profiles), words, how, pool))

    def answer(self, need: Need, routing: Routing, rules: Rules) -> list[str]:
        """The listings for a need, best first: the path of operations/matches.py less database and gates."""
        limits = rules.limits
        profiles = {profile.code: profile for profile in self.profiles}
        categories = likely_categories(routing, profiles, rules.weights, most=int(limits["categories"]))
        also = self._entries_of(proven(routing, most=int(limits["proven"])), categories)
        query = candidates_query(need, categories, limit=int(limits["candidates"]), also=also)
        least = limits["least_fit"] if routing.sure(limits["confidence"]) else 0.0
        trusted = proven(routing, most=int(limits["proven"]))
        found = (self._candidate(hit.entry_id, hit.relevance) for hit in self.index.find(query).hits)
        candidates = [c for c in found if routing.fits.get(c.category, 0.0) >= least or c.organisation_id in trusted]
        months = rules.periods.confirm_months
        context = Context.of(
            need, candidates, today=TODAY, routing=routing, pooling=rules.pooling, confirm_months=months
        )
        pertinent = [candidate for candidate in candidates if context.pertinent(candidate, least=least)]
        ranked = rank(pertinent, context, rules.weights)[: int(limits["shown"])]
        return [self.listings[match.entry_id].listing_id for match in ranked]

    def _entries_of(self, organisations: Container[int], categories: Container[str]) -> list[int]:
        found = (d.entry_id for d in self.documents if d.organisation in organisations and d.category in categories)
        return list(islice(found, PROVEN_ENTRIES))

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
