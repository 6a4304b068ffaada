"""Whether organisations pass the gates on a day, for many at once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from directory.db import db
from directory.models.organisation import Fact
from directory.rules import eligibility
from directory.rules.eligibility import DatedFact, GateAnswer, Gates


def answers(organisation_ids: Iterable[int], *, on: date, gates: Gates) -> dict[int, tuple[GateAnswer, ...]]:
    """Every gate's answer for each organisation, from one query."""
    ids = set(organisation_ids)
    facts: dict[int, list[DatedFact]] = defaultdict(list)
    rows = db.session.execute(
        select(Fact.organisation_id, Fact.kind, Fact.value, Fact.since, Fact.until, Fact.source).where(
            Fact.organisation_id.in_(ids), Fact.superseded_by_id.is_(None)
        )
    )
    for organisation_id, kind, value, since, until, source in rows:
        facts[organisation_id].append(DatedFact(kind, value, since, until, source))
    return {i: eligibility.answers(facts[i], on, gates) for i in ids}
