"""Which gates, passed today, will no longer be passed before long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from directory.rules import eligibility
from directory.rules.eligibility import DatedFact, GateAnswer, Gates, Outcome

MOST_TURNS = 100  # a day on which nothing turns must not be walked for ever


@dataclass(frozen=True, slots=True)
class Lapse:
    """A gate passed now, the day from which it is not, and what it will say then."""

    now: GateAnswer
    on: date
    then: GateAnswer


def lapsing(facts: Sequence[DatedFact], *, on: date, within: int, gates: Gates) -> list[Lapse]:
    """The gates that lapse within so many days if nothing new is recorded, the earliest first."""
    day, last = on, on + timedelta(days=within)
    answers = eligibility.answers(facts, on, gates)
    passed = {answer.gate: answer for answer in answers if answer.outcome is Outcome.PASS}
    found: dict[str, Lapse] = {}
    for _ in range(MOST_TURNS):
        ahead = [answer.changes_on for answer in answers if answer.changes_on and answer.changes_on > day]
        if not ahead or (day := min(ahead)) > last:
            break
        answers = eligibility.answers(facts, day, gates)
        for then in answers:
            if then.gate in passed and then.outcome is not Outcome.PASS:
                found.setdefault(then.gate, Lapse(passed[then.gate], day, then))
    return list(found.values())
