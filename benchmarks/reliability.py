"""Whether chances are as good as they sound: of the guesses said to be 70 % sure, are seven in ten right?"""

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 5


@dataclass(frozen=True, slots=True)
class Said:
    """A guess: the chance given for it, and whether it was right."""

    chance: float
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Guesses with chances from `low` to `high`; means of what was said and of what was right."""

    low: float
    high: float
    number: int
    said: float
    right: float


def bins(guesses: Sequence[Said]) -> list[Bin]:
    """Equally wide ones, those without a guess left out."""
    found = []
    for place in range(BINS):
        held = [guess for guess in guesses if min(int(guess.chance * BINS), BINS - 1) == place]
        if held:
            said, right = (sum(each) / len(held) for each in zip(*((g.chance, g.right) for g in held), strict=True))
            found.append(Bin(place / BINS, (place + 1) / BINS, len(held), said, right))
    return found


def error(guesses: Sequence[Said]) -> float:
    """Expected calibration error: how far what was said is from what was right, bin by bin, in the mean of guesses."""
    return sum(each.number * abs(each.said - each.right) for each in bins(guesses)) / max(len(guesses), 1)


def reliability(guesses: Sequence[Said]) -> tuple[list[str], list[list[str]]]:
    """Header and rows, see tables.table."""
    rows = [
        [f"{each.low:.1f} to {each.high:.1f}", f"{each.number:,}", f"{each.said:.3f}", f"{each.right:.3f}"]
        for each in bins(guesses)
    ]
    return ["chance said", "guesses", "said, mean", "right"], rows
