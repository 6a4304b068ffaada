"""What was learned from confirmed needs: plain arrays, made in training.py, read and asked here.

Four linear classifiers (which category, who should solve it, which organisation, which organisation in which field)
and the past needs themselves.
The file holds arrays and names only, no code; its name is the digest of its content.
"""

import hashlib
import io
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from search.text import features

Floats = NDArray[np.float32]
Terms = NDArray[np.int64]
Idf = Mapping[str, tuple[int, float]]
NEIGHBOURS = 50
NOBODY = -1
HEADS = ("category", "route", "organisation", "place")
# What a file that is no model, or no longer one, makes numpy and zipfile raise.
DAMAGE = (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, RuntimeError, MemoryError, BadZipFile)


class BrokenModel(Exception):
    """The file of a model is missing, damaged, or not what its name says."""


@dataclass(frozen=True, slots=True)
class Head:
    """A linear classifier: a column of weights and a bias for each code; `sharpness` turns scores into chances."""

    codes: tuple[str, ...]
    weights: NDArray[np.float16]
    bias: Floats
    sharpness: float

    def chances(self, terms: Terms, values: Floats) -> dict[str, float]:
        if not self.codes:
            return {}
        scores = (values @ self.weights[terms].astype(np.float32) + self.bias) * self.sharpness
        powers = np.exp(scores - scores.max())
        return dict(zip(self.codes, (powers / powers.sum()).tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the past says of one text, each a chance in 0..1: categories, solvers, organisations.

    `newcomer` is the chance of an organisation nothing was confirmed of; `places` are organisations each in a field;
    `solved` gives each (organisation,
    category) its share of the nearest past needs, at most 1 in all. `trust` in 0..1 grows with their number.
    """

    categories: Mapping[str, float]
    routes: Mapping[str, float]
    organisations: Mapping[int, float]
    newcomer: float
    places: Mapping[tuple[int, str], float]
    solved: Mapping[tuple[int, str], float]
    trust: float


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """`needs` are the past ones as (category, organisation or NOBODY); `version` is the digest of the arrays.

    `_said` and `_right` are points of the curve from the chance the router says of its first guess to how often it
    was right.
    """

    version: str
    trust: float
    idf: Idf
    category: Head
    route: Head
    organisation: Head
    place: Head
    needs: Sequence[tuple[str, int]]
    _postings: tuple[NDArray[np.int64], NDArray[np.int32], Floats] = field(repr=False)
    _said: Floats = field(repr=False)
    _right: Floats = field(repr=False)

    def right(self, said: float) -> float:
        """How often a first guess to which the router gives this chance is right."""
        return float(np.interp(said, self._said, self._right))

    def opinion(self, text: str) -> Opinion:
        terms, values = vector(text, self.idf)
        organisations = self.organisation.chances(terms, values)
        return Opinion(
            categories=self.category.chances(terms, values),
            routes=self.route.chances(terms, values),
            organisations={int(code): chance for code, chance in organisations.items()},
            newcomer=1 / (len(organisations) + 1),
            places={_place(code): chance for code, chance in self.place.chances(terms, values).items()},
            solved=self._neighbours(terms, values) if self.trust else {},
            trust=self.trust,
        )

    def category_chances(self, text: str) -> dict[str, float]:
        """The part of an opinion that says what the text asks for."""
        return self.category.chances(*vector(text, self.idf))

    def words_for(self, codes: Iterable[str], text: str) -> dict[str, dict[str, float]]:
        """For each known category how much a term of the text speaks for it more than for the average one; only the
        terms that do."""
        places = {code: self.category.codes.index(code) for code in codes if code in self.category.codes}
        if not places:
            return {}
        names = known(text, self.idf)
        terms, values = vector(text, self.idf)
        weights = self.category.weights[terms].astype(np.float32)
        average = weights.mean(axis=1)
        leads = {code: ((weights[:, place] - average) * values).tolist() for code, place in places.items()}
        return {
            code: {name: points for name, points in zip(names, lead, strict=True) if points > 0}
            for code, lead in leads.items()
        }

    def _neighbours(self, terms: Terms, values: Floats) -> dict[tuple[int, str], float]:
        starts, rows, weights = self._postings
        near = np.zeros(len(self.needs), dtype=np.float32)
        for term, value in zip(terms.tolist(), values.tolist(), strict=True):
            part = slice(starts[term], starts[term + 1])
            near[rows[part]] += value * weights[part]
        least = np.partition(near, -NEIGHBOURS)[-NEIGHBOURS] if len(near) > NEIGHBOURS else 0.0
        best = np.flatnonzero(near >= least)
        best = best[np.argsort(-near[best], kind="stable")][:NEIGHBOURS]
        shares = near[best]
        whole = float(shares.sum())
        solved: dict[tuple[int, str], float] = defaultdict(float)
        for row, share in zip(best.tolist(), shares.tolist(), strict=True):
            category, organisation = self.needs[row]
            if organisation != NOBODY and share > 0:
                solved[organisation, category] += share / whole
        return dict(solved)


def place_code(organisation: int, field: str) -> str:
    return f"{organisation}@{field}"


def _place(code: str) -> tuple[int, str]:
    organisation, field = code.split("@", 1)
    return int(organisation), field


def known(text: str, idf: Idf) -> list[str]:
    """The terms of a text that the model has a weight for, in order."""
    return [term for term in features(text) if term in idf]


def vector(text: str, idf: Idf) -> tuple[Terms, Floats]:
    """The known terms of a text by number, and their weights as a unit vector."""
    counts = features(text)
    found = [(*idf[term], counts[term]) for term in counts if term in idf]
    numbers = np.array([number for number, _, _ in found], dtype=np.int64)
    values = np.array([(1 + math.log(count)) * weight for _, weight, count in found], dtype=np.float32)
    length = float(np.sqrt((values**2).sum()))
    return numbers, values / np.float32(length) if length else values


def digest(arrays: Mapping[str, NDArray[Any]]) -> str:
    hashed = hashlib.sha256()
    for name in sorted(arrays):
        hashed.update(f"{name}\0{arrays[name].dtype}\0{arrays[name].shape}\0".encode())
        hashed.update(np.ascontiguousarray(arrays[name]).tobytes())
    return hashed.hexdigest()[:16]


def model_of(arrays: Mapping[str, NDArray[Any]]) -> LearnedModel:
    """The model that these arrays describe; see training.arrays_of for what they are."""
    terms = zip(arrays["terms"].tolist(), arrays["idf"].tolist(), strict=True)
    heads = {
        name: Head(
            tuple(arrays[f"{name}_codes"].tolist()),
            arrays[f"{name}_weights"],
            arrays[f"{name}_bias"],
            float(arrays[f"{name}_sharpness"]),
        )
        for name in HEADS
    }
    needs = zip(arrays["need_categories"].tolist(), arrays["need_organisations"].tolist(), strict=True)
    return LearnedModel(
        digest(arrays),
        float(arrays["trust"]),
        {term: (number, weight) for number, (term, weight) in enumerate(terms)},
        **heads,
        needs=list(needs),
        _postings=(arrays["posting_starts"], arrays["posting_rows"], arrays["posting_weights"]),
        _said=arrays["said"],
        _right=arrays["right"],
    )


def save(arrays: Mapping[str, NDArray[Any]], folder: Path) -> str:
    """Write the model into a folder under its version, which is returned; a reader never sees half of it."""
    version = digest(arrays)
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{version}.npz"
    unfinished.write_bytes(file.getvalue())
    unfinished.replace(folder / f"{version}.npz")
    return version


def load(folder: Path, version: str) -> LearnedModel:
    """Raises BrokenModel."""
    file = folder / f"{version}.npz"
    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as archive:
            model = model_of({name: archive[name] for name in archive.files})
    except DAMAGE as error:
        raise BrokenModel(f"model {version}: {type(error).__name__}: {error}") from error
    if model.version != version:
        raise BrokenModel(f"{file.name} holds model {model.version}")
    return model
