"""Whether organisations pass the gates on a day, for many at once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import bindparam, select

from directory.db import db
from directory.models.organisation import Fact
from directory.rules import eligibility
from directory.rules.eligibility import DatedFact, GateAnswer, Gates

# Built once: putting a statement together takes longer than the database takes to run it.
_FACTS = select(Fact.organisation_id, Fact.kind, Fact.value, Fact.since, Fact.until, Fact.source).where(
    Fact.organisation_id.in_(bindparam("ids", expanding=True)), Fact.superseded_by_id.is_(None)
)


def answers(organisation_ids: Iterable[int], *, on: date, gates: Gates) -> dict[int, tuple[GateAnswer, ...]]:
    """Every gate's answer for each organisation, from one query."""
    return {i: eligibility.answers(known, on, gates) for i, known in facts(organisation_ids).items()}


def facts(organisation_ids: Iterable[int]) -> dict[int, list[DatedFact]]:
    """The facts that stand of each organisation, for who asks of more than one day."""
    ids = set(organisation_ids)
    known: dict[int, list[DatedFact]] = defaultdict(list)
    for organisation_id, kind, value, since, until, source in db.session.execute(_FACTS, {"ids": list(ids)}):
        known[organisation_id].append(DatedFact(kind, value, since, until, source))
    return {i: known[i] for i in ids}
