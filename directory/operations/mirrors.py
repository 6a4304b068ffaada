"""The mirror of an organisation: the needs in its fields where it was left out or ranked low, and what that cost it.

It reads only what is its own; lines of others only for what the first of the same answer was given.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from directory.db import LARGEST_ID, db
from directory.models.invitation import Invitation
from directory.models.match import MatchLine, MatchRun
from directory.models.need import Need
from directory.models.organisation import Organisation
from directory.models.service import Service
from directory.models.taxonomy import Category
from directory.operations import catalogue, need_runs
from directory.policy import Actor, Permission, require
from directory.rules.mirrors import LOW, Loss, losses
from directory.rules.work import InvitationState

PAGE = 20
LOOKED_AT = 100  # answers looked through for a page: not all of them are of its fields
SAMPLE = 300  # answers looked through for what cost it most
PERIOD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Missed:
    """One answer in which its best line was excluded, or ranked low with what that cost, the dearest first."""

    run: MatchRun
    line: MatchLine
    losses: tuple[Loss, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Of the last days. `gates` and `criteria` count what cost it most in its `missed` answers.

    Those are all of the period, unless there are more than are looked through: then the latest (`cut`).
    `invited` leaves out work given without asking, which `asked` counts as awarded.
    `absent` needs of its categories were answered without it: it was not among the candidates.
    """

    shown: int
    rank: float | None
    excluded: int
    missed: int
    cut: bool
    gates: list[tuple[str, int]]
    criteria: list[tuple[str, int]]
    invited: int
    asked: dict[InvitationState, int]
    absent: int


@dataclass(frozen=True, slots=True)
class Mirror:
    """A page of what it missed, the latest first, and on the first page the summary; `categories` by code.

    `kept_back` are the runs of needs that their neighbourhood does not show in public: their words are not for all.

    `older` is the number of the run to go on from; None where there is nothing older.
    """

    rows: list[Missed]
    older: int | None
    summary: Summary | None
    categories: dict[str, Category]
    kept_back: frozenset[int]


def mirror(organisation: Organisation, *, before: int | None = None, by: Actor, now: datetime) -> Mirror:
    """What an organisation missed; `before` is a run where a page ended. Raises Forbidden."""
    require(by, Permission.READ_MIRROR, organisation)
    most = SAMPLE if before is None else LOOKED_AT
    runs = _runs(organisation, before=before, most=most)
    categories = {category.code: category for category in catalogue.categories()}
    missed = _missed(organisation, runs, categories)
    older = runs[-1].id if len(runs) == most else None
    if len(missed) > PAGE:
        older = missed[PAGE - 1].run.id
    summary = _summary(organisation, runs, missed, now=now) if before is None else None
    shown = missed[:PAGE]
    return Mirror(shown, older, summary, categories, need_runs.kept_back(each.run.id for each in shown))


def _summary(
    organisation: Organisation, runs: Sequence[MatchRun], missed: Iterable[Missed], *, now: datetime
) -> Summary:
    since = now - PERIOD
    first = _first_run(since)
    shown, ranks, excluded = _counts(organisation, first)
    invited, asked = _invited(organisation, since)
    recent = [each for each in missed if each.run.id >= first]
    gates = Counter(gate for each in recent for gate in _gates(each.line))
    criteria = Counter(each.losses[0].criterion for each in recent if each.losses)
    return Summary(
        shown=shown,
        rank=ranks / shown if shown else None,
        excluded=excluded,
        missed=len(recent),
        cut=len(runs) == SAMPLE and runs[-1].id >= first,
        gates=gates.most_common(),
        criteria=criteria.most_common(),
        invited=invited,
        asked=asked,
        absent=_absent(organisation, since),
    )


def _gates(line: MatchLine) -> list[str]:
    return [] if line.rank else sorted({reason["gate"] for reason in line.reasons})


def _first_run(since: datetime) -> int:
    """The lowest number of a run since then."""
    lowest = func.min(MatchRun.id + 0)  # of the bare number, SQLite would walk all runs from the first on
    return db.session.scalar(select(lowest).where(MatchRun.created_at >= since)) or LARGEST_ID


def _counts(organisation: Organisation, first: int) -> tuple[int, int, int]:
    """How often it was shown, the sum of its ranks, how often it was excluded: read from the index alone."""
    rank = MatchLine.rank
    query = select(
        func.sum(case((rank > 0, 1), else_=0)), func.sum(rank), func.sum(case((rank == 0, 1), else_=0))
    ).where(
        MatchLine.organisation_id == organisation.id,
        MatchLine.run_id >= first,
        ~need_runs.is_dropped(MatchLine.run_id),
    )
    shown, ranks, excluded = db.session.execute(query).one()
    return shown or 0, ranks or 0, excluded or 0


def _runs(organisation: Organisation, *, before: int | None, most: int) -> Sequence[MatchRun]:
    """Its latest answers in which no line of it was among the first."""
    best = func.min(case((MatchLine.rank > 0, MatchLine.rank)))
    low = (
        select(MatchLine.run_id)
        .where(MatchLine.organisation_id == organisation.id, ~need_runs.is_dropped(MatchLine.run_id))
        .group_by(MatchLine.run_id)
        .having(or_(best.is_(None), best > LOW))
        .order_by(MatchLine.run_id.desc())
        .limit(most)
    )
    if before is not None:
        low = low.where(MatchLine.run_id < before)
    ids = low.subquery()
    query = select(MatchRun).join(ids, MatchRun.id == ids.c.run_id).order_by(MatchRun.id.desc())
    return db.session.scalars(query.options(joinedload(MatchRun.question))).all()


def _missed(organisation: Organisation, runs: Sequence[MatchRun], categories: dict[str, Category]) -> list[Missed]:
    """Those of its fields, with its best line in each and what that lost to the first."""
    wanted = or_(MatchLine.organisation_id == organisation.id, MatchLine.rank == 1)
    query = select(MatchLine).where(MatchLine.run_id.in_([run.id for run in runs]), wanted).order_by(MatchLine.id)
    own: dict[int, MatchLine] = {}
    first: dict[int, MatchLine] = {}
    for line in db.session.scalars(query):
        if line.rank == 1:
            first[line.run_id] = line
        elif _better(line, own.get(line.run_id)):
            own[line.run_id] = line
    fields = {code: category.parent_id for code, category in categories.items()}
    return [
        Missed(run, line, _losses(line, first.get(run.id)))
        for run in runs
        if (line := own[run.id]).category in run.routing["around"] or fields.get(line.category) in _asked(run, fields)
    ]


def _better(line: MatchLine, known: MatchLine | None) -> bool:
    """A rank is better than an exclusion, and a smaller one than a larger."""
    return known is None or (line.rank > 0 and (known.rank == 0 or line.rank < known.rank))


def _asked(run: MatchRun, fields: dict[str, int | None]) -> set[int | None]:
    """The fields a need was taken to be of: where it was not sure, those it was asked to choose from."""
    guesses = [guess["code"] for guess in run.routing["categories"]]
    return {fields[code] for code in guesses[: 1 if run.routing["sure"] else 3] if fields.get(code)}


def _losses(line: MatchLine, first: MatchLine | None) -> tuple[Loss, ...]:
    if not line.rank or first is None:
        return ()
    return tuple(losses(line.reasons, line.score or 0.0, first.reasons, first.score or 0.0))


def _invited(organisation: Organisation, since: datetime) -> tuple[int, dict[InvitationState, int]]:
    """How often it was asked, and what became of that and of work given unasked."""
    theirs = and_(Invitation.organisation_id == organisation.id, Invitation.created_at >= since)
    asked = func.sum(case((Invitation.direct, 0), else_=1))
    query = select(Invitation.state, func.count(), asked).where(theirs).group_by(Invitation.state)
    rows = db.session.execute(query).all()
    return sum(asked for _, _, asked in rows), {state: number for state, number, _ in rows}


def _absent(organisation: Organisation, since: datetime) -> int:
    offered = select(Service.category_id).where(Service.organisation_id == organisation.id)
    named = exists().where(MatchLine.organisation_id == organisation.id, MatchLine.run_id == Need.run_id)
    query = select(func.count(Need.id)).where(
        Need.category_id.in_(offered), Need.opened_at >= since, Need.run_id.is_not(None), ~named
    )
    return db.session.scalar(query) or 0
