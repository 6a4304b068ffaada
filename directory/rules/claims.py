"""What an organisation may say of itself as a dated fact, for government to confirm."""

from dataclasses import dataclass, replace
from datetime import date

from directory.errors import Invalid
from directory.rules.eligibility import FactKind
from directory.rules.facts import check

# The lists of wrongdoers and who evaluates are kept by others: no organisation speaks of itself there.
CLAIMABLE = (
    FactKind.GRADE,
    FactKind.ANNUAL_CHECK,
    FactKind.STAFF,
    FactKind.HONOUR,
    FactKind.PENALTY,
    FactKind.REGISTRATION,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """`until` is the last day; an annual check spans its year, which `since` lies in."""

    kind: FactKind
    value: str
    since: date
    until: date | None
    source: str

    def checked(self, *, on: date) -> "Claim":
        """The claim as it may be recorded on a day. Raises Invalid, naming the field at fault."""
        if self.kind not in CLAIMABLE:
            raise Invalid("kind", self.kind, "unknown", f"{self.kind} is not the organisation's to say")
        said = self._spanned()
        check(said, on=on)
        return said

    def _spanned(self) -> "Claim":
        match self.kind:
            case FactKind.ANNUAL_CHECK:
                year = self.since.year
                return replace(self, since=date(year, 1, 1), until=date(year, 12, 31))
            case FactKind.REGISTRATION:
                return replace(self, value="", until=None)
            case FactKind.PENALTY | FactKind.STAFF:
                return replace(self, until=None)
        return self
