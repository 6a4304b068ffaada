"""The numbers of the rules in force."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from directory.db import db
from directory.errors import NotFound
from directory.models.parameters import Parameters
from directory.rules.eligibility import Gates
from directory.rules.engagements import Contracting, contracting_of
from directory.rules.periods import Periods, periods_of
from directory.rules.reminding import Reminders, reminders_of
from directory.rules.reputation import Reputed
from directory.rules.watching import Watching
from search.matching.affinity import Pooling
from search.matching.examples import Learning
from search.matching.routing import Views

# What versions written before these limits existed are read with.
LATER_LIMITS = {"categories": 30.0, "proven": 10.0}


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the parameters, typed."""

    version: int
    gates: Gates
    weights: dict[str, float]
    views: Views
    limits: dict[str, float]
    learning: Learning
    pooling: Pooling
    watching: Watching
    periods: Periods
    reminders: Reminders
    contracting: Contracting
    reputation: Reputed


def in_force(version: int | None = None) -> Rules:
    """The rules of a version, by default the latest."""
    query = select(Parameters).order_by(Parameters.version.desc()).limit(1)
    found = db.session.scalar(query if version is None else query.where(Parameters.version == version))
    if found is None:
        raise NotFound("no parameters: run `directory seed` first")
    return typed(found.version, found.values)


def typed(version: int, values: dict[str, Any]) -> Rules:
    return Rules(
        version,
        Gates(**values["gates"]),
        dict(values["weights"]),
        Views(**values["routing"]),
        LATER_LIMITS | values["limits"],
        Learning(**values.get("learning", {})),
        Pooling(**values.get("pooling", {})),
        Watching(**values.get("watching", {})),
        periods_of(values.get("periods", {})),
        reminders_of(values.get("reminders", {})),
        contracting_of(values.get("contracting", {})),
        Reputed(**values.get("reputation", {})),
    )
