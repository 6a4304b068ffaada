"""How far assessors agree, by rubric; how each leans, by quarter. Of closed assessments only."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import func, select

from directory.db import db
from directory.models.account import Account
from directory.models.assessment import Assessment, ScoreSheet
from directory.models.rubric import Rubric
from directory.operations.asof import end_of
from directory.policy import Actor, Permission, can, require
from directory.rules import agreement
from directory.rules.agreement import Drift, Pair, Scored
from directory.rules.calendar import day_of, start_of
from directory.rules.lifecycle import AssessmentState, SheetState


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of one rubric in all its versions, or, with code "", of all: numbers are in hundredths of the scale.

    `pairs` counts assessments with two first sheets, `thirds` those of them that needed a third.
    """

    code: str
    name: str
    pairs: int
    thirds: int
    difference: float | None
    correlation: float | None

    @property
    def few(self) -> bool:
        return self.pairs < agreement.LEAST_PAIRS


@dataclass(frozen=True, slots=True)
class Report:
    """`drifts` and `names` are empty for those who may not know the assessors."""

    rubrics: list[Agreement]
    drifts: list[Drift]
    names: dict[int, str]
    quarters: list[str]


def report(*, code: str = "", since: date | None = None, until: date | None = None, by: Actor) -> Report:
    """Of assessments closed on these days, both included; of one rubric's code, "" for all."""
    require(by, Permission.READ_ASSESSMENT)
    wanted = (
        select(
            Assessment.id,
            Rubric.code,
            Rubric.scale,
            Assessment.total,
            Assessment.closed_at,
            ScoreSheet.assessor_id,
            ScoreSheet.third,
            ScoreSheet.total,
        )
        .join(Assessment.rubric)
        .join(Assessment.sheets)
        .where(Assessment.state == AssessmentState.CLOSED, ScoreSheet.state == SheetState.SUBMITTED)
        .order_by(Assessment.id, ScoreSheet.id)
    )
    if code:
        wanted = wanted.where(Rubric.code == code)
    if since is not None:
        wanted = wanted.where(Assessment.closed_at >= start_of(since))
    if until is not None:
        wanted = wanted.where(Assessment.closed_at < end_of(until))
    pairs: dict[str, list[Pair]] = defaultdict(list)
    thirds: dict[str, int] = defaultdict(int)
    scored: list[Scored] = []
    for _, group in groupby(db.session.execute(wanted), key=lambda row: row[0]):
        rows = list(group)
        of = rows[0][1]
        first = [float(row[7] or 0) * 100 / row[2] for row in rows if not row[6]]
        if len(first) == 2:
            pairs[of].append(Pair(*first))
            thirds[of] += len(rows) > 2
        scored += [
            Scored(who, day_of(closed), float(total - result) * 100 / scale)
            for _, _, scale, result, closed, who, _, total in rows
            if total is not None and result is not None and closed is not None
        ]
    every = _every(pairs, thirds)
    if not can(by, Permission.READ_ASSESSORS):
        return Report(every, [], {}, [])
    drifts = agreement.drifts(scored)
    quarters = sorted({quarter for drift in drifts for quarter in drift.periods})[-8:]
    return Report(every, drifts, _names(), quarters)


def choices(*, by: Actor) -> list[tuple[str, str]]:
    """(code, name) of every rubric that has scored something."""
    require(by, Permission.READ_ASSESSMENT)
    return sorted(_rubric_names().items())


def _every(pairs: dict[str, list[Pair]], thirds: dict[str, int]) -> list[Agreement]:
    names = _rubric_names()
    found = [_one(code, names[code], given, thirds[code]) for code, given in sorted(pairs.items())]
    if len(found) > 1:
        together = [pair for given in pairs.values() for pair in given]
        found.append(_one("", "", together, sum(thirds.values())))
    return found


def _one(code: str, name: str, pairs: list[Pair], thirds: int) -> Agreement:
    difference = agreement.mean_absolute_difference(pairs)
    return Agreement(code, name, len(pairs), thirds, difference, agreement.intraclass_correlation(pairs))


def _rubric_names() -> dict[str, str]:
    """As the newest version calls it."""
    used = select(Rubric.code).join(Assessment, Assessment.rubric_id == Rubric.id)
    newest = select(func.max(Rubric.id)).where(Rubric.code.in_(used)).group_by(Rubric.code)
    return dict(db.session.execute(select(Rubric.code, Rubric.name).where(Rubric.id.in_(newest))).all())


def _names() -> dict[int, str]:
    scored = select(ScoreSheet.assessor_id).where(ScoreSheet.state == SheetState.SUBMITTED)
    return dict(db.session.execute(select(Account.id, Account.name).where(Account.id.in_(scored))).all())
