"""Makes the arrays of a LearnedModel from examples. Slow to import: only those who train do."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from search.matching.examples import Example, Learning
from search.matching.learned import NOBODY, Idf, vector
from search.text import features

SHARPNESSES = tuple(1.5 * 1.25**step for step in range(12))
HELD_OUT = 5
Arrays = dict[str, NDArray[Any]]


def arrays_of(needs: Sequence[Example], sayings: Sequence[Example], words: Sequence[Example], how: Learning) -> Arrays:
    """Train; the same examples give the same arrays. `needs` are confirmed ones; for the others see examples.py."""
    spoken = [*needs, *sayings]
    examples = [*spoken, *words]
    idf = _idf([example.text for example in examples], how.most_terms)
    rows = _matrix(examples, idf)
    weights = np.array([example.weight for example in examples])
    solved = Counter(need.organisation for need in needs)
    known = [
        n
        for n, need in enumerate(needs)
        if need.organisation != NOBODY and solved[need.organisation] >= how.least_needs
    ]
    told = [n for n, example in enumerate(spoken) if example.route]
    heads = {
        "category": _head(rows, [e.category for e in examples], weights, len(spoken), how.penalty),
        "route": _head(rows[told], [spoken[n].route for n in told], weights[told], len(told), how.penalty),
        "organisation": _head(
            rows[known], [str(needs[n].organisation) for n in known], weights[known], len(known), how.penalty
        ),
    }
    columns = rows[: len(needs)].tocsc()
    number = sum(need.weight for need in needs)
    return {
        "trust": np.array(number / (number + how.half_trust)),
        "terms": np.array(list(idf), dtype=np.str_),
        "idf": np.array([weight for _, weight in idf.values()], dtype=np.float32),
        "need_categories": np.array([need.category for need in needs], dtype=np.str_),
        "need_organisations": np.array([need.organisation for need in needs], dtype=np.int64),
        "posting_starts": columns.indptr.astype(np.int64),
        "posting_rows": columns.indices.astype(np.int32),
        "posting_weights": (columns.data * weights[: len(needs)][columns.indices]).astype(np.float32),
        **{f"{head}_{name}": array for head, arrays in heads.items() for name, array in arrays.items()},
    }


def _idf(texts: Sequence[str], most: int) -> Idf:
    """Terms that occur more than once, numbered, with their weight."""
    held = Counter(term for text in texts for term in features(text))
    kept = sorted(sorted(t for t, n in held.items() if n > 1), key=lambda t: -held[t])[:most]
    return {t: (n, math.log((1 + len(texts)) / (1 + held[t])) + 1) for n, t in enumerate(sorted(kept))}


def _matrix(examples: Sequence[Example], idf: Idf) -> Any:
    vectors = [vector(example.text, idf) for example in examples]
    starts = np.cumsum([0, *(len(numbers) for numbers, _ in vectors)])
    numbers = np.concatenate([np.zeros(0, dtype=np.int64), *(numbers for numbers, _ in vectors)])
    values = np.concatenate([np.zeros(0, dtype=np.float32), *(values for _, values in vectors)])
    return csr_matrix((values, numbers, starts), shape=(len(examples), len(idf)))


def _head(rows: Any, codes: Sequence[str], weights: NDArray[Any], spoken: int, penalty: float) -> Arrays:
    """A one-against-rest classifier over the codes; its sharpness fits held-out ones of the first `spoken` rows."""
    if len(set(codes)) < 2:
        nothing = np.zeros((rows.shape[1], 0), dtype=np.float16)
        return _packed((), nothing, np.zeros(0, dtype=np.float32), SHARPNESSES[0])
    wanted = np.array(codes)
    held = np.arange(0, spoken, HELD_OUT)
    kept = np.setdiff1d(np.arange(len(codes)), held)
    sharpness = SHARPNESSES[len(SHARPNESSES) // 2]
    if len(set(wanted[kept])) > 1 and len(held) >= 20:
        sharpness = _fitting(
            _fit(rows[kept], wanted[kept], weights[kept], penalty), rows[held], wanted[held], weights[held]
        )
    fitted = _fit(rows, wanted, weights, penalty)
    scores, bias = fitted.coef_, fitted.intercept_
    if len(scores) == 1:
        scores, bias = np.vstack([-scores, scores]), np.concatenate([-bias, bias])
    return _packed(fitted.classes_.tolist(), scores.T.astype(np.float16), bias.astype(np.float32), sharpness)


def _packed(codes: Sequence[str], weights: NDArray[Any], bias: NDArray[Any], sharpness: float) -> Arrays:
    return {"codes": np.array(codes, dtype=np.str_), "weights": weights, "bias": bias, "sharpness": np.array(sharpness)}


def _fit(rows: Any, codes: NDArray[Any], weights: NDArray[Any], penalty: float) -> LinearSVC:
    return LinearSVC(C=penalty, random_state=0).fit(rows, codes, sample_weight=weights)


def _fitting(fitted: LinearSVC, rows: Any, codes: NDArray[Any], weights: NDArray[Any]) -> float:
    """The sharpness under which the held-out examples' own codes are likeliest, each by its weight."""
    scores = fitted.decision_function(rows)
    if scores.ndim == 1:
        scores = np.column_stack([-scores, scores])
    places = {code: number for number, code in enumerate(fitted.classes_)}
    own = np.array([places.get(code, -1) for code in codes])
    scores, weights, own = scores[own >= 0], weights[own >= 0], own[own >= 0]

    def likelihood(sharpness: float) -> float:
        sharp = scores * sharpness
        sharp -= sharp.max(axis=1, keepdims=True)
        return float(weights @ (sharp[np.arange(len(own)), own] - np.log(np.exp(sharp).sum(axis=1))))

    return max(SHARPNESSES, key=likelihood)
