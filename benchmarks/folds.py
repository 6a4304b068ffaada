"""Cross-validation: every item is asked once, by what the other folds teach."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

FOLDS = 5
T = TypeVar("T")


def by_digest(items: Iterable[T], text: Callable[[T], str]) -> list[T]:
    """In the order of their texts' SHA-256, those of one text as given: mixed, and the same in every run."""
    return sorted(items, key=lambda item: hashlib.sha256(text(item).encode()).digest())


def folds(items: Sequence[T]) -> Iterator[tuple[list[T], list[T]]]:
    """(to learn from, to ask), once for every fold; every fifth item is in the same fold."""
    for fold in range(FOLDS):
        others = [item for place, item in enumerate(items) if place % FOLDS != fold]
        yield others, list(items[fold::FOLDS])
