"""What is there for a kind of problem in a street, and whether that is enough."""

from dataclasses import dataclass
from enum import StrEnum


class Gap(StrEnum):
    """NOBODY: it is needed and nobody listed serves there. SHORT: what is listed could not, or cannot, take all of it.

    SHORT is also where needs went unmet though somebody was listed: too dear, no capacity, no answer.
    """

    NOBODY = "nobody"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Cell:
    """`free` is how many more the `listed` can take on, as far as they say; `unsaid` of them do not.

    `open` needs look for a provider now; `unmet` ones found none in the last twelve months.
    """

    listed: int = 0
    free: int = 0
    unsaid: int = 0
    open: int = 0
    unmet: int = 0

    @property
    def wanted(self) -> int:
        return self.open + self.unmet

    @property
    def gap(self) -> Gap | None:
        if not self.wanted:
            return None
        if not self.listed:
            return Gap.NOBODY
        full = not self.unsaid and self.free < self.open
        return Gap.SHORT if full or self.unmet else None


@dataclass(slots=True)
class Tally:
    """A cell while it is added up."""

    listed: int = 0
    free: int = 0
    unsaid: int = 0
    open: int = 0
    unmet: int = 0

    def add_entry(self, capacity: int | None) -> None:
        """One more entry; None where it does not say how much it can take on."""
        self.listed += 1
        self.free += capacity or 0
        self.unsaid += capacity is None

    def add_needs(self, open_: int, unmet: int) -> None:
        self.open += open_
        self.unmet += unmet

    def cell(self) -> Cell:
        return Cell(self.listed, self.free, self.unsaid, self.open, self.unmet)
