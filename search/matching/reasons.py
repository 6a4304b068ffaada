"""Why a provider matches: values that a page, a mail and the API each word."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """What one criterion says; `facts` are code → value pairs it rests on."""

    criterion: str
    points: float
    weight: float
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def share(self) -> float:
        return self.points * self.weight


@dataclass(frozen=True, slots=True)
class Match:
    """One candidate's place in an answer; `score` is the weighted mean of its reasons' points, 0..1."""

    entry_id: int
    service_id: int
    organisation_id: int
    category: str
    score: float
    reasons: tuple[Reason, ...]
