"""Texts of which somebody said what they ask for: what training learns from."""

from collections.abc import Iterable
from dataclasses import dataclass

from search.lexicon import LexiconEntry
from search.matching.learned import NOBODY
from search.matching.routing import CategoryProfile


@dataclass(frozen=True, slots=True)
class Example:
    """A text known to ask for a category of a field, perhaps with who should solve it and which organisation did.

    Personal data in it is masked. `weight` in 0..1 says how much it may teach.
    """

    text: str
    category: str
    route: str = ""
    organisation: int = NOBODY
    field: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Learning:
    """How much is made of what is confirmed. Data: see seeds/parameters.json.

    `half_trust` needs bring half the trust. One source's unchecked needs of one category count at most as
    `most_of_one`. The `most_solvers` organisations, and organisations in a field, that solved most get weights of their
    own if they solved `least_needs`; `penalty` is the classifiers' C; of the terms the `most_terms` commonest are kept.
    """

    half_trust: float = 300.0
    most_of_one: float = 10.0
    least_needs: int = 2
    most_solvers: int = 300
    penalty: float = 1.0
    most_terms: int = 20_000


def sayings_of(profiles: Iterable[CategoryProfile]) -> list[Example]:
    """Whole sentences of the catalogue; of its examples nobody said who should solve them."""
    found: list[Example] = []
    for profile in profiles:
        found += [Example(text, profile.code) for text in profile.examples]
        found += [Example(text, profile.code, route) for text, route in profile.sayings]
    return found


def words_of(profiles: Iterable[CategoryProfile], lexicon: Iterable[LexiconEntry]) -> list[Example]:
    """What else the catalogue says of itself: it keeps categories that nobody asked for yet in the game."""
    found = [Example(entry.word, entry.category, weight=entry.weight) for entry in lexicon]
    for profile in profiles:
        found += [Example(profile.name, profile.code), Example(profile.description, profile.code)]
        found += [Example(keyword, profile.code, weight=0.5) for keyword in profile.keywords]
    return [example for example in found if example.text]
