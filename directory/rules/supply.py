"""What is there for a kind of problem in a street, and whether that is enough."""

from dataclasses import dataclass, replace
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

    def with_entry(self, capacity: int | None) -> "Cell":
        """One more entry; None where it does not say how much it can take on."""
        free, unsaid = self.free + (capacity or 0), self.unsaid + (capacity is None)
        return replace(self, listed=self.listed + 1, free=free, unsaid=unsaid)

    def with_needs(self, *, open_: int = 0, unmet: int = 0) -> "Cell":
        return replace(self, open=self.open + open_, unmet=self.unmet + unmet)
