"""Everyday words to service categories, with the contexts in which a word means something else."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from search.text import fold, spoken

_CLAUSE = re.compile(r"[，。；！？,;!?\n]")


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """`weight` in 0..1 says how surely the word alone means the category; `unless` lists what unsays it."""

    word: str
    category: str
    weight: float
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordHit:
    """A lexicon word found in a folded text, from `start` to before `end`."""

    entry: LexiconEntry
    start: int
    end: int


class Lexicon:
    def __init__(self, entries: Iterable[LexiconEntry]) -> None:
        self._by_word: dict[str, list[LexiconEntry]] = defaultdict(list)
        self.entries = sorted(entries, key=lambda e: (e.word, e.category))
        digest = hashlib.sha256()
        for entry in self.entries:
            self._by_word[fold(entry.word)].append(entry)
            digest.update(f"{entry.word}\t{entry.category}\t{entry.weight}\t{entry.unless}\n".encode())
        self._lengths = sorted({len(word) for word in self._by_word}, reverse=True)
        self.version = digest.hexdigest()[:12]

    def with_entry(self, entry: LexiconEntry) -> "Lexicon":
        """The same words, but this entry in place of the one of its word and category, or besides."""
        others = (e for e in self.entries if (e.word, e.category) != (entry.word, entry.category))
        return Lexicon([*others, entry])

    def hits(self, text: str) -> list[WordHit]:
        """The words of a text that speak for a category; a longer word hides the shorter ones inside it.

        A word says nothing where one of its `unless` strings stands in the same clause. What stands for masked
        personal data neither says nor unsays anything.
        """
        folded = fold(spoken(text))
        found: list[WordHit] = []
        covered = 0
        for start in range(len(folded)):
            for length in self._lengths:
                end = start + length
                entries = self._by_word.get(folded[start:end]) if end <= len(folded) else None
                if entries is None or end <= covered:
                    continue
                clause = _clause_around(folded, start)
                speaking = [e for e in entries if not any(fold(other) in clause for other in e.unless)]
                if speaking:
                    found.extend(WordHit(entry, start, end) for entry in speaking)
                    covered = end
                    break
        return found


def _clause_around(text: str, position: int) -> str:
    start = max((m.end() for m in _CLAUSE.finditer(text, 0, position)), default=0)
    after = _CLAUSE.search(text, position)
    return text[start : after.start() if after else len(text)]
