"""When what people confirm says that the first suggestions have become worse."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Watching:
    """Data: see seeds/parameters.json.

    A share is shown from `shown_from` needs on. The last `recent_days` are compared with the `before_days` before
    them, where both have `least` needs; a fall of `fall` (a share, 0.1 is ten points) is told of.
    """

    shown_from: int = 5
    recent_days: int = 30
    before_days: int = 90
    least: int = 20
    fall: float = 0.1


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of the needs with a first suggestion, how many were confirmed as suggested."""

    agreed: int = 0
    of: int = 0

    @property
    def share(self) -> float:
        return self.agreed / self.of if self.of else 0.0

    def __add__(self, other: "Agreement") -> "Agreement":
        return Agreement(self.agreed + other.agreed, self.of + other.of)


def fallen(recent: Agreement, before: Agreement, rules: Watching) -> bool:
    """Whether the share confirmed lately lies so far below the share before that somebody should look."""
    enough = min(recent.of, before.of) >= rules.least
    return enough and round(before.share - recent.share, 9) >= rules.fall  # 0.7 - 0.6 is a little less than 0.1
