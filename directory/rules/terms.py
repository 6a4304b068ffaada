"""The terms of agreed work as one value: what is checked of them, and how two of them differ."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from directory.errors import Invalid
from directory.rules.engagements import Funding

MOST_STEPS = 10
LONGEST_NAME = 60
LONGEST_TITLE = 100
LONGEST_CONTRACT = 60
MOST_YUAN = 100_000_000  # no sum of money is larger: of work, of a price, of a budget
FIRST_YEAR, LAST_YEAR = 2000, 2100
FIELDS = ("title", "contract", "amount", "funding", "starts_on", "ends_on", "steps")


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone and its share of the payment in percent; one that is to be added has no `id` yet."""

    id: int | None
    name: str
    due_on: date
    share: int


@dataclass(frozen=True, slots=True)
class Terms:
    """`amount` is whole yuan; the steps stand in the order in which they are due."""

    title: str
    contract: str
    amount: int
    funding: Funding
    starts_on: date
    ends_on: date
    steps: tuple[Step, ...]


def in_order(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """By the day they are due; of one day as they were given."""
    return tuple(sorted(steps, key=lambda step: step.due_on))


def check(terms: Terms) -> None:
    """Raises Invalid, naming the field, for what no work can be agreed on."""
    if not terms.title:
        raise Invalid("title", "", "empty", "say what the work is")
    for field, value, most in (
        ("title", terms.title, LONGEST_TITLE),
        ("contract", terms.contract, LONGEST_CONTRACT),
    ):
        if len(value) > most:
            raise Invalid(field, len(value), "too_long", f"at most {most} characters")
    check_money(terms.amount, terms.funding)
    check_days(terms.starts_on, terms.ends_on)
    _check_steps(terms)


def check_money(amount: int, funding: Funding | None) -> None:
    """Whole yuan, and where they come from. Raises Invalid."""
    if not 0 <= amount <= MOST_YUAN:
        raise Invalid("amount", amount, "range", f"from 0 to {MOST_YUAN}")
    if funding is None:
        raise Invalid("funding", "", "funding_empty", "say where the money comes from")
    if (funding is Funding.FREE) != (amount == 0):
        raise Invalid("funding", funding, "free", "free work costs nothing, and only that")


def check_days(starts_on: date, ends_on: date) -> None:
    """Raises Invalid."""
    for field, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise Invalid(field, day.isoformat(), "range", f"from {FIRST_YEAR} to {LAST_YEAR}")
    if ends_on < starts_on:
        raise Invalid("ends_on", ends_on.isoformat(), "order", "it ends before it starts")


def from_today(starts_on: date, ends_on: date, today: date) -> tuple[date, date]:
    """The days of work as they were proposed; where the first has gone by, both so much later that it begins today."""
    late = max(today - starts_on, timedelta())
    return starts_on + late, ends_on + late


def _check_steps(terms: Terms) -> None:
    if not 1 <= len(terms.steps) <= MOST_STEPS:
        raise Invalid("steps", len(terms.steps), "number", f"from 1 to {MOST_STEPS} steps")
    for step in terms.steps:
        if not step.name:
            raise Invalid("steps", "", "unnamed", "a step has a name")
        if len(step.name) > LONGEST_NAME:
            raise Invalid("steps", step.name, "long_name", f"at most {LONGEST_NAME} characters")
        if not 0 <= step.share <= 100:
            raise Invalid("steps", step.share, "share", "a share is from 0 to 100 percent")
        if not terms.starts_on <= step.due_on <= terms.ends_on:
            raise Invalid("steps", step.due_on.isoformat(), "due", "a step is due between start and end")
    if (total := sum(step.share for step in terms.steps)) != 100:
        raise Invalid("steps", total, "sum", "the shares sum to 100")


def to_json(terms: Terms) -> dict[str, Any]:
    """Each field as JSON keeps it."""
    plain = {name: str(value) if isinstance(value, date) else value for name, value in _values(terms).items()}
    plain["steps"] = [asdict(step) | {"due_on": str(step.due_on)} for step in terms.steps]
    return plain


def from_json(values: Mapping[str, Any]) -> Terms:
    days = {name: date.fromisoformat(values[name]) for name in ("starts_on", "ends_on")}
    steps = tuple(Step(**{**step, "due_on": date.fromisoformat(step["due_on"])}) for step in values["steps"])
    return Terms(**{**values, **days, "funding": Funding(values["funding"]), "steps": steps})


def difference(before: Terms, after: Terms) -> dict[str, list[Any]]:
    """Of each field that differs, what it was and what it is to be, as JSON keeps them."""
    old, new = to_json(before), to_json(after)
    return {name: [old[name], new[name]] for name in FIELDS if old[name] != new[name]}


def _values(terms: Terms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in FIELDS if name != "steps"}
