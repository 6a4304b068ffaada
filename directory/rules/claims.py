"""What an organisation may say of itself as a dated fact, for government to confirm."""

from dataclasses import dataclass, replace
from datetime import date

from directory.errors import Invalid
from directory.rules.eligibility import FactKind
from directory.rules.facts import EARLIEST, LONGEST_SOURCE, LONGEST_VALUE, MOST_STAFF, VALUES, is_staff

# The lists of wrongdoers and who evaluates are kept by others: no organisation speaks of itself there.
CLAIMABLE = (
    FactKind.GRADE,
    FactKind.ANNUAL_CHECK,
    FactKind.STAFF,
    FactKind.HONOUR,
    FactKind.PENALTY,
    FactKind.REGISTRATION,
)
LATEST_YEARS = 30


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
        claim = self._spanned()
        claim._require_value()
        claim._require_span(on)
        if not claim.source:
            raise Invalid("source", "", "empty", "say which document it stands in")
        if len(claim.source) > LONGEST_SOURCE:
            raise Invalid("source", len(claim.source), "too_long", f"at most {LONGEST_SOURCE} characters")
        return claim

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

    def _require_value(self) -> None:
        if self.kind in VALUES and self.value not in VALUES[self.kind]:
            raise Invalid("value", self.value, "unknown", f"one of {', '.join(VALUES[self.kind])}")
        if self.kind is FactKind.STAFF and not is_staff(self.value):
            raise Invalid("value", self.value, "number", f"a whole number from 0 to {MOST_STAFF}")
        if self.kind is FactKind.HONOUR and not self.value:
            raise Invalid("value", "", "empty", "say what was awarded")
        if len(self.value) > LONGEST_VALUE:
            raise Invalid("value", len(self.value), "too_long", f"at most {LONGEST_VALUE} characters")

    def _require_span(self, on: date) -> None:
        if self.since < EARLIEST:
            raise Invalid("since", self.since, "too_early", f"not before {EARLIEST}")
        if self.kind is FactKind.ANNUAL_CHECK:
            if self.since.year >= on.year:
                raise Invalid("since", self.since.year, "year_not_over", "a year is checked when it is over")
        elif self.kind is not FactKind.GRADE and self.since > on:
            raise Invalid("since", self.since, "future", "this is still to come")
        if self.since.year > on.year + 1:
            raise Invalid("since", self.since, "future", "this is too far ahead")
        if self.kind is FactKind.GRADE and self.until is None:
            raise Invalid("until", "", "required", "a grade says until when it is valid")
        if self.until is not None and self.until < self.since:
            raise Invalid("until", self.until, "order", f"{self.until} is before {self.since}")
        if self.until is not None and self.until.year > on.year + LATEST_YEARS:
            raise Invalid("until", self.until, "too_late", f"not more than {LATEST_YEARS} years ahead")
