"""A frozen answer beside what the same question is answered today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from directory.engine import Engine
from directory.models.match import MatchRun
from directory.operations import catalogue, matches, parameters
from directory.operations.catalogue import Offer
from directory.operations.matches import Repeated
from directory.rules.replays import Compared


@dataclass(frozen=True, slots=True)
class Again:
    """`ranked` are those that have a rank in one of the lists, in today's order, then those that lost it; `left_out`

    the others that stand otherwise than before. `offers` names them by entry.
    """

    repeated: Repeated
    ranked: list[Compared]
    left_out: list[Compared]
    offers: Mapping[int, Offer]

    @property
    def same(self) -> bool:
        return not self.repeated.retired and not any(line.changed for line in self.repeated.lines)


def today(run: MatchRun, *, engine: Engine, on: date) -> Again:
    """By the rules in force. Only reads."""
    again = matches.repeat(run, engine=engine, on=on, rules=parameters.in_force())
    ranked = sorted((line for line in again.lines if any(line.ranks)), key=_place)
    left_out = [line for line in again.lines if not any(line.ranks) and line.changed]
    offers = catalogue.offers(line.entry_id for line in (*ranked, *left_out))
    return Again(again, ranked, left_out, {offer.entry.id: offer for offer in offers})


def _place(line: Compared) -> tuple[bool, int, int]:
    before, now = line.ranks
    return not now, now or 0, before or 0
