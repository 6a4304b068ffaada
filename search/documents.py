"""What is indexed, and what the index answers: plain, frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

FACETS = ("field", "category", "area", "grade", "route", "state")


@dataclass(frozen=True, slots=True)
class ServiceDocument:
    """One service as a reader searches for it.

    `areas` are the codes of every area it serves, those inside them included; `price` is the lowest in yuan;
    `quality` in 0..1 decides which of a crowd of equal candidates are looked at, never their final order.
    """

    entry_id: int
    name: str
    text: str
    organisation: int
    category: str
    field: str
    areas: frozenset[str] = frozenset()
    grade: str = ""
    routes: frozenset[str] = frozenset()
    state: str = "listed"
    price: int | None = None
    quality: float = 0.0

    def values(self, facet: str) -> frozenset[str]:
        """The values this document counts under in one of FACETS."""
        many = {"area": self.areas, "route": self.routes}
        if facet in many:
            return many[facet]
        value: str = getattr(self, facet)
        return frozenset({value}) if value else frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """The index found this entry; `relevance` of its text in 0..1, the best of the answer being 1."""

    entry_id: int
    relevance: float


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits, how many there are in all, and how many under each value of the facets asked for."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
