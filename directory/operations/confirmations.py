"""What neighbourhoods and operators say a need asked for: kept for learning, withdrawn when it proves wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from directory import audit
from directory.db import db
from directory.errors import Invalid
from directory.models.learning import ConfirmedNeed
from directory.models.match import MatchRun
from directory.models.organisation import Organisation
from directory.operations import classification, need_runs
from directory.operations.records import Origin, RowFault
from directory.policy import Actor, Permission, require
from directory.rules import reasons
from directory.rules.routes import Route
from search.text import mask

VISITOR_SOURCE = "visitor"
LONGEST_TEXT = 1000
SAID_OTHERWISE = "said otherwise"


@dataclass(frozen=True, slots=True)
class ConfirmedRow:
    """A confirmed need as an office keeps it; `organisation` is a credit code, `route` and it may be empty."""

    external_id: str
    text: str
    category: str
    route: str
    organisation: str
    confirmed_at: datetime | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the rows of an import."""

    added: int
    changed: int
    unchanged: int
    faults: tuple[RowFault, ...]


def confirm(run: MatchRun, *, category: str, route: str | None, by: Actor, now: datetime) -> ConfirmedNeed:
    """Keep what the person who asked says the need of a run asks for; said again, the last word counts.

    The source is the area the need is from, so that one area's words can be weighed and withdrawn together.
    Whom it was given to stays.
    """
    require(by, Permission.CONFIRM_NEED, need_runs.behind(run))
    known = classification.current().get(category)
    if known is None:
        raise Invalid("category", category, "unknown", f"no category {category}")
    if route is not None and route not in set(Route):
        raise Invalid("route", route, "unknown", f"no route {route}")
    before = of(run)
    said = ConfirmedNeed(
        text=run.question.text,
        category_id=known,
        route=Route(route) if route else None,
        organisation_id=None if before is None else before.organisation_id,
        source=_source(run),
        external_id=run.public_id,
        suggested=run.routing.get("suggested", ""),
        confirmed_at=now,
    )
    if before is not None and _same(before, said):
        return before
    _replace(before, said, now=now)
    audit.record("need:confirm", by=by, thing=f"MatchRun:{run.public_id}", now=now, reason=category)
    return said


def solved(
    run: MatchRun, *, category_id: int, route: Route | None, organisation: Organisation, by: Actor, now: datetime
) -> ConfirmedNeed:
    """Keep which organisation the need of a run was given to, beside what was confirmed of it; the last word counts."""
    require(by, Permission.CONFIRM_NEED, need_runs.behind(run))
    before = of(run)
    said = ConfirmedNeed(
        text=run.question.text,
        category_id=category_id,
        route=route,
        organisation_id=organisation.id,
        source=_source(run),
        external_id=run.public_id,
        suggested=run.routing.get("suggested", ""),
        checked=before is not None and before.checked,
        confirmed_at=now,
    )
    if before is not None and _same(before, said):
        return before
    _replace(before, said, now=now)
    audit.record("need:solve", by=by, thing=f"MatchRun:{run.public_id}", now=now, reason=str(organisation.id))
    return said


def unsolved(run: MatchRun, organisation_id: int, *, by: Actor, now: datetime) -> None:
    """The organisation that a need was given to did not meet it: what was confirmed stays, without it.

    Whoever may end the work may cause this, so nothing more is asked here.
    """
    before = of(run)
    if before is None or before.organisation_id != organisation_id:
        return
    said = ConfirmedNeed(
        text=before.text,
        category_id=before.category_id,
        route=before.route,
        source=before.source,
        external_id=before.external_id,
        suggested=before.suggested,
        checked=before.checked,
        confirmed_at=before.confirmed_at,
    )
    _replace(before, said, now=now)
    audit.record("need:unsolve", by=by, thing=f"MatchRun:{run.public_id}", now=now, reason=str(organisation_id))


def carry(before: MatchRun, run: MatchRun, *, now: datetime) -> None:
    """What was said of an answer holds for the one that took its place, so that of one need is learned once."""
    said = of(before)
    if said is None:
        return
    carried = ConfirmedNeed(
        text=run.question.text,
        category_id=said.category_id,
        route=said.route,
        organisation_id=said.organisation_id,
        source=_source(run),
        external_id=run.public_id,
        suggested=run.routing.get("suggested", ""),
        checked=said.checked,
        confirmed_at=said.confirmed_at,
    )
    _replace(said, carried, now=now)


def of(run: MatchRun) -> ConfirmedNeed | None:
    """What the person who asked confirmed about a run."""
    return _in_force(_source(run), {run.public_id}).get(run.public_id)


def take(rows: Iterable[ConfirmedRow], *, source: str, strict: bool, by: Actor, now: datetime) -> Taken:
    """Take the confirmed needs of an office, for which the operator answers; what is there unchanged stays.

    A row that cannot be taken is a fault; with `strict`, one fault and nothing is taken.
    """
    require(by, Permission.IMPORT_NEEDS)
    if not source.strip():
        raise Invalid("source", source, "empty", "say who kept these needs")
    given = list(rows)
    categories = classification.current()
    codes = {row.organisation for row in given if row.organisation}
    organisations = dict(
        db.session.execute(select(Organisation.uscc, Organisation.id).where(Organisation.uscc.in_(codes))).all()
    )
    good: dict[str, ConfirmedNeed] = {}
    faults: list[RowFault] = []
    for row in given:
        found = list(_faults(row, categories, organisations, good))
        faults += found
        if not found:
            good[row.external_id] = ConfirmedNeed(
                text=mask(row.text).strip(),
                category_id=categories[row.category],
                route=Route(row.route) if row.route else None,
                organisation_id=organisations.get(row.organisation),
                source=source,
                external_id=row.external_id,
                checked=True,
                confirmed_at=row.confirmed_at or now,
            )
    if strict and faults:
        return Taken(0, 0, 0, tuple(faults))
    known = _in_force(source, good.keys())
    new = [said for key, said in good.items() if key not in known]
    differing = [said for key, said in good.items() if key in known and not _same(known[key], said)]
    for said in (*new, *differing):
        _replace(known.get(said.external_id), said, now=now)
    if new or differing:
        what = f"{len(new)} new, {len(differing)} changed"
        audit.record("need:import", by=by, thing=f"ConfirmedNeed:{source}", now=now, reason=what)
    return Taken(len(new), len(differing), len(good) - len(new) - len(differing), tuple(faults))


def withdraw(*, source: str, needs: Iterable[int] | None = None, reason: str, by: Actor, now: datetime) -> int:
    """Take back what a source said, all of it or only some needs; the next training no longer learns from it."""
    require(by, Permission.WITHDRAW_NEEDS)
    reason = reasons.given(reason)
    query = select(ConfirmedNeed).where(ConfirmedNeed.source == source, ConfirmedNeed.withdrawn_at.is_(None))
    if needs is not None:
        query = query.where(ConfirmedNeed.id.in_(needs))
    found = list(db.session.scalars(query))
    for need in found:
        need.withdrawn_at, need.reason = now, reason.strip()
    if found:
        audit.record("need:withdraw", by=by, thing=f"ConfirmedNeed:{source}", now=now, reason=reason.strip())
    return len(found)


def _source(run: MatchRun) -> str:
    return run.question.area_code or VISITOR_SOURCE


def _faults(
    row: ConfirmedRow, categories: Iterable[str], organisations: Iterable[str | None], before: Iterable[str]
) -> Iterable[RowFault]:
    if not row.external_id:
        yield RowFault(row.origin, "id", "", "required", "缺少编号，下次导入就认不出是同一条")
    elif row.external_id in before:
        yield RowFault(row.origin, "id", row.external_id, "twice", "这个编号在文件里出现了两次")
    if not any(character.isalnum() for character in row.text):
        yield RowFault(row.origin, "text", row.text[:40], "required", "没有写需求")
    elif len(row.text) > LONGEST_TEXT:
        yield RowFault(row.origin, "text", row.text[:40], "too_long", f"最多 {LONGEST_TEXT} 个字")
    if row.category not in categories:
        yield RowFault(row.origin, "category", row.category[:40], "unknown", "目录里没有这个类目")
    if row.route and row.route not in set(Route):
        yield RowFault(row.origin, "route", row.route[:40], "unknown", f"只能是 {'、'.join(Route)}，或留空")
    if row.organisation and row.organisation not in organisations:
        yield RowFault(row.origin, "organisation", row.organisation[:40], "unknown", "没有这个信用代码的机构")


def _in_force(source: str, external_ids: Iterable[str]) -> dict[str, ConfirmedNeed]:
    wanted = set(external_ids)
    query = select(ConfirmedNeed).where(ConfirmedNeed.source == source, ConfirmedNeed.withdrawn_at.is_(None))
    if len(wanted) == 1:  # of many, all of the source are read: a database takes only so many values in one question
        query = query.where(ConfirmedNeed.external_id.in_(wanted))
    query = query.options(joinedload(ConfirmedNeed.category))
    return {need.external_id: need for need in db.session.scalars(query) if need.external_id in wanted}


def _same(one: ConfirmedNeed, other: ConfirmedNeed) -> bool:
    names = ("text", "category_id", "route", "organisation_id")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _replace(before: ConfirmedNeed | None, said: ConfirmedNeed, *, now: datetime) -> None:
    if before is not None:
        before.withdrawn_at, before.reason = now, SAID_OTHERWISE
        db.session.flush()
    db.session.add(said)
    db.session.flush()
