"""What cost an organisation its place in an answer: its reasons against those of whoever came first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LOW = 3  # a rank beyond it is low


@dataclass(frozen=True, slots=True)
class Loss:
    """What one criterion cost; `own` and `first` are the reasons of both, None where it had no view."""

    criterion: str
    cost: float
    own: Mapping[str, Any] | None
    first: Mapping[str, Any] | None


def losses(
    own: Iterable[Mapping[str, Any]], own_score: float, first: Iterable[Mapping[str, Any]], first_score: float
) -> list[Loss]:
    """What each criterion cost against the first, the dearest before the cheaper; only those that cost something.

    The score is a mean over the criteria with a view, so one without counts as the score itself: it neither helped
    nor hurt, but points in it would have.
    """
    mine, theirs = _by_criterion(own), _by_criterion(first)
    found = []
    for criterion in {**theirs, **mine}:
        of_own, of_first = mine.get(criterion), theirs.get(criterion)
        weight = max(side["weight"] for side in (of_own, of_first) if side is not None)
        behind = (of_first["points"] if of_first else first_score) - (of_own["points"] if of_own else own_score)
        cost = round(weight * behind, 6)
        if cost > 0:
            found.append(Loss(criterion, cost, of_own, of_first))
    return sorted(found, key=lambda loss: (-loss.cost, loss.criterion))


def _by_criterion(reasons: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {reason["criterion"]: reason for reason in reasons}
