"""How well the first suggestions do, by what people confirm: for those who watch over the learning. Reads only."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, false, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from directory.db import db
from directory.errors import NotFound
from directory.models.learning import ConfirmedNeed, TrainedModel
from directory.models.taxonomy import Category
from directory.operations.confirmations import SAID_OTHERWISE
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of, start_of
from directory.rules.watching import Agreement, Watching, fallen
from search.matching.routing import Router

MONTHS = 12
PAGE = 20
_IN_FORCE = ConfirmedNeed.withdrawn_at.is_(None)
_SUGGESTED = ConfirmedNeed.suggested != ""
_AGREED = ConfirmedNeed.suggested == Category.code


@dataclass(frozen=True, slots=True)
class Month:
    """A month of all fields together; `otherwise` is how often somebody took a confirmed need back and said another."""

    first: date
    agreement: Agreement
    otherwise: int


@dataclass(frozen=True, slots=True)
class Trend:
    """`months` oldest first; `fields` gives each field's code its agreement month by month, as far as there is any."""

    months: list[Month]
    fields: Mapping[str, Mapping[date, Agreement]]


@dataclass(frozen=True, slots=True)
class Drift:
    """The last weeks beside the months before them, and whether the difference asks for a look."""

    recent: Agreement
    before: Agreement
    fallen: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The model that answers, none where there is none; how many needs came and went since it learned."""

    model: TrainedModel | None
    new: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A need of which people said another category than was suggested; `words` spoke for the suggestion."""

    need: ConfirmedNeed
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disagreements:
    """One page of them, newest first."""

    shown: list[Disagreement]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE)


class Source(NamedTuple):
    """Who confirmed needs, and how many are in force; `checked` is how many of them an operator answers for."""

    name: str
    needs: int
    checked: int
    agreement: Agreement


@dataclass(slots=True)
class _Tally:
    agreement: Agreement = field(default_factory=Agreement)
    otherwise: int = 0


def trend(*, by: Actor, now: datetime) -> Trend:
    """Of the needs in force that had a first suggestion, how many were confirmed as suggested; the last 12 months."""
    require(by, Permission.WATCH_LEARNING)
    firsts = _months(day_of(now))
    starts = [start_of(first) for first in firsts]
    # Which of the months, told by the database itself: it sends a row a month and field, not a row a need.
    place = case(
        *((ConfirmedNeed.confirmed_at < start, number) for number, start in enumerate(starts[1:])), else_=MONTHS - 1
    )
    parent = aliased(Category)
    rows = db.session.execute(
        select(parent.code, place.label("place"), *_agreement(), _count(ConfirmedNeed.reason == SAID_OTHERWISE))
        .join(ConfirmedNeed.category)
        .join(parent, Category.parent_id == parent.id)
        .where(_SUGGESTED, ConfirmedNeed.confirmed_at >= starts[0], ConfirmedNeed.confirmed_at <= now)
        .group_by(parent.code, "place")
    )
    months = [_Tally() for _ in firsts]
    fields: dict[str, dict[date, Agreement]] = defaultdict(dict)
    for code, number, agreed, of, otherwise in rows:
        months[number].agreement += Agreement(agreed, of)
        months[number].otherwise += otherwise
        if of:
            fields[code][firsts[number]] = Agreement(agreed, of)
    return Trend([Month(first, m.agreement, m.otherwise) for first, m in zip(firsts, months, strict=True)], fields)


def drift(rules: Watching, *, by: Actor, now: datetime) -> Drift:
    """Whether confirmations have fallen lately."""
    require(by, Permission.WATCH_LEARNING)
    lately = now - timedelta(days=rules.recent_days)
    long_ago = lately - timedelta(days=rules.before_days)
    recent, before = ConfirmedNeed.confirmed_at > lately, ConfirmedNeed.confirmed_at <= lately
    counts = db.session.execute(
        select(*_agreement(recent), *_agreement(before))
        .join(ConfirmedNeed.category)
        .where(_SUGGESTED, ConfirmedNeed.confirmed_at > long_ago, ConfirmedNeed.confirmed_at <= now)
    ).one()
    last, first = Agreement(*counts[:2]), Agreement(*counts[2:])
    return Drift(last, first, fallen(last, first, rules))


def standing(*, by: Actor) -> Standing:
    """The model in force, and how much has been said since that it does not know.

    When a need was confirmed does not tell: one imported today may be years old.
    """
    require(by, Permission.WATCH_LEARNING)
    model = db.session.scalar(select(TrainedModel).order_by(TrainedModel.id.desc()).limit(1))
    since = ConfirmedNeed.withdrawn_at > model.trained_at if model else false()
    needs, withdrawn = db.session.execute(select(_count(_IN_FORCE), _count(since)).select_from(ConfirmedNeed)).one()
    return Standing(model, needs + withdrawn - (model.needs if model else 0), withdrawn)


def disagreements(router: Router, *, page: int, by: Actor) -> Disagreements:
    """The needs in force that people gave another category than was suggested."""
    require(by, Permission.WATCH_LEARNING)
    differing = _IN_FORCE, _SUGGESTED, ~_AGREED
    total = db.session.scalar(select(func.count(ConfirmedNeed.id)).join(ConfirmedNeed.category).where(*differing))
    needs = db.session.scalars(
        select(ConfirmedNeed)
        .join(ConfirmedNeed.category)
        .where(*differing)
        .options(contains_eager(ConfirmedNeed.category))
        .order_by(ConfirmedNeed.confirmed_at.desc(), ConfirmedNeed.id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return Disagreements([_disagreement(need, router) for need in needs], total or 0, page)


def disagreement(confirmed_need_id: int, router: Router, *, by: Actor) -> Disagreement:
    """One confirmed need, with the words that speak for what was suggested."""
    require(by, Permission.WATCH_LEARNING)
    need = db.session.get(ConfirmedNeed, confirmed_need_id)
    if need is None:
        raise NotFound(f"no confirmed need {confirmed_need_id}")
    return _disagreement(need, router)


def sources(*, by: Actor) -> list[Source]:
    """Who confirmed the needs in force, those who confirmed most first."""
    require(by, Permission.WATCH_LEARNING)
    needs = func.count(ConfirmedNeed.id)
    rows = db.session.execute(
        select(ConfirmedNeed.source, needs, _count(ConfirmedNeed.checked.is_(True)), *_agreement())
        .join(ConfirmedNeed.category)
        .where(_IN_FORCE)
        .group_by(ConfirmedNeed.source)
        .order_by(needs.desc(), ConfirmedNeed.source)
    )
    return [Source(name, number, checked, Agreement(agreed, of)) for name, number, checked, agreed, of in rows]


def source(name: str, *, by: Actor) -> Source:
    found = next((each for each in sources(by=by) if each.name == name), None)
    if found is None:
        raise NotFound(f"no needs in force from {name[:40]!r}")
    return found


def latest_of(name: str, *, by: Actor, most: int = 5) -> list[ConfirmedNeed]:
    """What a source confirmed last, of that which is in force."""
    require(by, Permission.WATCH_LEARNING)
    query = select(ConfirmedNeed).where(ConfirmedNeed.source == name, _IN_FORCE)
    query = query.options(joinedload(ConfirmedNeed.category))
    return list(
        db.session.scalars(query.order_by(ConfirmedNeed.confirmed_at.desc(), ConfirmedNeed.id.desc()).limit(most))
    )


def _months(today: date) -> list[date]:
    """The first days of the last twelve months, this one included, oldest first."""
    number = today.year * 12 + today.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(number - MONTHS + 1, number + 1)]


def _agreement(*conditions: ColumnElement[bool]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The two counts of an Agreement over the needs in force that meet the conditions."""
    counted = and_(_IN_FORCE, _SUGGESTED, *conditions)
    return _count(and_(counted, _AGREED)), _count(counted)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _disagreement(need: ConfirmedNeed, router: Router) -> Disagreement:
    known = need.suggested in router.profiles
    return Disagreement(need, router.words_for([need.suggested], need.text)[need.suggested] if known else ())
