"""A neighbourhood writes a need as it would say it, asks the catalogue, and confirms what was understood."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from directory import audit
from directory.db import db
from directory.engine import Engine
from directory.errors import Invalid
from directory.models.match import MatchRun
from directory.models.need import Need
from directory.models.taxonomy import Category
from directory.operations import changes, confirmations, listeners, matches, need_runs, needs, offerings, sending
from directory.operations.details import FIELDS, Details, details_of, in_order, said_of
from directory.operations.matches import Draft
from directory.policy import Actor, Permission, require
from directory.rules.lifecycle import NotAllowed
from directory.rules.routes import Route
from directory.rules.work import NEEDS, NeedState
from search.query import Need as Asked
from search.text import mask_doors

# Whom a provider is of no use to: the need is handed to them, unless residents want somebody beside it.
ELSEWHERE = frozenset({Route.PROPERTY, Route.DEPARTMENT})
# What may still be otherwise once the need is out: the answer it works from stays the same.
AMENDABLE = ("place", "people", "urgency", "wanted_from", "wanted_until", "public")
AMENDED_IN = frozenset({NeedState.OPEN, NeedState.SHORTLISTED})
# Nothing is done for it any more, so the same can be asked anew, by whoever asked and by those who joined.
REPEATED_IN = frozenset({NeedState.COMPLETED, NeedState.CLOSED, NeedState.WITHDRAWN, NeedState.UNMET})


def seen(need: Need, names: tuple[str, ...] = FIELDS) -> str:
    """What a form filled from the need carries, so that no other change is written over unseen."""
    return changes.fingerprint(need, names)


def work_out(
    details: Details, *, category: str | None = None, by: Actor, now: datetime, engine: Engine
) -> tuple[Details, Draft]:
    """The details in order, and the answer to them: reads only, for before the transaction. Raises Wrong, Invalid."""
    require(by, Permission.WRITE_NEED)
    details = in_order(details, now=now)
    question = _asked(mask_doors(details.said), by.area, details.groups, details.budget_high)
    return details, matches.draft(question, by=by, now=now, engine=engine, category=category)


def post(details: Details, drafted: Draft, *, repeats: int | None = None, by: Actor, now: datetime) -> list[Need]:
    """Keep what `work_out` gave as a draft; of several problems said in one breath one each, which share the rest."""
    require(by, Permission.WRITE_NEED)
    return [_new(details, run, repeats, by=by, now=now) for run in _runs(drafted, by=by)]


def rewrite(need: Need, details: Details, drafted: Draft, *, seen: str, by: Actor, now: datetime) -> list[Need]:
    """Change a draft, which was asked anew; further problems become drafts of their own. Raises NotAllowed, Stale."""
    require(by, Permission.WRITE_NEED, need)
    if need.state is not NeedState.DRAFT:
        raise NotAllowed("rewrite", need.state, {NeedState.DRAFT})
    said = details.columns()
    changes.require_seen(need, said, seen)
    changed = [change.field for change in changes.differing(need, said)]
    first, *others = _runs(drafted, by=by)
    _write(need, details, first)
    need.category = need.route = None
    need.since = now
    audit.record("need:rewrite", by=by, thing=f"Need:{need.id}", now=now, reason=", ".join(changed))
    return [need, *(_new(details, run, None, by=by, now=now) for run in others)]


def settled(run: MatchRun) -> str:
    """The category an answer was given for, "" where it asks which one."""
    guesses = run.routing["categories"]
    return str(run.routing["chosen"] or (guesses[0]["code"] if run.routing["sure"] and guesses else ""))


def asked(need: Need) -> Asked:
    """What the catalogue is asked of a need."""
    return _asked(need.text, need.area_code, need.groups, need.budget_high)


def corrected(need: Need, category: str, *, by: Actor, now: datetime, engine: Engine) -> Draft | None:
    """The answer for another category than the need's answer is for, None where it is the same: for `confirm`."""
    require(by, Permission.WRITE_NEED, need)
    offerings.category(category)
    if need.run is not None and settled(need.run) == category:
        return None
    return matches.draft(asked(need), by=by, now=now, engine=engine, category=category)


def confirm(
    need: Need, *, category: str, route: str, drafted: Draft | None, shown: str, by: Actor, now: datetime
) -> None:
    """Say what is needed and who should solve it; kept as an example to learn from. Raises Invalid, Conflict.

    The need is open, unless it is for somebody else than providers and residents: see handing_off.py.
    """
    require(by, Permission.WRITE_NEED, need)
    NEEDS.after("confirm", need.state)
    sending.unmoved(need.since, shown)
    chosen = offerings.category(category)
    if drafted is not None:
        before, run = need.run, matches.freeze(drafted, by=by)
        need_runs.take(need, run)
        if before is not None:
            confirmations.carry(before, run, now=now)
    if need.run is None or settled(need.run) != category:
        raise sending.Overtaken
    confirmations.confirm(need.run, category=category, route=route, by=by, now=now)
    need.category, need.route, need.since = chosen, Route(route), now
    if need.route not in ELSEWHERE:
        publish(need, by=by, now=now)


def publish(need: Need, *, by: Actor, now: datetime) -> None:
    """Open a need whose category is confirmed, also one for somebody else, to work with the services around it."""
    require(by, Permission.WRITE_NEED, need)
    NEEDS.after("confirm", need.state)
    if need.category is None:
        raise Invalid("category", "", "unconfirmed", "confirm the category first")
    need.opened_at = now
    needs.advance(need, "confirm", by=by, now=now)
    listeners.tell_owner(need, "need_opened", but=by, now=now)


def amend(need: Need, said: Mapping[str, Any], *, seen: str, by: Actor, now: datetime) -> bool:
    """Change what may change while it is open, see AMENDABLE; False where nothing does. Raises NotAllowed, Stale."""
    require(by, Permission.WRITE_NEED, need)
    if need.state not in AMENDED_IN:
        raise NotAllowed("amend", need.state, AMENDED_IN)
    checked = in_order(replace(details_of(need), **{name: said[name] for name in AMENDABLE}), now=now, before=need)
    values = {name: getattr(checked, name) for name in AMENDABLE}
    differing = changes.differing(need, values)
    if not differing:
        return False
    changes.require_seen(need, values, seen)
    for name, value in values.items():
        setattr(need, name, value)
    audit.record("need:amend", by=by, thing=f"Need:{need.id}", now=now, reason=", ".join(c.field for c in differing))
    listeners.tell_joined(need, "need_amended", now=now)
    listeners.tell_asked(need, "need_amended", now=now)
    return True


def repeated(need: Need, *, by: Actor) -> tuple[Details, str | None]:
    """What a need says for another time, and its category: all of an own one, of another's what all may read.

    Raises Forbidden, NotAllowed.
    """
    if need.area_code == by.area:
        require(by, Permission.WRITE_NEED, need)
        details = replace(details_of(need), wanted_from=None, wanted_until=None)
    else:
        require(by, Permission.JOIN_NEED, need)
        details = Details(need.text, groups=tuple(need.groups), urgency=need.urgency)
    if need.state not in REPEATED_IN:
        raise NotAllowed("repeat", need.state, REPEATED_IN)
    standing = need.category is not None and need.category.retired_at is None
    return details, need.category.code if need.category is not None and standing else None


def _runs(drafted: Draft, *, by: Actor) -> list[MatchRun]:
    run = matches.freeze(drafted, by=by)
    return matches.siblings(run) or [run]


def _new(details: Details, run: MatchRun, repeats: int | None, *, by: Actor, now: datetime) -> Need:
    need = Need(area_code=by.area, account_id=by.id, since=now, created_at=now, repeats_id=repeats)
    _write(need, details, run)
    db.session.add(need)
    db.session.flush()
    audit.record("need:write", by=by, thing=f"Need:{need.id}", now=now)
    return need


def _write(need: Need, details: Details, run: MatchRun) -> None:
    for name, value in details.columns().items():
        setattr(need, name, value)
    need_runs.take(need, run)
    need.text = run.question.text
    need.said = said_of(need.text, details.said)


def _asked(text: str, area: str, groups: Iterable[str], budget: int | None) -> Asked:
    return Asked(text, area, frozenset(groups), None if budget is None else Decimal(budget))


def usual_route(run: MatchRun, category: Category) -> Route:
    """Who should solve it, where nobody says: as the answer has it, or for another category its first solver."""
    answered = settled(run) == category.code and run.routing["route"]
    return Route(answered or category.route[0])


def together(need: Need) -> list[Need]:
    """The drafts of all problems that were said in one breath with this one, itself among them; none if alone."""
    runs = [] if need.run is None else [run.id for run in matches.siblings(need.run)]
    query = select(Need).where(Need.run_id.in_(runs), Need.state == NeedState.DRAFT, Need.area_code == need.area_code)
    return list(db.session.scalars(query.order_by(Need.id))) if runs else []
