"""What a town could do with its confirmed needs in an afternoon: cheap rankings that learn, for the same table as ours.

One-against-rest classifiers come within a hundredth of multinomial ones here and take a tenth of the time. PENALTY
was chosen by holding out every fifth need of a training fold: of 1, 10, 30, 100, 300 and 1,000 all from 100 on are
alike.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types

from benchmarks.baselines import Search, characters_and_pairs
from directory.exchange.townfolder import Confirmed, Listing

PENALTY = 100.0
NEAREST = 50
COLD = 0.3
# So that one label nobody was taught does not silence the two others.
UNHEARD = 1e-9
Floats = NDArray[np.float64]


def popularity(listings: Sequence[Listing], needs: Sequence[Confirmed]) -> Search:
    """Whoever solved most, whatever is asked."""
    solved = Counter(_pair(need) for need in needs)
    ranked = sorted(range(len(listings)), key=lambda n: (-solved[listings[n].provider, listings[n].tree[1:]], n))
    return lambda text: ranked[:10]


def nearest(listings: Sequence[Listing], needs: Sequence[Confirmed]) -> Search:
    """The most alike past needs that a listing solved give it their share; the listing's own words count a little."""
    places = {(listing.provider, listing.tree[1:]): n for n, listing in enumerate(listings)}
    solved = [need for need in needs if _pair(need) in places]
    owners = np.array([places[_pair(need)] for need in solved], dtype=np.int64)
    by_need = _similar([need.text for need in solved])
    by_words = _similar([" ".join((listing.provider, *listing.tree, listing.keywords)) for listing in listings])

    def search(text: str) -> list[int]:
        alike = by_need(text)
        best = np.argsort(-alike, kind="stable")[:NEAREST]
        points = COLD * by_words(text)
        np.add.at(points, owners[best], alike[best] / (alike[best].sum() or 1.0))
        return _best(points)

    return search


def over_listings(listings: Sequence[Listing], needs: Sequence[Confirmed]) -> Search:
    """One logistic regression, a class for each listing that solved something."""
    keys = [(listing.provider, listing.tree[1:]) for listing in listings]
    solved = [need for need in needs if _pair(need) in set(keys)]
    chances = _chances([need.text for need in solved], [_key(*_pair(need)) for need in solved])
    names = [_key(*key) for key in keys]
    return lambda text: _best(np.array(_of(chances(text), names)))


def by_parts(listings: Sequence[Listing], needs: Sequence[Confirmed]) -> Search:
    """Three logistic regressions: who solves it, and the two lower levels of its category."""
    texts = [need.text for need in needs]
    parts = (
        (_chances(texts, [need.provider for need in needs]), [listing.provider for listing in listings]),
        (_chances(texts, [need.tree[0] for need in needs]), [listing.tree[1] for listing in listings]),
        (_chances(texts, [need.tree[1] for need in needs]), [listing.tree[2] for listing in listings]),
    )
    return lambda text: _best(np.prod([_of(chances(text), names) for chances, names in parts], axis=0))


HISTORY_BASELINES: dict[str, Callable[[Sequence[Listing], Sequence[Confirmed]], Search]] = {
    "popularity": popularity,
    "50 nearest past needs + 0.3 × TF-IDF": nearest,
    "logistic regression over listings": over_listings,
    "P(provider) · P(cat2) · P(cat3)": by_parts,
}


def _pair(need: Confirmed) -> tuple[str, tuple[str, str]]:
    return need.provider, need.tree


def _key(provider: str, tree: tuple[str, ...]) -> str:
    return "\n".join((provider, *tree))


def _vectorizer(texts: Sequence[str]) -> Any:
    """A term that only one of many texts holds tells nothing of another."""
    rare = 2 if len(texts) >= 100 else 1
    return TfidfVectorizer(analyzer=characters_and_pairs, sublinear_tf=True, min_df=rare).fit(texts)


def _similar(texts: Sequence[str]) -> Callable[[str], Floats]:
    """A text's cosine with each of these."""
    if not texts:
        return lambda text: np.zeros(0)
    vectorizer = _vectorizer(texts)
    rows = vectorizer.transform(texts)
    return lambda text: (rows @ vectorizer.transform([text]).T).toarray().ravel()


def _chances(texts: Sequence[str], labels: Sequence[str]) -> Callable[[str], dict[str, float]]:
    """A logistic regression for each label against the rest; their chances are made to add up to 1."""
    names = sorted(set(labels))
    if len(names) < 2:
        return lambda text: dict.fromkeys(names, 1.0)
    vectorizer = _vectorizer(texts)
    rows, own = vectorizer.transform(texts), np.array(labels)
    with threadpool_limits(1):  # its vectors are short: threads only wait for each other
        fits = [LogisticRegression(C=PENALTY, solver="liblinear").fit(rows, own == name) for name in names]
    weights = np.ascontiguousarray(np.vstack([fit.coef_[0] for fit in fits]).T)
    bias = np.array([fit.intercept_[0] for fit in fits])

    def chances(text: str) -> dict[str, float]:
        said = expit((vectorizer.transform([text]) @ weights).ravel() + bias)
        return dict(zip(names, (said / said.sum()).tolist(), strict=True))

    return chances


def _of(chances: dict[str, float], names: Sequence[str]) -> list[float]:
    return [chances.get(name, UNHEARD) for name in names]


def _best(points: Floats) -> list[int]:
    return [int(place) for place in np.argsort(-points, kind="stable")[:10]]
