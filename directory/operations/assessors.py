"""Who can be asked to score an application: how much each has open, and what is known against it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from directory.db import db
from directory.errors import Invalid
from directory.models.account import Account
from directory.models.application import Application
from directory.models.assessment import Assessment, ScoreSheet
from directory.policy import Actor, Permission, require
from directory.rules.lifecycle import ApplicationState, SheetState
from directory.rules.roles import OF_AN_ORGANISATION, OF_EVALUATION

RELEASED = "released"  # stands where a conflict would: the lead took the sheet back
AT_WORK = (SheetState.ASSIGNED, SheetState.OPEN)


def under_way() -> ColumnElement[bool]:
    """Of assessments joined with their applications: those whose application still waits for them."""
    return or_(
        and_(Assessment.appeal_id.is_(None), Application.state == ApplicationState.ASSESSING),
        and_(Assessment.appeal_id.is_not(None), Application.state == ApplicationState.PUBLICITY),
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """`barred` says why somebody cannot be chosen, "" where they can; the rest is for the lead to weigh.

    `recusals` are (when, kind) of conflicts declared before with this organisation; `namesake`: an account of the
    organisation bears the same name.
    """

    account: Account
    load: int
    barred: str = ""
    recusals: list[tuple[datetime, str]] = field(default_factory=list)
    namesake: bool = False


def candidates(application: Application, *, by: Actor) -> list[Candidate]:
    """Every assessor and lead: those who can be chosen first, with nothing against them first, least load first."""
    require(by, Permission.ASSIGN, application)
    accounts = db.session.scalars(select(Account).where(Account.active, Account.role.in_(OF_EVALUATION)))
    load, before, recusals = _loads(), _asked_before(application), _recusals(application)
    names = _names_of(application)
    found = [
        Candidate(
            account,
            load.get(account.id, 0),
            "self" if account.id == by.id else "before" if account.id in before else "",
            recusals.get(account.id, []),
            account.name in names,
        )
        for account in accounts
    ]
    return sorted(found, key=lambda c: (c.barred, len(c.recusals) + c.namesake, c.load, c.account.name, c.account.id))


def chosen(application: Application, wanted: Collection[int], *, by: Actor) -> list[Account]:
    """The accounts, in the order given. Raises Invalid for anybody who cannot score this application."""
    known = {candidate.account.id: candidate for candidate in candidates(application, by=by)}
    for account_id in wanted:
        if account_id not in known:
            raise Invalid("assessors", account_id, "unknown", f"account {account_id} scores nothing")
        candidate = known[account_id]
        if candidate.barred:
            message = f"{candidate.account.name} cannot be chosen: {candidate.barred}"
            raise Invalid("assessors", candidate.account.name, candidate.barred, message)
    return [known[account_id].account for account_id in wanted]


def _loads() -> dict[int, int]:
    number = (
        select(ScoreSheet.assessor_id, func.count())
        .join(ScoreSheet.assessment)
        .join(Assessment.application)
        .where(ScoreSheet.state.in_(AT_WORK), under_way())
        .group_by(ScoreSheet.assessor_id)
    )
    return dict(db.session.execute(number).all())


def _asked_before(application: Application) -> set[int]:
    """Nobody scores an application twice: not after recusing themselves, not when an appeal is heard."""
    asked = select(ScoreSheet.assessor_id).join(ScoreSheet.assessment)
    return set(db.session.scalars(asked.where(Assessment.application_id == application.id)))


def _recusals(application: Application) -> dict[int, list[tuple[datetime, str]]]:
    rows = db.session.execute(
        select(ScoreSheet.assessor_id, ScoreSheet.declared_at, ScoreSheet.conflict)
        .join(ScoreSheet.assessment)
        .join(Assessment.application)
        .where(Application.organisation_id == application.organisation_id, ScoreSheet.state == SheetState.RECUSED)
        .where(ScoreSheet.conflict != RELEASED)
        .order_by(ScoreSheet.id)
    )
    return _grouped((who, (when, conflict)) for who, when, conflict in rows if when)


def _grouped(pairs: Iterable[tuple[int, tuple[datetime, str]]]) -> dict[int, list[tuple[datetime, str]]]:
    grouped: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for who, what in pairs:
        grouped[who].append(what)
    return grouped


def _names_of(application: Application) -> set[str]:
    keepers = select(Account.name).where(
        Account.organisation_id == application.organisation_id, Account.role.in_(OF_AN_ORGANISATION)
    )
    return set(db.session.scalars(keepers))
