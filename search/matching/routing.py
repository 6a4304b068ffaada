"""From a text to the services it asks for, and to who should solve it.

Cold, it compares the text with what each category says of itself (name, keywords, examples) and with the
lexicon. What is learned from confirmed needs joins as one more view: see `Learned`.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from search.lexicon import Lexicon
from search.text import features, fold, words


@dataclass(frozen=True, slots=True)
class CategoryProfile:
    """What a category says of itself; `routes` in order, the main solver first."""

    code: str
    parent: str
    name: str
    keywords: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    description: str = ""
    routes: tuple[str, ...] = ("provider",)


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
    `routes` how likely each solver is the main one."""

    guesses: tuple[Guess, ...]
    fits: Mapping[str, float]
    fields: Mapping[str, float]
    routes: Mapping[str, float]

    @property
    def route(self) -> str | None:
        return max(self.routes, key=lambda kind: self.routes[kind], default=None)

    def sure(self, limit: float) -> bool:
        return bool(self.guesses) and self.guesses[0].probability >= limit


class Learned(Protocol):
    """The place of a model trained on confirmed needs."""

    version: str

    def category_scores(self, text: str) -> Mapping[str, float]:
        """Points in 0..1 by category code."""


@dataclass(frozen=True, slots=True)
class Views:
    """How much each view counts, and how sharply scores turn into probabilities. Data: see seeds/parameters.json."""

    profile: float = 1.0
    example: float = 0.6
    lexicon: float = 0.8
    learned: float = 1.0
    sharpness: float = 14.0


class Router:
    def __init__(
        self,
        profiles: Iterable[CategoryProfile],
        lexicon: Lexicon,
        views: Views | None = None,
        learned: Learned | None = None,
    ) -> None:
        self.profiles = {profile.code: profile for profile in profiles}
        self.lexicon, self.views, self.learned = lexicon, views or Views(), learned
        own = {code: _own_words(profile) for code, profile in self.profiles.items()}
        self._idf = _idf(own.values())
        self._whole = _Vectors({(code, 0): counts for code, counts in own.items()}, self._idf)
        self._examples = _Vectors(
            {
                (code, place): Counter(features(example))
                for code, profile in self.profiles.items()
                for place, example in enumerate(profile.examples)
            },
            self._idf,
        )

    def route(self, text: str, *, keep: int = 5) -> Routing:
        """The likeliest categories of a text; none when no word of it speaks for any."""
        scores = self._scores(text)
        if not scores:
            return Routing((), {}, {}, {})
        best = max(scores.values())
        powers = {code: math.exp(self.views.sharpness * (score - best)) for code, score in scores.items()}
        whole = sum(powers.values())
        ranked = sorted(scores, key=lambda code: (-scores[code], code))
        guesses = tuple(
            Guess(code, powers[code] / whole, scores[code] / best, self.words_for(code, text)) for code in ranked[:keep]
        )
        fits = {code: score / best for code, score in scores.items()}
        return Routing(guesses, fits, self._fields(scores), self._routes(guesses))

    def chosen(self, code: str, text: str) -> Routing:
        """The routing of a person who has picked the category; other categories keep at most half their fit."""
        guessed = self.route(text)
        fits = {other: fit / 2 for other, fit in guessed.fits.items()} | {code: 1.0}
        profile = self.profiles[code]
        fields = {parent: fit / 2 for parent, fit in guessed.fields.items()} | {profile.parent: 1.0}
        guess = Guess(code, 1.0, 1.0, self.words_for(code, text))
        return Routing((guess,), fits, fields, {profile.routes[0]: 1.0})

    def words_for(self, code: str, text: str, *, most: int = 4) -> tuple[str, ...]:
        """The words of the text that spoke for a category, strongest first."""
        points: dict[str, float] = defaultdict(float)
        for hit in self.lexicon.hits(text):
            if hit.entry.category == code:
                points[fold(hit.entry.word)] += 10 * hit.entry.weight
        for word in words(text):
            weight = sum(self._whole.weight((code, 0), term) for term in features(word))
            if weight and not any(word in said for said in points):
                points[word] += weight
        return tuple(sorted(points, key=lambda word: (-points[word], word))[:most])

    def _scores(self, text: str) -> dict[str, float]:
        asked = Counter(features(text))
        scores: dict[str, float] = defaultdict(float)
        for (code, _), similarity in self._whole.similar(asked).items():
            scores[code] += self.views.profile * similarity
        nearest: dict[str, float] = defaultdict(float)
        for (code, _), similarity in self._examples.similar(asked).items():
            nearest[code] = max(nearest[code], similarity)
        spoken: dict[str, float] = defaultdict(lambda: 1.0)
        for hit in self.lexicon.hits(text):
            spoken[hit.entry.category] *= 1 - hit.entry.weight
        for code, similarity in nearest.items():
            scores[code] += self.views.example * similarity
        for code, doubt in spoken.items():
            scores[code] += self.views.lexicon * (1 - doubt)
        if self.learned is not None:
            for code, points in self.learned.category_scores(text).items():
                scores[code] += self.views.learned * points
        return {code: score for code, score in scores.items() if code in self.profiles and score > 0}

    def _fields(self, scores: Mapping[str, float]) -> dict[str, float]:
        fields: dict[str, float] = defaultdict(float)
        for code, score in scores.items():
            fields[self.profiles[code].parent] += score * score
        best = max(fields.values())
        return {parent: math.sqrt(power / best) for parent, power in fields.items()}

    def _routes(self, guesses: Iterable[Guess]) -> dict[str, float]:
        routes: dict[str, float] = defaultdict(float)
        for guess in guesses:
            routes[self.profiles[guess.code].routes[0]] += guess.probability
        return dict(routes)


class _Vectors:
    """Unit vectors of sublinear term weights, read term by term."""

    def __init__(self, documents: Mapping[tuple[str, int], Counter[str]], idf: Mapping[str, float]) -> None:
        self._idf = idf
        self._postings: dict[str, dict[tuple[str, int], float]] = defaultdict(dict)
        for key, counts in documents.items():
            for term, weight in self._unit(counts).items():
                self._postings[term][key] = weight

    def similar(self, counts: Counter[str]) -> dict[tuple[str, int], float]:
        """Cosine with every document that shares a term."""
        found: dict[tuple[str, int], float] = defaultdict(float)
        for term, weight in self._unit(counts).items():
            for key, other in self._postings.get(term, {}).items():
                found[key] += weight * other
        return found

    def weight(self, key: tuple[str, int], term: str) -> float:
        return self._postings.get(term, {}).get(key, 0.0)

    def _unit(self, counts: Counter[str]) -> dict[str, float]:
        unknown = max(self._idf.values(), default=1.0)
        weights = {t: (1 + math.log(n)) * self._idf.get(t, unknown) for t, n in counts.items()}
        length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        return {term: weight / length for term, weight in weights.items()}


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


def _idf(documents: Iterable[Counter[str]]) -> dict[str, float]:
    held: Counter[str] = Counter()
    number = 0
    for counts in documents:
        held.update(counts.keys())
        number += 1
    return {term: math.log((1 + number) / (1 + n)) + 1 for term, n in held.items()}
