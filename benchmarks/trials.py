"""What every method answers to a town's questions, from its listings alone (cold) or with confirmed needs (warm)."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from benchmarks.baselines import BASELINES, Search
from benchmarks.folds import by_digest
from benchmarks.history_baselines import HISTORY_BASELINES
from benchmarks.quality import Town
from benchmarks.reliability import Said
from directory.exchange.townfolder import Confirmed, Listing, Question
from directory.operations.parameters import Rules
from search.matching.learned import LearnedModel
from search.query import Need

OURS = "the catalogue"
CURVE = (0, 100, 300, 1_000)
Tree = tuple[str, str, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Trial:
    """What one method answered: question → listings, best first; how long for one need, and to learn before.

    `learned_from` is the number of confirmed needs it knew, None for a cold one. `guesses` are, of ours, the first
    category guessed for each question with the chance given for it; a question none was guessed for is left out.
    """

    method: str
    answers: Mapping[str, Sequence[str]]
    milliseconds: float
    learned_from: int | None = None
    training: float | None = None
    guesses: Mapping[str, tuple[Tree, float]] = field(default_factory=dict)

    @property
    def setting(self) -> str:
        return "cold" if self.learned_from is None else "warm"

    @property
    def ours(self) -> bool:
        return self.method.startswith(OURS)


def history(needs: Iterable[Confirmed]) -> list[Confirmed]:
    """In the order of their texts' SHA-256: the first N are the same in every run, and like any other N of them."""
    return by_digest(needs, lambda need: need.text)


def curve(number: int) -> list[int]:
    """How many confirmed needs to learn from, when there are so many."""
    return [*(size for size in CURVE if size < number), number]


def cold(town: Town, questions: Sequence[Question], rules: Rules) -> Iterator[Trial]:
    """Plain searches over all that the listings say; the catalogue's own answers last."""
    texts = [" ".join((listing.provider, *listing.tree, listing.keywords)) for listing in town.listings]
    for method, baseline in BASELINES.items():
        answers, milliseconds = _asked(questions, _named(baseline(texts), town.listings))
        yield Trial(method, answers, milliseconds)
    yield _ours(town, questions, rules)


def warm(
    town: Town, questions: Sequence[Question], rules: Rules, needs: Sequence[Confirmed], sizes: Iterable[int]
) -> Iterator[Trial]:
    """Plain learners that know all these needs; then the catalogue, knowing the first so many of them."""
    for method, baseline in HISTORY_BASELINES.items():
        search, training = _timed(partial(baseline, town.listings, needs))
        answers, milliseconds = _asked(questions, _named(search, town.listings))
        yield Trial(method, answers, milliseconds, len(needs), training)
    for size in sizes:
        model, training = _timed(partial(town.learn, needs[:size], rules.learning))
        trial = _ours(town, questions, rules, model)
        yield replace(trial, method=f"{OURS}, {size:,} needs", learned_from=size, training=training)


def said(trial: Trial, listings: Iterable[Listing], gold: Mapping[str, Mapping[str, int]]) -> list[Said]:
    """The first guesses of a trial; right is the category of a listing graded 3 or 1, which share the question's."""
    trees = {listing.listing_id: listing.tree for listing in listings}
    own = {qid: {trees.get(name) for name, grade in grades.items() if grade in {1, 3}} for qid, grades in gold.items()}
    return [Said(chance, tree in own[qid]) for qid, (tree, chance) in trial.guesses.items()]


def _ours(town: Town, questions: Sequence[Question], rules: Rules, model: LearnedModel | None = None) -> Trial:
    trees = {d.category: listing.tree for d, listing in zip(town.documents, town.listings, strict=True)}
    router = town.router(rules.views, model)
    guesses = {}

    def answer(question: Question) -> list[str]:
        routing = router.route(question.text)
        for guess in routing.guesses[:1]:
            guesses[question.qid] = trees[guess.code], guess.probability
        return town.answer(Need(question.text), routing, rules)

    answers, milliseconds = _asked(questions, answer)
    return Trial(OURS, answers, milliseconds, guesses=guesses)


def _named(search: Search, listings: Sequence[Listing]) -> Callable[[Question], list[str]]:
    return lambda question: [listings[place].listing_id for place in search(question.text)]


def _asked(
    questions: Sequence[Question], answer: Callable[[Question], Sequence[str]]
) -> tuple[dict[str, Sequence[str]], float]:
    """The answers, and milliseconds for one."""
    answers, seconds = _timed(lambda: {question.qid: answer(question) for question in questions})
    return answers, 1000 * seconds / max(len(questions), 1)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work gave, and the seconds it took."""
    started = time.perf_counter()
    return work(), time.perf_counter() - started
