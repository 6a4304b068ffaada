"""How good the answers of trials are, side by side, and which promises the figures break."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.trials import Trial
from search.measures import Quality, quality

HEADER = ("method", "setting", "nDCG@10", "MRR@10", "P@1", "S@5", "ms a need", "training s")
PROMISED = {"nDCG@10": "ndcg10", "MRR@10": "mrr10"}


@dataclass(frozen=True, slots=True)
class Score:
    trial: Trial
    figures: Quality


def scores(trials: Sequence[Trial], gold: Mapping[str, Mapping[str, int]]) -> list[Score]:
    return [Score(trial, quality(trial.answers, gold)) for trial in trials]


def row(score: Score) -> list[str]:
    """See tables.table."""
    trial, found = score.trial, score.figures
    figures = (found.ndcg10, found.mrr10, found.first, found.five)
    training = "–" if trial.training is None else f"{trial.training:.1f}"
    return [trial.method, trial.setting, *(f"{f:.4f}" for f in figures), f"{trial.milliseconds:.1f}", training]


def broken(found: Sequence[Score]) -> Iterator[str]:
    """That more confirmed needs never make us worse, and that no plain method is as good as we are.

    In its own setting, cold, for what we answer cold; any for what we answer knowing all the needs.
    """
    ours = [score for score in found if score.trial.ours]
    warm = [score for score in ours if score.trial.setting == "warm"]
    for measure, name in PROMISED.items():
        for less, more in pairwise(warm):
            yield from _lower(measure, name, more, less)
        for best in (*(score for score in ours if score.trial.setting == "cold"), *warm[-1:]):
            for other in found:
                if not other.trial.ours and best.trial.setting in {"warm", other.trial.setting}:
                    yield from _lower(measure, name, best, other, equal=True)


def _lower(measure: str, name: str, one: Score, other: Score, *, equal: bool = False) -> Iterator[str]:
    ours, theirs = getattr(one.figures, name), getattr(other.figures, name)
    if ours < theirs or (equal and ours == theirs):
        yield f"{measure} of {one.trial.method} is {ours:.4f}, that of {other.trial.method} {theirs:.4f}"
