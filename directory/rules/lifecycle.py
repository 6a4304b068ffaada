"""What may become what, and the name of each step: tables, nothing else."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from directory.errors import Conflict


class EntryState(StrEnum):
    LISTED = "listed"
    SUSPENDED = "suspended"
    EXITED = "exited"


class ApplicationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SCREENED = "screened"
    ASSESSING = "assessing"
    DECIDED = "decided"
    PUBLICITY = "publicity"
    LISTED = "listed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class CallState(StrEnum):
    """Of a call for applications."""

    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class VersionState(StrEnum):
    """A draft can be edited; what waits, is applied with or was approved cannot."""

    DRAFT = "draft"
    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"


class ClaimedState(StrEnum):
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ObjectionState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class RubricState(StrEnum):
    DRAFT = "draft"
    FROZEN = "frozen"
    RETIRED = "retired"


class AssessmentState(StrEnum):
    SCORING = "scoring"
    THIRD = "third"
    CLOSED = "closed"


class SheetState(StrEnum):
    ASSIGNED = "assigned"
    OPEN = "open"
    SUBMITTED = "submitted"
    RECUSED = "recused"


class EditionState(StrEnum):
    SEALED = "sealed"
    SUPERSEDED = "superseded"


class NotAllowed(Conflict):
    """A step from a wrong state: `state` is where the thing stands, `sources` where the step would start from."""

    def __init__(self, step: str, state: str, sources: Iterable[str]) -> None:
        self.step, self.state, self.sources = step, state, tuple(sorted(sources))
        super().__init__(f"cannot {step} from {state}, only from {', '.join(self.sources)}")


S = TypeVar("S", bound=StrEnum)


class Lifecycle(Generic[S]):
    """The allowed steps of one kind of thing."""

    def __init__(self, steps: Mapping[str, tuple[frozenset[S], S]]) -> None:
        self.steps = steps

    def after(self, step: str, state: S) -> S:
        """The state that `step` leads to; raises NotAllowed where it does not apply."""
        sources, target = self.steps[step]
        if state not in sources:
            raise NotAllowed(step, state, sources)
        return target

    def open_to(self, state: S) -> frozenset[str]:
        """The steps that can be taken from a state."""
        return frozenset(step for step, (sources, _) in self.steps.items() if state in sources)


ENTRIES = Lifecycle[EntryState](
    {
        "relist": (frozenset({EntryState.EXITED}), EntryState.LISTED),
        "suspend": (frozenset({EntryState.LISTED}), EntryState.SUSPENDED),
        "restore": (frozenset({EntryState.SUSPENDED}), EntryState.LISTED),
        "exit": (frozenset({EntryState.LISTED, EntryState.SUSPENDED}), EntryState.EXITED),
    }
)

_A = ApplicationState
ENDED = frozenset({_A.LISTED, _A.REJECTED, _A.WITHDRAWN})
APPLICATIONS = Lifecycle[ApplicationState](
    {
        "submit": (frozenset({_A.DRAFT, _A.RETURNED}), _A.SUBMITTED),
        "return": (frozenset({_A.SUBMITTED}), _A.RETURNED),
        "screen": (frozenset({_A.SUBMITTED}), _A.SCREENED),
        "assess": (frozenset({_A.SCREENED}), _A.ASSESSING),
        "admit": (frozenset({_A.ASSESSING}), _A.DECIDED),
        "announce": (frozenset({_A.DECIDED}), _A.PUBLICITY),
        "list": (frozenset({_A.PUBLICITY}), _A.LISTED),
        "reject": (frozenset({_A.SUBMITTED, _A.SCREENED, _A.ASSESSING, _A.DECIDED, _A.PUBLICITY}), _A.REJECTED),
        "withdraw": (frozenset(_A) - ENDED, _A.WITHDRAWN),
    }
)

VERSIONS = Lifecycle[VersionState](
    {
        "send": (frozenset({VersionState.DRAFT, VersionState.RETURNED}), VersionState.WAITING),
        "approve": (frozenset({VersionState.WAITING}), VersionState.APPROVED),
        "return": (frozenset({VersionState.WAITING}), VersionState.RETURNED),
        "recall": (frozenset({VersionState.WAITING, VersionState.RETURNED}), VersionState.DRAFT),
    }
)

CLAIMED = Lifecycle[ClaimedState](
    {
        "confirm": (frozenset({ClaimedState.WAITING}), ClaimedState.CONFIRMED),
        "refuse": (frozenset({ClaimedState.WAITING}), ClaimedState.REFUSED),
        "withdraw": (frozenset({ClaimedState.WAITING}), ClaimedState.WITHDRAWN),
    }
)

OBJECTIONS = Lifecycle[ObjectionState](
    {
        "uphold": (frozenset({ObjectionState.OPEN}), ObjectionState.UPHELD),
        "dismiss": (frozenset({ObjectionState.OPEN}), ObjectionState.DISMISSED),
    }
)

RUBRICS = Lifecycle[RubricState](
    {
        "freeze": (frozenset({RubricState.DRAFT}), RubricState.FROZEN),
        "retire": (frozenset({RubricState.DRAFT, RubricState.FROZEN}), RubricState.RETIRED),
    }
)

ASSESSMENTS = Lifecycle[AssessmentState](
    {
        "call_third": (frozenset({AssessmentState.SCORING}), AssessmentState.THIRD),
        "close": (frozenset({AssessmentState.SCORING, AssessmentState.THIRD}), AssessmentState.CLOSED),
    }
)

SHEETS = Lifecycle[SheetState](
    {
        "declare": (frozenset({SheetState.ASSIGNED}), SheetState.OPEN),
        "recuse": (frozenset({SheetState.ASSIGNED, SheetState.OPEN}), SheetState.RECUSED),
        "submit": (frozenset({SheetState.OPEN}), SheetState.SUBMITTED),
    }
)

EDITIONS = Lifecycle[EditionState]({"supersede": (frozenset({EditionState.SEALED}), EditionState.SUPERSEDED)})

CALLS = Lifecycle[CallState](
    {
        "change": (frozenset({CallState.ISSUED}), CallState.ISSUED),
        "withdraw": (frozenset({CallState.ISSUED}), CallState.WITHDRAWN),
    }
)
