"""The tree of a rubric's draft: add, change, move, remove. A group's points are always its children's sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from directory import audit
from directory.db import db
from directory.errors import Invalid, NotFound
from directory.models.rubric import Criterion, Rubric
from directory.operations import rubrics
from directory.policy import Actor, Permission, require
from directory.rules import outlines
from directory.rules.outlines import DEEPEST
from directory.rules.scoring import HUNDREDTH
from search.text import mask

MOST_CRITERIA = 400
MOST_LEVELS = 8
LONGEST_LEVEL = 200


@dataclass(frozen=True, slots=True)
class Wording:
    """What a criterion is: `points` at most, and `levels`, best first, each (share of the points, what it takes)."""

    name: str
    points: Decimal
    levels: Sequence[tuple[Decimal, str]] = ()


def of(rubric: Rubric, criterion_id: int) -> Criterion:
    found = next((criterion for criterion in rubric.criteria if criterion.id == criterion_id), None)
    if found is None:
        raise NotFound(f"no criterion {criterion_id} in rubric {rubric.id}")
    return found


def add(rubric: Rubric, parent_id: int | None, wording: Wording, *, by: Actor, now: datetime) -> Criterion:
    """A criterion at the end of a group, None: of the whole. What it is put under becomes a group."""
    require(by, Permission.EDIT_RUBRIC, rubric)
    if len(rubric.criteria) >= MOST_CRITERIA:
        raise Invalid("criteria", len(rubric.criteria), "too_many", f"at most {MOST_CRITERIA} criteria")
    parent = None if parent_id is None else of(rubric, parent_id)
    siblings = _children(rubric, parent_id)
    criterion = Criterion(parent=parent, position=_after(siblings), code=_free_code(rubric, parent, siblings))
    _say(criterion, wording)
    rubric.criteria.append(criterion)
    db.session.flush()
    _check_depth(rubric)
    if parent is not None:
        parent.anchors = []
    _settle(rubric, "add", by=by, now=now)
    return criterion


def change(criterion: Criterion, parent_id: int | None, wording: Wording, *, by: Actor, now: datetime) -> None:
    """Reword it, or put it (with what is under it) at the end of another group."""
    rubric = criterion.rubric
    require(by, Permission.EDIT_RUBRIC, rubric)
    _say(criterion, wording)
    if parent_id != criterion.parent_id:
        if parent_id in {criterion.id, *_below(rubric, criterion)}:
            raise Invalid("parent", parent_id, "inside", "a criterion cannot stand under itself")
        parent = None if parent_id is None else of(rubric, parent_id)
        criterion.position = _after(_children(rubric, parent_id))
        criterion.parent = parent
        db.session.flush()
        _check_depth(rubric)
        if parent is not None:
            parent.anchors = []
    _settle(rubric, "change", by=by, now=now)


def move(criterion: Criterion, *, up: bool, by: Actor, now: datetime) -> None:
    """One place up or down among its siblings; at the end it stays."""
    rubric = criterion.rubric
    require(by, Permission.EDIT_RUBRIC, rubric)
    siblings = _children(rubric, criterion.parent_id)
    here = siblings.index(criterion)
    there = min(max(here + (-1 if up else 1), 0), len(siblings) - 1)
    siblings.insert(there, siblings.pop(here))
    for position, sibling in enumerate(siblings):
        sibling.position = position
    _settle(rubric, "move", by=by, now=now)


def remove(criterion: Criterion, *, by: Actor, now: datetime) -> None:
    """It goes with all that is under it. A group that loses its last criterion is marked itself, with what it had."""
    rubric = criterion.rubric
    require(by, Permission.EDIT_RUBRIC, rubric)
    gone = {criterion.id, *_below(rubric, criterion)}
    for each in reversed(outlines.outline(rubrics.nodes(rubric))):
        if each.id in gone:
            rubric.criteria.remove(of(rubric, each.id))
            db.session.flush()
    _settle(rubric, "remove", by=by, now=now)


def _say(criterion: Criterion, wording: Wording) -> None:
    name = mask(wording.name).strip()
    if not name:
        raise Invalid("name", "", "empty", "a criterion has a name")
    if len(name) > rubrics.LONGEST_NAME:
        raise Invalid("name", len(name), "too_long", f"at most {rubrics.LONGEST_NAME} characters")
    points = wording.points
    if not points.is_finite() or not 0 < points <= 1000 or points != points.quantize(HUNDREDTH):
        raise Invalid("points", points, "range", f"{points} is not within 0.01 to 1000")
    _check_levels(wording.levels)
    criterion.name, criterion.points = name, points
    criterion.anchors = [[float(share), mask(text).strip()] for share, text in wording.levels]


def _check_levels(levels: Sequence[tuple[Decimal, str]]) -> None:
    if len(levels) > MOST_LEVELS:
        raise Invalid("levels", len(levels), "too_many", f"at most {MOST_LEVELS} levels")
    for share, text in levels:
        if not share.is_finite() or not 0 <= share <= 1:
            raise Invalid("levels", share * 100, "range", f"{share} is not within 0 to 1")
        if not text.strip() or len(text) > LONGEST_LEVEL:
            raise Invalid("levels", text, "length", f"a level is described in at most {LONGEST_LEVEL} characters")
    for (better, _), (worse, _) in pairwise(levels):
        if worse >= better:
            raise Invalid("levels", worse * 100, "order", "levels come best first, each share once")


def _children(rubric: Rubric, parent_id: int | None) -> list[Criterion]:
    return sorted((c for c in rubric.criteria if c.parent_id == parent_id), key=lambda c: (c.position, c.id))


def _after(siblings: Sequence[Criterion]) -> int:
    return siblings[-1].position + 1 if siblings else 0


def _below(rubric: Rubric, criterion: Criterion) -> set[int]:
    """The ids of all under it."""
    below: set[int] = set()
    for place in outlines.outline(rubrics.nodes(rubric)):
        if place.parent == criterion.id or place.parent in below:
            below.add(place.id)
    return below


def _free_code(rubric: Rubric, parent: Criterion | None, siblings: Sequence[Criterion]) -> str:
    """A code names a criterion through all versions; where it stands is its number, not its code."""
    taken = {criterion.code for criterion in rubric.criteria}
    before = f"{parent.code}." if parent else ""
    return next(code for n in range(len(siblings) + 1, 2 * MOST_CRITERIA) if (code := f"{before}{n}") not in taken)


def _check_depth(rubric: Rubric) -> None:
    deepest = max(place.depth for place in outlines.outline(rubrics.nodes(rubric)))
    if deepest > DEEPEST:
        raise Invalid("parent", deepest, "too_deep", f"at most {DEEPEST} levels of criteria")


def _settle(rubric: Rubric, deed: str, *, by: Actor, now: datetime) -> None:
    db.session.flush()
    points = outlines.sums(rubrics.nodes(rubric))
    for criterion in rubric.criteria:
        if criterion.points != points[criterion.id]:
            criterion.points = points[criterion.id]
    audit.record(f"criterion:{deed}", by=by, thing=f"Rubric:{rubric.id}", now=now)
