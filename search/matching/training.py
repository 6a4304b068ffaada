"""Makes the arrays of a LearnedModel from examples. Slow to import: only those who train do."""

import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.isotonic import IsotonicRegression
from sklearn.svm import LinearSVC

from search.matching.examples import Example, Learning
from search.matching.learned import NOBODY, Idf, place_code, vector
from search.text import features

SHARPNESSES = tuple(1.5 * 1.25**step for step in range(12))
HELD_OUT = 5
MOST_JUDGING = 5_000
FEWEST_HELD = 20
FEWEST_JUDGED = 100
LEAST = 1e-12
Arrays = dict[str, NDArray[Any]]
Pool = Callable[[str, Mapping[str, float]], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class _Trained:
    """A head's arrays; and what it said, trained without them, of the rows `held` out: a row of chances each."""

    arrays: Arrays
    codes: Sequence[str] = ()
    held: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    chances: NDArray[Any] = field(default_factory=lambda: np.zeros((0, 0)))


def arrays_of(
    needs: Sequence[Example],
    sayings: Sequence[Example],
    words: Sequence[Example],
    how: Learning,
    pool: Pool | None = None,
) -> Arrays:
    """Train; the same examples give the same arrays. `needs` are confirmed ones; for the others see examples.py.

    `pool` gives the router's chances for a text from those learned of it: they are judged on needs held out.
    """
    spoken = [*needs, *sayings]
    examples = [*spoken, *words]
    idf = _idf([example.text for example in examples], how.most_terms)
    rows = _matrix(examples, idf)
    weights = np.array([example.weight for example in examples])
    organisations = [str(need.organisation) if need.organisation != NOBODY else "" for need in needs]
    places = [place_code(need.organisation, need.field) if need.organisation != NOBODY else "" for need in needs]
    told = [n for n, example in enumerate(spoken) if example.route]

    def head(places: Sequence[int], codes: Sequence[str], first: int) -> _Trained:
        return _train(rows[list(places)], codes, weights[list(places)], first, how.penalty)

    category = head(range(len(examples)), [example.category for example in examples], len(spoken))
    heads = {
        "category": category,
        "route": head(told, [spoken[n].route for n in told], len(told)),
        "organisation": _proven(head, organisations, how),
        "place": _proven(head, places, how),
    }
    said, right = _reliability(needs, category, pool)
    columns = rows[: len(needs)].tocsc()
    number = sum(need.weight for need in needs)
    return {
        "trust": np.array(number / (number + how.half_trust)),
        "said": np.array(said, dtype=np.float32),
        "right": np.array(right, dtype=np.float32),
        "terms": np.array(list(idf), dtype=np.str_),
        "idf": np.array([weight for _, weight in idf.values()], dtype=np.float32),
        "need_categories": np.array([need.category for need in needs], dtype=np.str_),
        "need_organisations": np.array([need.organisation for need in needs], dtype=np.int64),
        "posting_starts": columns.indptr.astype(np.int64),
        "posting_rows": columns.indices.astype(np.int32),
        "posting_weights": (columns.data * weights[: len(needs)][columns.indices]).astype(np.float32),
        **{f"{head}_{name}": array for head, trained in heads.items() for name, array in trained.arrays.items()},
    }


def _proven(head: Callable[..., _Trained], codes: Sequence[str], how: Learning) -> _Trained:
    """A head of the codes that solved most; "" is nobody."""
    solved = Counter(filter(None, codes))
    most = sorted(solved, key=lambda code: (-solved[code], code))[: how.most_solvers]
    proven = {code for code in most if solved[code] >= how.least_needs}
    rows = [row for row, code in enumerate(codes) if code in proven]
    return head(rows, [codes[row] for row in rows], len(rows))


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


def _train(rows: Any, codes: Sequence[str], weights: NDArray[Any], first: int, penalty: float) -> _Trained:
    """A one-against-rest classifier over the codes; its sharpness fits a fifth of the `first` rows, held out."""
    if len(set(codes)) < 2:
        nothing = np.zeros((rows.shape[1], 0), dtype=np.float16)
        return _Trained(_packed((), nothing, np.zeros(0, dtype=np.float32), SHARPNESSES[0]))
    wanted = np.array(codes)
    held = np.arange(0, first, HELD_OUT)
    kept = np.setdiff1d(np.arange(len(codes)), held)
    kept = kept[:: max(1, len(kept) // MOST_JUDGING)]
    sharpness, names, chances = SHARPNESSES[len(SHARPNESSES) // 2], [], np.zeros((0, 0))
    if len(set(wanted[kept])) > 1 and len(held) >= FEWEST_HELD:
        judge = _fit(rows[kept], wanted[kept], weights[kept], penalty)
        names, scores = judge.classes_.tolist(), _columns(judge.decision_function(rows[held]))
        sharpness = _likeliest(SHARPNESSES, scores, _places(names, wanted[held]), weights[held])
        chances = _softmax(scores * sharpness)
    fitted = _fit(rows, wanted, weights, penalty)
    columns, bias = fitted.coef_, fitted.intercept_
    if len(columns) == 1:
        columns, bias = np.vstack([-columns, columns]), np.concatenate([-bias, bias])
    arrays = _packed(fitted.classes_.tolist(), columns.T.astype(np.float16), bias.astype(np.float32), sharpness)
    return _Trained(arrays, names, held, chances)


def _reliability(needs: Sequence[Example], category: _Trained, pool: Pool | None) -> tuple[list[float], list[float]]:
    """How often a first guess of a chance was right, of the needs held out; never less for a greater chance.

    What is said stands where there are too few of them.
    """
    judged = [place for place in category.held.tolist() if place < len(needs)]
    said = (dict(zip(category.codes, chances, strict=True)) for chances in category.chances.tolist())
    heard = [(needs[place], learned) for place, learned in zip(judged, said, strict=False)]
    pooled = [(need, pool(need.text, learned)) for need, learned in heard] if pool else []
    if sum(need.weight for need, _ in pooled) < FEWEST_JUDGED:
        return [0.0, 1.0], [0.0, 1.0]
    firsts = [max(chances, key=lambda code: chances[code]) for _, chances in pooled]
    fitted = IsotonicRegression(y_min=0, y_max=1).fit(
        [chances[first] for first, (_, chances) in zip(firsts, pooled, strict=True)],
        [first == need.category for first, (need, _) in zip(firsts, pooled, strict=True)],
        sample_weight=[need.weight for need, _ in pooled],
    )
    return fitted.X_thresholds_.tolist(), fitted.y_thresholds_.tolist()


def _packed(codes: Sequence[str], weights: NDArray[Any], bias: NDArray[Any], sharpness: float) -> Arrays:
    return {"codes": np.array(codes, dtype=np.str_), "weights": weights, "bias": bias, "sharpness": np.array(sharpness)}


def _fit(rows: Any, codes: NDArray[Any], weights: NDArray[Any], penalty: float) -> LinearSVC:
    """Solved as far as changes what is answered: closer takes longer and ranks alike."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)  # a young catalogue has many
        return LinearSVC(C=penalty, random_state=0, tol=0.1).fit(rows, codes, sample_weight=weights)


def _columns(scores: NDArray[Any]) -> NDArray[Any]:
    """A column a class, also where there are only two."""
    return np.column_stack([-scores, scores]) if scores.ndim == 1 else scores


def _places(names: Sequence[str], codes: Iterable[str]) -> NDArray[np.int64]:
    """The number of each code among the names, -1 for one that is not."""
    places = {name: place for place, name in enumerate(names)}
    return np.array([places.get(code, -1) for code in codes], dtype=np.int64)


def _likeliest(powers: Sequence[float], scores: NDArray[Any], own: NDArray[np.int64], weights: NDArray[Any]) -> float:
    """The factor on the scores under which each row's own column is likeliest, each row by its weight."""
    scores, weights, own = scores[own >= 0], weights[own >= 0], own[own >= 0]

    def likelihood(power: float) -> float:
        return float(weights @ np.log(np.maximum(_softmax(scores * power)[np.arange(len(own)), own], LEAST)))

    return max(powers, key=likelihood) if len(own) else powers[len(powers) // 2]


def _softmax(scores: NDArray[Any]) -> NDArray[Any]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
