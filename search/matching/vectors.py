"""Texts as unit vectors of weighted terms, read term by term."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


class Vectors:
    """Unit vectors of sublinear term weights, in the order given."""

    def __init__(self, documents: Sequence[Counter[str]], idf: Mapping[str, float]) -> None:
        self._number = len(documents)
        self._idf = idf
        self._unknown = max(idf.values(), default=1.0)
        postings: dict[str, dict[int, float]] = defaultdict(dict)
        for place, counts in enumerate(documents):
            for term, weight in self._unit(counts).items():
                postings[term][place] = weight
        self._postings = {
            term: (np.array(list(held), dtype=np.int64), np.array(list(held.values())))
            for term, held in postings.items()
        }

    def similar(self, counts: Counter[str]) -> NDArray[np.float64]:
        """The cosine with every document."""
        found = np.zeros(self._number)
        for term, weight in self._unit(counts).items():
            if term in self._postings:
                places, weights = self._postings[term]
                found[places] += weight * weights
        return found

    def weight(self, place: int, term: str) -> float:
        if term not in self._postings:
            return 0.0
        places, weights = self._postings[term]
        at = int(np.searchsorted(places, place))
        return float(weights[at]) if at < len(places) and places[at] == place else 0.0

    def _unit(self, counts: Counter[str]) -> dict[str, float]:
        weights = {t: (1 + math.log(n)) * self._idf.get(t, self._unknown) for t, n in counts.items()}
        length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        return {term: weight / length for term, weight in weights.items()}


def rarity(documents: Iterable[Counter[str]]) -> dict[str, float]:
    """How much each term tells, from how many documents hold it."""
    held: Counter[str] = Counter()
    number = 0
    for counts in documents:
        held.update(counts.keys())
        number += 1
    return {term: math.log((1 + number) / (1 + n)) + 1 for term, n in held.items()}
