"""How good a ranking is, by graded relevance: the figures of docs/benchmarks.md."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over all questions, each in 0..1; a hit is a grade of 2 or more."""

    ndcg10: float
    mrr10: float
    first: float
    five: float


def quality(answers: Mapping[str, Sequence[str]], gold: Mapping[str, Mapping[str, int]]) -> Quality:
    """`answers`: question → items, best first; `gold`: question → item → grade. Unanswered ones count as misses."""
    sums = [0.0] * 4
    for question, grades in gold.items():
        top = [grades.get(item, 0) for item in list(dict.fromkeys(answers.get(question, ())))[:10]]
        ideal = _gain(sorted(grades.values(), reverse=True)[:10])
        place = next((i for i, grade in enumerate(top) if grade >= 2), None)
        for i, value in enumerate(
            (
                _gain(top) / ideal if ideal else 0.0,
                0.0 if place is None else 1 / (place + 1),
                float(place == 0),
                float(place is not None and place < 5),
            )
        ):
            sums[i] += value
    return Quality(*(value / max(len(gold), 1) for value in sums))


def _gain(grades: Sequence[int]) -> float:
    return math.fsum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))
