"""What a neighbourhood says of a need: what holds of it, and how others may read it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from directory.errors import Invalid
from directory.models.need import Need
from directory.operations.changes import Wrong
from directory.operations.matches import LONGEST_TEXT
from directory.rules.calendar import day_of, years_later
from directory.rules.groups import GROUPS
from directory.rules.needs import Urgency
from directory.rules.terms import MOST_YUAN
from search.matching.problems import BREAK
from search.text import mask_doors

LONGEST_PLACE, LONGEST_RESIDENT, MOST_PEOPLE, YEARS_AHEAD = 200, 50, 100_000, 5


@dataclass(frozen=True, slots=True)
class Details:
    """What is said of a problem. `said` as it was written; `resident` is for whom a clerk writes; whole yuan."""

    said: str
    place: str = ""
    resident: str = ""
    groups: tuple[str, ...] = ()
    people: int | None = None
    urgency: Urgency = Urgency.SOON
    budget_low: int | None = None
    budget_high: int | None = None
    wanted_from: date | None = None
    wanted_until: date | None = None
    public: bool = True

    def columns(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in FIELDS} | {"groups": list(self.groups)}


FIELDS = tuple(Details.__dataclass_fields__)


def details_of(need: Need) -> Details:
    """What was said of a need, to be changed."""
    return Details(**{name: getattr(need, name) for name in FIELDS} | {"groups": tuple(need.groups)})


def said_of(part: str, said: str) -> str:
    """Of what was written, that which one of several problems was read from: `part` is masked, and so told apart."""
    if part == mask_doors(said):
        return said
    pieces = [piece.strip() for piece in BREAK.split(said)]
    return "，".join(piece for piece in pieces if mask_doors(piece) and mask_doors(piece) in part) or part


def in_order(details: Details, *, now: datetime, before: Need | None = None) -> Details:
    """Blanks off, and no number without the other; of one that was `before`, a day that was there may be past."""
    low, high = details.budget_low, details.budget_high
    details = replace(
        details,
        said=details.said.strip(),
        place=details.place.strip(),
        resident=details.resident.strip(),
        groups=tuple(group for group in GROUPS if group in details.groups),
        budget_low=0 if low is None and high is not None else low,
    )
    if faults := tuple(_faults(details, now=now, before=before)):
        raise Wrong(faults)
    return details


def _faults(details: Details, *, now: datetime, before: Need | None) -> Iterator[Invalid]:
    for name, text, most in (
        ("said", details.said, LONGEST_TEXT),
        ("place", details.place, LONGEST_PLACE),
        ("resident", details.resident, LONGEST_RESIDENT),
    ):
        if len(text) > most:
            yield Invalid(name, len(text), "too_long", f"at most {most} characters")
    if not any(character.isalnum() for character in mask_doors(details.said)):
        yield Invalid("said", details.said, "empty", "the need has no words")
    if details.people is not None and not 1 <= details.people <= MOST_PEOPLE:
        yield Invalid("people", details.people, "range", f"from 1 to {MOST_PEOPLE}")
    yield from _budget_faults(details.budget_low, details.budget_high)
    yield from _day_faults(details, now=now, before=before)


def _budget_faults(low: int | None, high: int | None) -> Iterator[Invalid]:
    for name, yuan in (("budget_low", low), ("budget_high", high)):
        if yuan is not None and not 0 <= yuan <= MOST_YUAN:
            yield Invalid(name, yuan, "range", f"from 0 to {MOST_YUAN}")
            return
    if high is None and low is not None:
        yield Invalid("budget_high", "", "missing", "say the highest budget, too")
    elif high is not None and low is not None and high < low:
        yield Invalid("budget_high", f"{high:,}", "order", f"{high} is less than {low}")


def _day_faults(details: Details, *, now: datetime, before: Need | None) -> Iterator[Invalid]:
    today = day_of(now)
    for name in ("wanted_from", "wanted_until"):
        day = getattr(details, name)
        if day is None or (before is not None and day == getattr(before, name)):
            continue
        if not today <= day <= years_later(today, YEARS_AHEAD):
            rule = "past" if day < today else "too_far"
            yield Invalid(name, day.isoformat(), rule, "a day from today on, within some years")
            return
    if details.wanted_from and details.wanted_until and details.wanted_until < details.wanted_from:
        yield Invalid("wanted_until", details.wanted_until.isoformat(), "order", "it ends before it begins")
