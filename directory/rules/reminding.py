"""When people are reminded of what waits for them in rounds and agreed work. Data: see seeds/parameters.json."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reminders:
    """Calendar days, each once: of a step `step_days` before it is due, of a delivery not looked at for `accept_days`.

    Of a round that can be read and is not decided after each of `decide_days`, of a change of terms nobody answered
    after each of `terms_days`, of answers and questions still open `deadline_days` before a deadline.
    """

    step_days: int = 3
    accept_days: int = 7
    decide_days: tuple[int, ...] = (3, 10)
    terms_days: tuple[int, ...] = (3, 10)
    deadline_days: int = 1


def reminders_of(values: Mapping[str, Any]) -> Reminders:
    """As JSON has them."""
    known: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in values.items()}
    return Reminders(**known)


def reached(days: int, steps: Iterable[int]) -> int | None:
    """The last of these numbers of days that have gone by; None before the first."""
    return max((step for step in steps if step <= days), default=None)
