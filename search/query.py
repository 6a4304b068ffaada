"""What a person is looking for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Need:
    """A problem in somebody's own words. `area` is an area code, `budget` yuan for one price unit."""

    text: str
    area: str | None = None
    groups: frozenset[str] = frozenset()
    budget: Decimal | None = None


class Order(StrEnum):
    RELEVANCE = "relevance"
    PRICE = "price"
    QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Query:
    """One question to the index.

    `where` keeps documents that have, in each facet named, one of the values given.
    With `categories` (code → weight) the answer is the union of those categories and of the best text
    hits, best first: candidates for a match, those with the values in `prefer` ahead of their equals, and ahead
    of all the entries in `also`. Of many categories only those of most weight are read, as far as the budget of
    scoring.py reaches. Without, a document must hold every word of the text.
    """

    text: str = ""
    categories: Mapping[str, float] = field(default_factory=dict)
    also: frozenset[int] = frozenset()
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    prefer: Mapping[str, frozenset[str]] = field(default_factory=dict)
    price: tuple[int | None, int | None] = (None, None)
    order: Order = Order.RELEVANCE
    offset: int = 0
    limit: int = 20
    count: tuple[str, ...] = ()
