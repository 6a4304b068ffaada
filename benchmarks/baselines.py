"""What a town's directory could be searched with in an afternoon: cheap rankings, for the same table as ours."""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from whoosh import fields
from whoosh.analysis.tokenizers import SpaceSeparatedTokenizer
from whoosh.filedb.filestore import RamStorage
from whoosh.query.compound import Or
from whoosh.query.terms import Term

from search.text import fold, words

Search = Callable[[str], list[int]]
Terms = Callable[[str], Sequence[str]]


def pairs(text: str) -> list[str]:
    return [a + b for a, b in pairwise(fold(text)) if not (a + b).isspace()]


def characters_and_pairs(text: str) -> list[str]:
    folded = fold(text)
    return [*folded, *(a + b for a, b in pairwise(folded))]


def by_chance(texts: Sequence[str]) -> Search:
    """An order that depends on the question, the same in every run."""

    def search(text: str) -> list[int]:
        return sorted(range(len(texts)), key=lambda n: hashlib.sha256(f"{text}\n{n}".encode()).digest())

    return search


def bm25(texts: Sequence[str], terms: Terms) -> Search:
    """Whoosh as it comes: any of the terms, BM25F."""
    schema = fields.Schema(
        number=fields.STORED, text=fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False, stored=False)
    )
    storage: Any = RamStorage  # Whoosh gives it no types
    index = storage().create_index(schema)
    with index.writer() as writer:
        for number, text in enumerate(texts):
            writer.add_document(number=number, text=" ".join(terms(text)))
    searcher = index.searcher()

    def search(text: str) -> list[int]:
        asked = Or([Term("text", term) for term in dict.fromkeys(terms(text))])
        return [hit["number"] for hit in searcher.search(asked, limit=10)]

    return search


def tf_idf(texts: Sequence[str], terms: Terms) -> Search:
    """Cosine of counts weighted by rarity."""
    counts = [Counter(terms(text)) for text in texts]
    held = Counter(term for each in counts for term in each)

    def unit(given: Counter[str]) -> dict[str, float]:
        weights = {t: n * (math.log((1 + len(texts)) / (1 + held[t])) + 1) for t, n in given.items() if t in held}
        length = math.sqrt(math.fsum(w * w for w in weights.values())) or 1.0
        return {term: weight / length for term, weight in weights.items()}

    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, each in enumerate(counts):
        for term, weight in unit(each).items():
            postings[term].append((number, weight))

    def search(text: str) -> list[int]:
        scores: dict[int, float] = defaultdict(float)
        for term, weight in unit(Counter(terms(text))).items():
            for number, other in postings[term]:
                scores[number] += weight * other
        return sorted(scores, key=lambda number: (-scores[number], number))[:10]

    return search


BASELINES: dict[str, Callable[[Sequence[str]], Search]] = {
    "random": by_chance,
    "BM25, words": lambda texts: bm25(texts, words),
    "BM25, character pairs": lambda texts: bm25(texts, pairs),
    "TF-IDF, characters and pairs": lambda texts: tf_idf(texts, characters_and_pairs),
}
