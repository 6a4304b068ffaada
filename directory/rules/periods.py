"""How long things take. Data: see seeds/parameters.json; these defaults are for versions written before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Periods:
    """`publicity_days` are working days, `confirm_months` months, the others calendar days.

    A profile is to be confirmed every `confirm_months`; `remind_days` say how long before its organisation is told.
    Providers asked have `answer_days` where nobody says otherwise; work all of whose steps were accepted is signed off
    by itself after `sign_days`; finished work can be reviewed for `review_days`, and a review is sealed for
    `sealed_days` at most.
    """

    publicity_days: int = 5
    cure_days: int = 90
    confirm_months: int = 6
    remind_days: tuple[int, ...] = (28, 14, 0)
    lapsing_days: int = 60
    enrolment_days: int = 14
    answer_days: int = 7
    sign_days: int = 30
    sealed_days: int = 14
    review_days: int = 60


def periods_of(values: Mapping[str, Any]) -> Periods:
    """As JSON has them."""
    known = dict(values)
    if "remind_days" in known:
        known["remind_days"] = tuple(known["remind_days"])
    return Periods(**known)
