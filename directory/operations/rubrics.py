"""Rubrics and their versions: a draft can be edited, one in use cannot; a change to it is the next version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.application import Application
from directory.models.organisation import OrganisationKind
from directory.models.rubric import Criterion, Rubric
from directory.models.service import Service
from directory.models.taxonomy import Category
from directory.policy import Actor, Permission, require
from directory.rules import scoring
from directory.rules.lifecycle import RUBRICS, NotAllowed, RubricState
from directory.rules.outlines import Node, Placed, leaf_sum, outline
from search.text import mask

LONGEST_NAME = 60
LONGEST_SOURCE = 600
SCALES = (100, 1000)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a rubric says besides its criteria; `kind` and `category` (a code) say what it is for, "" for all."""

    name: str
    kind: str
    category: str
    scale: int
    gap: Decimal
    thresholds: Sequence[tuple[str, Decimal]]
    source: str = ""


def get(rubric_id: int, *, by: Actor) -> Rubric:
    require(by, Permission.READ_RUBRIC)
    wanted = select(Rubric).where(Rubric.id == rubric_id)
    found = db.session.scalar(wanted.options(joinedload(Rubric.category), selectinload(Rubric.criteria)))
    if found is None:
        raise NotFound(f"no rubric {rubric_id}")
    return found


def published(*, by: Actor) -> list[Rubric]:
    """Those in force: for a service category first, then for a kind of organisation, then for all."""
    require(by, Permission.READ_RUBRIC)
    frozen = select(Rubric).where(Rubric.state == RubricState.FROZEN).options(joinedload(Rubric.category))
    return list(db.session.scalars(frozen.order_by(Rubric.category_id.is_(None), Rubric.kind.is_(None), Rubric.name)))


def standard(rubric_id: int, *, by: Actor) -> Rubric:
    """One that scores, or scored. Raises NotFound, for a draft too: nothing was measured by it."""
    found = get(rubric_id, by=by)
    if found.state is RubricState.DRAFT:
        raise NotFound(f"rubric {rubric_id} is a draft")
    return found


def to_edit(rubric_id: int, *, by: Actor) -> Rubric:
    """The rubric, locked for a change of its draft. Raises NotFound, Forbidden, NotAllowed."""
    require(by, Permission.EDIT_RUBRIC)
    found = db.session.get(Rubric, rubric_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"no rubric {rubric_id}")
    if found.state is not RubricState.DRAFT:
        raise NotAllowed("edit", found.state, [RubricState.DRAFT])
    return found


def listed(*, by: Actor) -> list[Rubric]:
    """All rubrics, newest version first within each code."""
    require(by, Permission.READ_RUBRIC)
    every = select(Rubric).options(joinedload(Rubric.category), selectinload(Rubric.criteria))
    return list(db.session.scalars(every.order_by(Rubric.code, Rubric.version.desc())))


def nodes(rubric: Rubric) -> list[Node]:
    return [Node(c.id, c.parent_id, c.position, c.points) for c in rubric.criteria]


def placed(rubric: Rubric) -> list[tuple[Placed, Criterion]]:
    """The criteria in the order they are read, each with where it stands."""
    known = {criterion.id: criterion for criterion in rubric.criteria}
    return [(place, known[place.id]) for place in outline(nodes(rubric))]


def thresholds(rubric: Rubric) -> list[tuple[str, Decimal]]:
    return [(str(grade), Decimal(str(least))) for grade, least in rubric.thresholds]


def complete(rubric: Rubric) -> bool:
    """Whether what is marked adds up to the scale."""
    return leaf_sum(nodes(rubric)) == rubric.scale


def create(terms: Terms, *, by: Actor, now: datetime) -> Rubric:
    """A new rubric with no criteria yet."""
    require(by, Permission.EDIT_RUBRIC)
    number = (db.session.scalar(select(func.max(Rubric.id))) or 0) + 1
    rubric = Rubric(code=f"R-{number}", version=1, created_at=now, **_checked(terms))
    db.session.add(rubric)
    db.session.flush()
    _record(rubric, "create", by=by, now=now)
    return rubric


def describe(rubric: Rubric, terms: Terms, *, by: Actor, now: datetime) -> None:
    require(by, Permission.EDIT_RUBRIC, rubric)
    for name, value in _checked(terms).items():
        setattr(rubric, name, value)
    _record(rubric, "describe", by=by, now=now)


def freeze(rubric: Rubric, *, by: Actor, now: datetime) -> None:
    """Put a draft in use: it never changes again, and the version in use before it takes no new applications."""
    require(by, Permission.EDIT_RUBRIC, rubric)
    state = RUBRICS.after("freeze", rubric.state)
    has = leaf_sum(nodes(rubric))
    if has != rubric.scale:
        raise Invalid("criteria", has, "sum", f"the criteria add up to {has}, the scale is {rubric.scale}")
    scoring.check_thresholds(thresholds(rubric), Decimal(rubric.scale))
    before = select(Rubric).where(Rubric.code == rubric.code, Rubric.state == RubricState.FROZEN)
    for old in db.session.scalars(before.with_for_update()):
        retire(old, by=by, now=now)
    rubric.state = state
    _record(rubric, "freeze", by=by, now=now)


def retire(rubric: Rubric, *, by: Actor, now: datetime) -> None:
    """It scores nothing new; what it scored, and is scoring, stands."""
    require(by, Permission.EDIT_RUBRIC, rubric)
    rubric.state = RUBRICS.after("retire", rubric.state)
    _record(rubric, "retire", by=by, now=now)


def next_version(rubric: Rubric, *, by: Actor, now: datetime) -> Rubric:
    """A draft copy to change. Raises Conflict where there is one already."""
    require(by, Permission.EDIT_RUBRIC, rubric)
    same = select(Rubric).where(Rubric.code == rubric.code).with_for_update()
    versions = list(db.session.scalars(same))
    if any(version.state is RubricState.DRAFT for version in versions):
        raise Conflict(f"there is a draft of {rubric.code} already")
    kept = ("code", "name", "kind", "category_id", "scale", "gap", "thresholds", "source")
    values = {name: getattr(rubric, name) for name in kept}
    copy = Rubric(version=max(v.version for v in versions) + 1, created_at=now, **values)
    db.session.add(copy)
    new: dict[int, Criterion] = {}
    for place, old in placed(rubric):
        same_said = {name: getattr(old, name) for name in ("position", "code", "name", "points", "anchors")}
        parent = new[place.parent] if place.parent is not None else None
        new[old.id] = Criterion(parent=parent, **same_said)
        copy.criteria.append(new[old.id])
    db.session.flush()
    _record(copy, "copy", by=by, now=now)
    return copy


def offered(application: Application, *, by: Actor) -> tuple[list[Rubric], Rubric | None]:
    """The rubrics a lead may choose from, those meant for it first; and the one proposed, None: the lead must choose.

    Of each code the version in use, else a complete draft: being used is what freezes it. Meant for it is that of its
    category, else of its field, else of its organisation's kind, else one for all.
    """
    require(by, Permission.ASSIGN, application)
    category = db.session.get_one(Category, db.session.get_one(Service, application.service_id).category_id)
    ranks: Mapping[int | None, int] = {category.parent_id: 1, category.id: 0}

    def rank(rubric: Rubric) -> int:
        if rubric.category_id is not None:
            return ranks.get(rubric.category_id, 9)
        if rubric.kind is not None:
            return 2 if rubric.kind is application.organisation.kind else 9
        return 3

    ready: dict[str, Rubric] = {}
    for rubric in listed(by=by):
        if rubric.state is RubricState.FROZEN or (rubric.state is RubricState.DRAFT and complete(rubric)):
            known = ready.get(rubric.code)
            if known is None or known.state is RubricState.DRAFT:
                ready[rubric.code] = rubric
    choice = sorted(ready.values(), key=lambda rubric: (rank(rubric), rubric.code))
    return choice, choice[0] if choice and rank(choice[0]) < 9 else None


def _checked(terms: Terms) -> dict[str, Any]:
    """As columns. Raises Invalid."""
    name, source = mask(terms.name).strip(), mask(terms.source).strip()
    if not name:
        raise Invalid("name", "", "empty", "a rubric has a name")
    for field, text, most in (("name", name, LONGEST_NAME), ("source", source, LONGEST_SOURCE)):
        if len(text) > most:
            raise Invalid(field, len(text), "too_long", f"at most {most} characters")
    if terms.scale not in SCALES:
        raise Invalid("scale", terms.scale, "unknown", f"one of {SCALES}")
    if not terms.gap.is_finite() or not 0 < terms.gap <= terms.scale or terms.gap != round(terms.gap, 2):
        raise Invalid("gap", terms.gap, "range", f"{terms.gap} is not within 0 to {terms.scale}")
    scoring.check_thresholds(terms.thresholds, Decimal(terms.scale))
    category = None
    if terms.category:
        category = db.session.scalar(select(Category.id).where(Category.code == terms.category))
        if category is None:
            raise Invalid("category", terms.category, "unknown", f"no category {terms.category}")
    if terms.kind and terms.kind not in set(OrganisationKind):
        raise Invalid("kind", terms.kind, "unknown", f"no kind {terms.kind}")
    return {
        "name": name,
        "kind": OrganisationKind(terms.kind) if terms.kind and category is None else None,
        "category_id": category,
        "scale": terms.scale,
        "gap": terms.gap,
        "thresholds": [[grade, float(least)] for grade, least in terms.thresholds],
        "source": source,
    }


def _record(rubric: Rubric, deed: str, *, by: Actor, now: datetime) -> None:
    audit.record(f"rubric:{deed}", by=by, thing=f"Rubric:{rubric.id}", now=now)
