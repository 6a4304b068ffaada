"""Whether organisations pass the gates on a day, for many at once."""

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


BATCH = 5000  # under the number of values a statement may carry


def facts(organisation_ids: Iterable[int]) -> dict[int, list[DatedFact]]:
    """The facts in force of each organisation, from one query for every BATCH of them."""
    ids = sorted(set(organisation_ids))
    found: dict[int, list[DatedFact]] = {i: [] for i in ids}
    for start in range(0, len(ids), BATCH):
        rows = db.session.execute(_FACTS, {"ids": ids[start : start + BATCH]})
        for organisation_id, kind, value, since, until, source in rows:
            found[organisation_id].append(DatedFact(kind, value, since, until, source))
    return found


def answers(organisation_ids: Iterable[int], *, on: date, gates: Gates) -> dict[int, tuple[GateAnswer, ...]]:
    """Every gate's answer for each organisation, from one query."""
    return {i: eligibility.answers(known, on, gates) for i, known in facts(organisation_ids).items()}
