"""Which numbers of the rules may be set to what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from directory.errors import Invalid
from directory.rules.eligibility import GRADES, Gates


@dataclass(frozen=True, slots=True)
class Span:
    """The least and most a number may be; `whole` where it has no fraction."""

    least: float
    most: float
    whole: bool = True


_SHARE = Span(0, 1, whole=False)
WEIGHT = Span(0, 10, whole=False)
GATES = {
    "registered_years": Span(0, 20),
    "annual_checks": Span(1, 5),
    "penalty_years": Span(0, 20),
    "least_staff": Span(0, 100),
    "check_due_month": Span(1, 12),
    "check_due_day": Span(1, 31),
}
PERIODS = {
    "publicity_days": Span(1, 60),
    "cure_days": Span(1, 365),
    "confirm_months": Span(1, 24),
    "lapsing_days": Span(1, 365),
    "enrolment_days": Span(1, 90),
    "answer_days": Span(1, 60),
    "sign_days": Span(7, 365),
    "sealed_days": Span(1, 60),
    "review_days": Span(1, 365),
}
REMINDERS = {"step_days": Span(0, 60), "accept_days": Span(1, 60), "deadline_days": Span(1, 30)}
REMINDED_AFTER = ("decide_days", "terms_days")
CONTRACTING = {"most_invited": Span(1, 20)}
REPUTATION = {
    "prior_weight": Span(0, 100, whole=False),
    "prior_mean": Span(1, 5, whole=False),
    "half_life_years": Span(0.25, 50, whole=False),
    "least_reviews": Span(1, 100),
    "pair_share": Span(0.01, 1, whole=False),
}
LIMITS = {
    "confidence": _SHARE,
    "fit_floor": _SHARE,
    "around_fit": _SHARE,
    "least_fit": _SHARE,
    "categories": Span(1, 200),
    "proven": Span(0, 100),
    "candidates": Span(10, 1000),
    "shown": Span(1, 100),
    "excluded": Span(0, 100),
}
DAYS_BEFORE, DAYS_AFTER, SHARES, MOST_SEVERAL = Span(0, 180), Span(1, 180), Span(0, 100), 6
SECTIONS = ("gates", "periods", "reminders", "contracting", "reputation", "weights", "limits")


def proposed(values: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """A version's values with what was given in their place, as `section-name` → text. Raises Invalid on that field.

    What is not given, and what has no place among these, stays as it is.
    """
    new = {section: dict(part) if isinstance(part, dict) else part for section, part in values.items()}
    spans = {"gates": GATES, "periods": PERIODS, "reminders": REMINDERS, "contracting": CONTRACTING}
    spans |= {"reputation": REPUTATION, "limits": LIMITS}
    spans["weights"] = dict.fromkeys(values["weights"], WEIGHT)
    for section, known in spans.items():
        for name, span in known.items():
            if (text := given.get(f"{section}-{name}")) is not None:
                new.setdefault(section, {})[name] = _number(f"{section}-{name}", text, span)
    if (grade := given.get("gates-least_grade")) is not None:
        if grade not in GRADES:
            raise Invalid("gates-least_grade", grade, "unknown", f"one of {', '.join(GRADES)}")
        new["gates"]["least_grade"] = grade
    if (days := given.get("periods-remind_days")) is not None:
        before = _several("periods-remind_days", days, DAYS_BEFORE)
        new.setdefault("periods", {})["remind_days"] = sorted(set(before), reverse=True)
    for name in REMINDED_AFTER:
        if (days := given.get(f"reminders-{name}")) is not None:
            new.setdefault("reminders", {})[name] = sorted(set(_several(f"reminders-{name}", days, DAYS_AFTER)))
    if (shares := given.get("contracting-shares")) is not None:
        new.setdefault("contracting", {})["shares"] = _shares(shares)
    _check(new)
    return new


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """(section-name, before, after) of every number that differs; None for one that was not there."""
    sections = [(each, before.get(each, {}), after.get(each, {})) for each in sorted({*before, *after}, key=_place)]
    return [
        (f"{section}-{name}", old.get(name), new.get(name))
        for section, old, new in sections
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]


def _place(section: str) -> tuple[int, str]:
    return (SECTIONS.index(section) if section in SECTIONS else len(SECTIONS), section)


def _number(field: str, text: str, span: Span) -> float:
    text = text.strip()
    try:
        number = int(text) if span.whole else float(text)
    except ValueError:
        raise Invalid(field, text[:40], "whole" if span.whole else "number", "a number") from None
    if not span.least <= number <= span.most:  # also what is no number at all: nan
        raise Invalid(field, text[:40], "range", f"from {span.least:g} to {span.most:g}")
    return number


def _shares(text: str) -> list[int]:
    """Of a payment, in percent, in the order of the steps."""
    shares = _several("contracting-shares", text, SHARES)
    if sum(shares) != 100:
        raise Invalid("contracting-shares", sum(shares), "hundred", "together exactly 100")
    return shares


def _several(field: str, text: str, span: Span) -> list[int]:
    parts = text.replace("、", " ").replace("，", " ").replace(",", " ").split()
    if not 1 <= len(parts) <= MOST_SEVERAL:
        raise Invalid(field, text[:40], "too_many", f"from 1 to {MOST_SEVERAL} numbers")
    return [int(_number(field, part, span)) for part in parts]


def _check(values: Mapping[str, Any]) -> None:
    if sum(values["weights"].values()) <= 0:
        raise Invalid("weights", 0, "sum", "at least one weight is more than 0")
    gates = Gates(**values["gates"])
    try:
        date(2027, gates.check_due_month, gates.check_due_day)
    except ValueError:
        raise Invalid("gates-check_due_day", gates.check_due_day, "day", "no such day in that month") from None
