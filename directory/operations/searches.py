"""Searching the catalogue: words, filters and counts, from the index; facts, from the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from directory.engine import Engine
from directory.errors import Invalid
from directory.operations import catalogue, paging, reputation
from directory.operations.catalogue import Offer
from directory.operations.reputation import Standing
from search.query import Order, Query
from search.text import required

PAGE = 20
COUNTED = ("field", "category", "area", "grade", "route", "state")


@dataclass(frozen=True, slots=True)
class Search:
    """`where` holds the chosen values by facet; prices are yuan; `page` counts from 1."""

    text: str = ""
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    price_low: int | None = None
    price_high: int | None = None
    order: Order = Order.RELEVANCE
    page: int = 1


@dataclass(frozen=True, slots=True)
class Results:
    """One page; `grades` by organisation id, `rated` by organisation and category.

    `stale` when the index lags behind the database.
    """

    offers: list[Offer]
    grades: Mapping[int, str]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    stale: bool
    rated: Mapping[tuple[int, int], Standing]

    @property
    def pages(self) -> int:
        return paging.pages(self.total, PAGE)


def run(search: Search, *, engine: Engine, on: date) -> Results:
    """The listed services that answer, unless another state is asked for. A page past the end is empty,
    and so is the answer to a text without words."""
    _check(search.where)
    if search.text and not required(search.text):
        return Results([], {}, 0, {}, stale=False, rated={})
    where = {"state": frozenset({"listed"}), **{name: values for name, values in search.where.items() if values}}
    answer = engine.find(
        Query(
            text=search.text,
            where=where,
            price=(search.price_low, search.price_high),
            order=search.order,
            offset=(search.page - 1) * PAGE,
            limit=PAGE,
            count=COUNTED,
        ),
        on=on,
    )
    offers = catalogue.offers(hit.entry_id for hit in answer.found.hits)
    grades = catalogue.grades({offer.organisation.id for offer in offers}, on=on)
    rated = reputation.of({offer.organisation.id for offer in offers}, on=on) if offers else {}
    return Results(offers, grades, answer.found.total, answer.found.facets, answer.stale, rated)


def _check(where: Mapping[str, frozenset[str]]) -> None:
    """Raises Invalid for a field, category or area that does not exist."""
    fields, categories, areas = (where.get(name, frozenset()) for name in ("field", "category", "area"))
    named = catalogue.named(fields | categories) if fields | categories else {}
    unknown = [("field", code) for code in fields if code not in named or named[code].level != 1]
    unknown += [("category", code) for code in categories if code not in named]
    if areas:
        unknown += [("area", code) for code in areas - {area.code for area in catalogue.areas()}]
    for name, code in sorted(unknown):
        raise Invalid(name, code, "unknown", f"no {name} {code}")
