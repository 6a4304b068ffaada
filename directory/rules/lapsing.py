"""Which gates, passed today, will no longer be passed before long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from directory.rules import eligibility
from directory.rules.eligibility import DatedFact, GateAnswer, Gates, Outcome


@dataclass(frozen=True, slots=True)
class Lapse:
    """A gate passed now, the day from which it is not, and what it will say then."""

    now: GateAnswer
    on: date
    then: GateAnswer


def lapsing(facts: Sequence[DatedFact], *, on: date, within: int, gates: Gates) -> list[Lapse]:
    """The gates that lapse within so many days if nothing new is recorded, the earliest first."""
    last = on + timedelta(days=within)
    found: dict[str, Lapse] = {}
    today = {answer.gate: answer for answer in eligibility.answers(facts, on, gates)}
    for day in _turns(facts, on, last, gates):
        for then in eligibility.answers(facts, day, gates):
            passed = today[then.gate].outcome is Outcome.PASS
            if passed and then.outcome is not Outcome.PASS and then.gate not in found:
                found[then.gate] = Lapse(today[then.gate], day, then)
    return sorted(found.values(), key=lambda lapse: lapse.on)


def _turns(facts: Sequence[DatedFact], on: date, last: date, gates: Gates) -> list[date]:
    """The days up to `last` on which some gate's answer may turn."""
    days: list[date] = []
    ahead = [a.changes_on for a in eligibility.answers(facts, on, gates) if a.changes_on]
    while ahead and len(days) < 100 and (following := min(ahead)) <= last:
        days.append(following)
        ahead = [a.changes_on for a in eligibility.answers(facts, following, gates) if a.changes_on]
        ahead = [day for day in ahead if day > following]
    return days
