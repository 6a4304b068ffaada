"""A stored match run with the names of what it speaks of, for page, API and command line alike."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from directory.db import db
from directory.models.match import MatchLine, MatchRun
from directory.models.organisation import Organisation
from directory.models.service import Service, ServiceVersion
from directory.models.taxonomy import Category
from directory.operations import matches, need_runs
from directory.policy import Actor


@dataclass(frozen=True, slots=True)
class NamedLine:
    line: MatchLine
    version: ServiceVersion
    service: Service
    organisation: Organisation


@dataclass(frozen=True, slots=True)
class Account:
    """`categories` by code: all that the run names. `siblings` as far as the reader may read them."""

    run: MatchRun
    matches: list[NamedLine]
    excluded: list[NamedLine]
    categories: dict[str, Category]
    siblings: list[MatchRun]

    def told(self) -> dict[str, Any]:
        """The run in the words of the API; see schemas/matching.py."""
        routing = self.run.routing
        return {
            "run_id": self.run.public_id,
            "sure": routing["sure"],
            "route": {key: routing[key] for key in ("authority", "phone", "hand_off")} | {"kind": routing["route"]},
            "categories": [{**guess, "name": self.categories[guess["code"]].name} for guess in routing["categories"]],
            "matches": [
                {**_named(item), "category": item.line.category, "score": item.line.score, "reasons": item.line.reasons}
                for item in self.matches
            ],
            "excluded": [{**_named(item), "reasons": item.line.reasons} for item in self.excluded],
            "problems": [{"run_id": each.public_id, "text": each.question.text} for each in self.siblings],
            "basis": {"lost": None, **self.run.basis},
            "stale": self.run.stale,
        }


def _named(item: NamedLine) -> dict[str, Any]:
    return {
        "service_id": item.service.id,
        "service": item.version.name,
        "organisation_id": item.organisation.id,
        "organisation": item.organisation.name,
    }


def account(run: MatchRun, *, by: Actor) -> Account:
    rows = db.session.execute(
        select(MatchLine, ServiceVersion, Service, Organisation)
        .join(ServiceVersion, MatchLine.version_id == ServiceVersion.id)
        .join(Service, MatchLine.service_id == Service.id)
        .join(Organisation, MatchLine.organisation_id == Organisation.id)
        .where(MatchLine.run_id == run.id)
        .order_by(MatchLine.rank, MatchLine.id)
    ).all()
    lines = [NamedLine(*row) for row in rows]
    codes = {guess["code"] for guess in run.routing["categories"]} | {item.line.category for item in lines}
    siblings = need_runs.readable(matches.siblings(run), by=by)
    codes |= set(run.routing["around"])
    named = {c.code: c for c in db.session.scalars(select(Category).where(Category.code.in_(codes)))}
    return Account(
        run,
        [item for item in lines if item.line.rank],
        [item for item in lines if not item.line.rank],
        named,
        siblings if len(siblings) > 1 else [],
    )
