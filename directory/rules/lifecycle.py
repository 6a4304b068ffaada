"""What may become what, and the name of each step: tables, nothing else."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from directory.errors import Conflict


class EntryState(StrEnum):
    LISTED = "listed"
    SUSPENDED = "suspended"
    EXITED = "exited"


class NotAllowed(Conflict):
    def __init__(self, step: str, state: str) -> None:
        super().__init__(f"cannot {step} from {state}")
        self.step, self.state = step, state


S = TypeVar("S", bound=StrEnum)


class Lifecycle(Generic[S]):
    """The allowed steps of one kind of thing."""

    def __init__(self, steps: Mapping[str, tuple[frozenset[S], S]]) -> None:
        self.steps = steps

    def after(self, step: str, state: S) -> S:
        """The state that `step` leads to; raises NotAllowed where it does not apply."""
        sources, target = self.steps[step]
        if state not in sources:
            raise NotAllowed(step, state)
        return target


ENTRIES = Lifecycle[EntryState](
    {
        "suspend": (frozenset({EntryState.LISTED}), EntryState.SUSPENDED),
        "restore": (frozenset({EntryState.SUSPENDED}), EntryState.LISTED),
        "exit": (frozenset({EntryState.LISTED, EntryState.SUSPENDED}), EntryState.EXITED),
    }
)
