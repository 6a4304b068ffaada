"""The providers an answer looks at, with the facts that criteria look at."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from directory.db import db
from directory.models.organisation import Organisation
from directory.models.reputation import CategoryReputation, Reputation
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Category
from directory.operations import reputation
from directory.rules.lifecycle import EntryState
from directory.rules.reputation import Reputed
from search.documents import Hit
from search.matching.criteria import Candidate

# Statements that every match runs are built once: to put one together takes longer than to run it.
_PARENT = aliased(Category)
_CANDIDATES = (
    select(
        *(Entry.id, Entry.version_id, Entry.state, Entry.reason),
        *(ServiceVersion.areas, ServiceVersion.price_low, ServiceVersion.price_high),
        *(Entry.service_id, Service.organisation_id, Category.code, _PARENT.code),
        *(ServiceVersion.groups, Entry.assessed, Service.capacity, Organisation.confirmed_on),
        *reputation.SUMS,
    )
    .join(Service, Entry.service_id == Service.id)
    .join(ServiceVersion, Entry.version_id == ServiceVersion.id)
    .join(Category, Service.category_id == Category.id)
    .join(_PARENT, Category.parent_id == _PARENT.id)
    .join(Organisation, Service.organisation_id == Organisation.id)
    .outerjoin(
        Reputation,
        (Reputation.organisation_id == Service.organisation_id) & (Reputation.category_id == Service.category_id),
    )
    .outerjoin(CategoryReputation, CategoryReputation.category_id == Service.category_id)
    .where(Entry.id.in_(bindparam("ids", expanding=True)), Entry.state != EntryState.EXITED)
)


class Found(NamedTuple):
    """A candidate and how its entry stands; `sums` are those of reputation.SUMS."""

    candidate: Candidate
    version_id: int
    state: EntryState
    reason: str
    sums: Sequence[Any]


def found(hits: Iterable[Hit], *, chain: frozenset[str] | None, area: str | None) -> list[Found]:
    """The hits with their facts, in the order of the hits; an entry gone since it was indexed drops out.

    Columns, not objects: there are many candidates, and of most no more is needed.
    """
    relevance = {hit.entry_id: hit.relevance for hit in hits}
    rows = db.session.execute(_CANDIDATES, {"ids": list(relevance)})
    found: dict[int, Found] = {}
    for entry_id, version_id, state, reason, areas, low, high, *known in rows:
        service_id, organisation_id, code, parent, groups, assessed, capacity, confirmed_on, *sums = known
        candidate = Candidate(
            entry_id=entry_id,
            service_id=service_id,
            organisation_id=organisation_id,
            category=code,
            field=parent,
            relevance=relevance[entry_id],
            areas=frozenset({area} if area and chain and not chain.isdisjoint(areas) else ()),
            groups=frozenset(groups),
            price_low=None if low is None else Decimal(low),
            price_high=None if high is None else Decimal(high),
            assessed=assessed,
            capacity=capacity,
            confirmed_on=confirmed_on,
        )
        found[entry_id] = Found(candidate, version_id, state, reason, sums)
    return [found[entry_id] for entry_id in relevance if entry_id in found]


def reputed(known: Sequence[Found], *, on: date, rules: Reputed) -> list[Candidate]:
    """The candidates with what was said of them and what they finished in the category of the service.

    Where one of them has a rating, those with too few reviews for one stand at the mean of their category, and where
    one finished work, those that did not have none: else a provider could fall by having done well for the first time.
    Neighbourhoods are counted, not pieces of work: one of them cannot lift a provider by many small ones.
    """
    mine = [reputation.standing(each.sums, on=on, reputed=rules) for each in known]
    rated = any(standing.rating is not None for standing in mine)
    done = any(standing.finished for standing in mine)
    if not rated and not done:
        return [each.candidate for each in known]
    return [
        replace(
            each.candidate,
            rating=standing.rating or standing.centre if rated else None,
            unrated=rated and standing.rating is None,
            reviews=standing.reviews,
            finished=standing.served if done else None,
        )
        for each, standing in zip(known, mine, strict=True)
    ]
