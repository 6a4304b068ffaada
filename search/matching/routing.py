"""From a text to the services it asks for, and to who should solve it.

Cold, it compares the text with what each category says of itself (name, keywords, examples) and with the
lexicon. What is learned from confirmed needs joins as one more view: see `learned.py`.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from search.lexicon import Lexicon
from search.matching.learned import LearnedModel, Opinion
from search.matching.vectors import Vectors, rarity
from search.text import features, fold, words

# A solver that a category names later is half as usual as the one before it.
USUAL = 0.5
LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class CategoryProfile:
    """What a category says of itself; `routes` in order, the main solver first; `sayings` are (text, solver)."""

    code: str
    parent: str
    name: str
    keywords: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    description: str = ""
    routes: tuple[str, ...] = ("provider",)
    sayings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """A category the text may ask for. `fit` in 0..1, the best being 1; `words` spoke for it, strongest first."""

    code: str
    probability: float
    fit: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Routing:
    """`guesses` best first; `fits` and `fields` give every category's and parent's fit in 0..1, the best being 1;
    `routes` how likely each solver is the main one; `opinion` is what the past says, if anything was learned;
    `suggested` the first guess, also when a person then picked another."""

    guesses: tuple[Guess, ...]
    fits: Mapping[str, float]
    fields: Mapping[str, float]
    routes: Mapping[str, float]
    opinion: Opinion | None = None
    suggested: str = ""

    @property
    def route(self) -> str | None:
        return max(self.routes, key=lambda kind: self.routes[kind], default=None)

    def sure(self, limit: float) -> bool:
        return bool(self.guesses) and self.guesses[0].probability >= limit


@dataclass(frozen=True, slots=True)
class Views:
    """How much each view counts, and how sharply scores turn into chances. Data: see seeds/parameters.json.

    `learned` in 0..1 is the share of what was learned beside the three views of the catalogue's own words; `solver`
    is how much a text's own words count against the usual solvers of its categories.
    """

    profile: float = 1.0
    example: float = 0.6
    lexicon: float = 0.8
    learned: float = 0.8
    sharpness: float = 8.0
    solver: float = 1.0


class Router:
    def __init__(
        self,
        profiles: Iterable[CategoryProfile],
        lexicon: Lexicon,
        views: Views | None = None,
        model: LearnedModel | None = None,
    ) -> None:
        self.profiles = {profile.code: profile for profile in profiles}
        self.lexicon, self.views, self.model = lexicon, views or Views(), model
        self._codes = list(self.profiles)
        own = [_own_words(profile) for profile in self.profiles.values()]
        idf = rarity(own)
        self._whole = Vectors(own, idf)
        said = [(place, text) for place, p in enumerate(self.profiles.values()) for text in _said(p)]
        self._owners = np.array([place for place, _ in said], dtype=np.int64)
        self._examples = Vectors([Counter(features(text).keys()) for _, text in said], idf)

    def route(self, text: str, *, keep: int = 5) -> Routing:
        """The likeliest categories of a text; none when no word of it speaks for any."""
        own = self._scores(text)
        if not own:
            return Routing((), {}, {}, {})
        opinion = self.model.opinion(text) if self.model else None
        learned = opinion.categories if opinion else {}
        fits, chances = _fits(own, learned, self._codes), self._chances(own, learned)
        ranked = sorted(chances, key=lambda code: (-chances[code], code))
        chances = self._honest(chances, ranked[0])
        spoken = self.words_for(ranked[:keep], text)
        guesses = tuple(Guess(code, chances[code], fits.get(code, 0.0), said) for code, said in spoken.items())
        routes = self._routes(chances, opinion)
        return Routing(guesses, fits, self._fields(fits), routes, opinion, guesses[0].code)

    def _honest(self, chances: dict[str, float], first: str) -> dict[str, float]:
        """The chances with the first as right as first guesses of its kind are; the others share the rest as before."""
        said = chances[first]
        right = self.model.right(said) if self.model else said
        rest = (1 - right) / (1 - said) if said < 1 else 0.0
        return {code: min(right, chance * rest) for code, chance in chances.items()} | {first: right}

    def pooled(self, text: str, learned: Mapping[str, float]) -> dict[str, float]:
        """The chances of the categories of a text, given what was learned of it; for training, which judges them."""
        return self._chances(self._scores(text), learned)

    def chosen(self, code: str, text: str) -> Routing:
        """The routing of a person who has picked the category; other categories keep at most half their fit."""
        guessed = self.route(text)
        fits = {other: fit / 2 for other, fit in guessed.fits.items()} | {code: 1.0}
        profile = self.profiles[code]
        fields = {parent: fit / 2 for parent, fit in guessed.fields.items()} | {profile.parent: 1.0}
        guess = Guess(code, 1.0, 1.0, self.words_for([code], text)[code])
        routes = self._routes({code: 1.0}, guessed.opinion)
        return Routing((guess,), fits, fields, routes, guessed.opinion, guessed.suggested)

    def words_for(self, codes: Sequence[str], text: str, *, most: int = 4) -> dict[str, tuple[str, ...]]:
        """For each category the words of the text that spoke for it, strongest first."""
        hits = self.lexicon.hits(text)
        taught = self.model.words_for(codes, text) if self.model else {}
        parts = {word: tuple(features(word)) for word in words(text)}
        found = {}
        for code in codes:
            points: dict[str, float] = defaultdict(float)
            for hit in hits:
                if hit.entry.category == code:
                    points[fold(hit.entry.word)] += 10 * hit.entry.weight
            place, learned = self._codes.index(code), taught.get(code, {})
            for word, pieces in parts.items():
                weight = sum(self._whole.weight(place, piece) + learned.get(piece, 0.0) for piece in pieces)
                if weight and not any(word in said for said in points):
                    points[word] += weight
            found[code] = tuple(sorted(points, key=lambda word: (-points[word], word))[:most])
        return found

    def suggestions(self, text: str, lexicons: Iterable[Lexicon]) -> list[str]:
        """The first guess by each of these lexicons in place of our own, "" for none; all else is as it is."""
        learned = self.model.category_chances(text) if self.model else {}
        likeness = self._likeness(text)
        return [self._suggestion(self._with_words(likeness, lexicon, text), learned) for lexicon in lexicons]

    def _suggestion(self, own: Mapping[str, float], learned: Mapping[str, float]) -> str:
        return min((-chance, code) for code, chance in self._chances(own, learned).items())[1] if own else ""

    def _scores(self, text: str) -> dict[str, float]:
        """What the catalogue's own words say for each category, none that they say nothing for."""
        return self._with_words(self._likeness(text), self.lexicon, text)

    def _likeness(self, text: str) -> dict[str, float]:
        """How alike the text and each category's own account and examples are."""
        asked = Counter(features(text).keys())
        scores = self.views.profile * self._whole.similar(asked)
        nearest = np.zeros(len(self._codes))
        np.maximum.at(nearest, self._owners, self._examples.similar(asked))
        scores += self.views.example * nearest
        return dict(zip(self._codes, scores.tolist(), strict=True))

    def _with_words(self, likeness: Mapping[str, float], lexicon: Lexicon, text: str) -> dict[str, float]:
        found = dict(likeness)
        spoken: dict[str, float] = defaultdict(lambda: 1.0)
        for hit in lexicon.hits(text):
            spoken[hit.entry.category] *= 1 - hit.entry.weight
        for code, doubt in spoken.items():
            if code in found:
                found[code] += self.views.lexicon * (1 - doubt)
        return {code: score for code, score in found.items() if score > 0}

    def _chances(self, own: Mapping[str, float], learned: Mapping[str, float]) -> dict[str, float]:
        """What the catalogue's own words say and what was learned, as chances, by their weighted geometric mean."""
        share = self.views.learned if learned else 0.0
        logs = {
            code: share * math.log(max(learned.get(code, 0.0), LEAST))
            + (1 - share) * self.views.sharpness * own.get(code, 0.0)
            for code in self._codes
            if code in own or code in learned
        }
        best = max(logs.values())
        powers = {code: math.exp(each - best) for code, each in logs.items()}
        whole = sum(powers.values())
        return {code: power / whole for code, power in powers.items()}

    def _fields(self, scores: Mapping[str, float]) -> dict[str, float]:
        fields: dict[str, float] = defaultdict(float)
        for code, score in scores.items():
            fields[self.profiles[code].parent] += score * score
        best = max(fields.values())
        return {parent: math.sqrt(power / best) for parent, power in fields.items()}

    def _routes(self, chances: Mapping[str, float], opinion: Opinion | None) -> dict[str, float]:
        """The solvers of the likely categories, the usual one first, weighed by what the words say of solvers."""
        routes: dict[str, float] = defaultdict(float)
        for code, chance in chances.items():
            possible = self.profiles[code].routes
            said = {
                r: opinion.routes.get(r, 0.0) ** self.views.solver if opinion and opinion.routes else 1.0
                for r in possible
            }
            usual = {kind: USUAL**place * said[kind] for place, kind in enumerate(possible)}
            whole = sum(usual.values())
            for kind, share in usual.items():
                routes[kind] += chance * share / whole
        return dict(routes)


def _fits(own: Mapping[str, float], learned: Mapping[str, float], codes: Sequence[str]) -> dict[str, float]:
    """The catalogue's own words and what was learned count alike, each next to its best."""
    parts = [(part, max(part.get(code, 0.0) for code in codes)) for part in (own, learned) if part]
    whole = {code: sum(part.get(code, 0.0) / (top or 1.0) for part, top in parts) for code in codes}
    best = max(whole.values())
    return {code: value / best for code, value in whole.items() if value > 0}


def _own_words(profile: CategoryProfile) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text, times in (
        (profile.name, 3),
        *((keyword, 2) for keyword in profile.keywords),
        *((example, 1) for example in profile.examples),
        (profile.description, 1),
    ):
        for term in features(text):
            counts[term] += times
    return counts


def _said(profile: CategoryProfile) -> list[str]:
    return [*profile.examples, *(text for text, _ in profile.sayings)]
