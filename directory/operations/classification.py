"""Keeping the classification: a category is added, changed, moved, merged or retired, with reason and effect."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import joinedload

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.application import Application
from directory.models.engagement import Engagement
from directory.models.learning import ConfirmedNeed
from directory.models.need import Need
from directory.models.outbox import Outbox, Subject
from directory.models.review import Review
from directory.models.rubric import Rubric
from directory.models.service import Entry, Service
from directory.models.taxonomy import Category, LexiconWord, Saying
from directory.operations import recounting
from directory.operations.category_accounts import NAMES, CategoryAccount, account, check, stamp, write
from directory.operations.engagements import UNFINISHED
from directory.operations.supply import LOOKING
from directory.policy import Actor, Permission, require
from directory.rules import reasons
from directory.rules.lifecycle import ENDED, EntryState
from directory.rules.work import NeedState
from search.text import mask


@dataclass(frozen=True, slots=True)
class Effect:
    """What hangs on a category: services by how they stand, applications under way, and what it learned from.

    `looking` are needs that look for a provider, `unmet` those that found none, `working` is work agreed and not over.
    """

    listed: int
    suspended: int
    exited: int
    unlisted: int
    applying: int
    words: int
    sayings: int
    needs: int
    looking: int
    unmet: int
    working: int

    @property
    def bars(self) -> bool:
        """Whether something stands or is under way, so that the category cannot be closed."""
        return any((self.listed, self.suspended, self.applying, self.looking, self.working))

    @property
    def services(self) -> int:
        return self.listed + self.suspended + self.exited + self.unlisted


def get(code: str, *, by: Actor, locked: bool = False) -> Category:
    """The category by its code, locked for a change where asked. Raises NotFound."""
    require(by, Permission.EDIT_CATEGORY)
    query = select(Category).where(Category.code == code).options(joinedload(Category.parent))
    if locked:
        query = query.with_for_update(of=Category).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(f"no category {code!r}")
    return found


def everything(*, by: Actor) -> list[Category]:
    """Fields and categories, the retired among them, in their order."""
    require(by, Permission.EDIT_CATEGORY)
    order = Category.level, Category.position, Category.code
    return list(db.session.scalars(select(Category).options(joinedload(Category.parent)).order_by(*order)))


def effect(category: Category, *, by: Actor) -> Effect:
    require(by, Permission.EDIT_CATEGORY)
    states = dict(
        db.session.execute(
            select(Entry.state, func.count(Service.id))
            .select_from(Service)
            .outerjoin(Entry, Entry.service_id == Service.id)
            .where(Service.category_id == category.id)
            .group_by(Entry.state)
        ).all()
    )
    applying = (
        select(func.count(Application.id))
        .join(Service, Application.service_id == Service.id)
        .where(Service.category_id == category.id, Application.state.not_in(ENDED))
    )
    return Effect(
        listed=states.get(EntryState.LISTED, 0),
        suspended=states.get(EntryState.SUSPENDED, 0),
        exited=states.get(EntryState.EXITED, 0),
        unlisted=states.get(None, 0),  # type: ignore[call-overload]  # a service without entry
        applying=db.session.scalar(applying) or 0,
        words=_count(LexiconWord.category_id == category.id),
        sayings=_count(Saying.category_id == category.id),
        needs=_count(ConfirmedNeed.category_id == category.id),
        looking=_count(Need.category_id == category.id, Need.state.in_(LOOKING)),
        unmet=_count(Need.category_id == category.id, Need.state == NeedState.UNMET),
        working=_count(Engagement.category_id == category.id, Engagement.state.in_(UNFINISHED)),
    )


def add(field: str, said: CategoryAccount, *, reason: str, by: Actor, now: datetime) -> Category:
    """A new purchasable service at the end of a field; its code is the next free one."""
    parent = _field(get(field, by=by))
    check(said, parent=parent, but=None)
    reason = reasons.brief(mask(reason))
    numbers = [int(code[2:]) for code in db.session.scalars(select(Category.code)) if _numbered(code)]
    category = Category(
        code=f"P-{max(numbers, default=0) + 1:03d}", level=2, parent_id=parent.id, position=_end(), edited=True
    )
    write(category, said)
    db.session.add(category)
    db.session.flush()
    audit.record("category:add", by=by, thing=f"Category:{category.code}", now=now, reason=f"{reason} ({said.name})")
    return category


def edit(category: Category, said: CategoryAccount, *, seen: str, reason: str, by: Actor, now: datetime) -> list[str]:
    """Bring a category to what is said; gives the names of what changed. `seen` is its stamp when it was shown."""
    require(by, Permission.EDIT_CATEGORY)
    _untouched(category, seen)
    check(said, parent=category.parent, but=category)
    before = account(category)
    changed = [name for name in NAMES if getattr(before, name) != getattr(said, name)]
    if not changed:
        return []
    reason = reasons.brief(mask(reason))
    write(category, said)
    category.edited = True
    told = "; ".join(f"{name}: {getattr(before, name)!s} → {getattr(said, name)!s}"[:300] for name in changed)
    _record(category, "edit", f"{reason} ({told})", by=by, now=now)
    return changed


def move(category: Category, field: str, *, seen: str, reason: str, by: Actor, now: datetime) -> None:
    """Put a category at the end of another field."""
    target = _field(get(field, by=by))
    _untouched(category, seen)
    _service(category)
    if target.id == category.parent_id:
        raise Invalid("field", field, "same", "it stands there already")
    check(account(category), parent=target, but=category)
    before = category.parent.code if category.parent else ""
    category.parent_id, category.position, category.edited = target.id, _end(), True
    _record(category, "move", f"{reasons.brief(mask(reason))} ({before} → {target.code})", by=by, now=now)


def merge(category: Category, into: str, *, seen: str, reason: str, by: Actor, now: datetime) -> Effect:
    """Have another category take over all that hangs on this one, which is retired and says where it went.

    Needs, work and what was said of it go along: who earned a rating in a category keeps it in its successor.
    Editions and answers given before keep what they said.
    """
    target = _service(get(into, by=by, locked=True))
    _untouched(category, seen)
    _service(category)
    if target.id == category.id:
        raise Invalid("into", into, "same", "a category cannot be merged into itself")
    reason, moved = reasons.brief(mask(reason)), effect(category, by=by)
    for kind in (Service, ConfirmedNeed, Need, Engagement, Review):
        db.session.execute(update(kind).where(kind.category_id == category.id).values(category_id=target.id))
    recounting.write()
    _hand_over(category, target)
    db.session.execute(update(Category).where(Category.merged_into_id == category.id).values(merged_into_id=target.id))
    _forget_around(category.code, target)
    category.retired_at, category.merged_into_id, category.edited = now, target.id, True
    # The services were moved past the session's eyes: name what is to be indexed anew.
    db.session.execute(insert(Outbox).values(subject=Subject.CATEGORY, subject_id=target.id))
    told = f"services {moved.services}, words {moved.words}, sayings {moved.sayings}, needs {moved.needs}"
    _record(category, "merge", f"{reason} (into {target.code}: {told})", by=by, now=now)
    return moved


def retire(category: Category, *, seen: str, reason: str, by: Actor, now: datetime) -> None:
    """Close a category in which nothing stands or is under way; what nobody met in it stays on the supply map.

    Raises Conflict.
    """
    require(by, Permission.EDIT_CATEGORY)
    _untouched(category, seen)
    _service(category)
    if effect(category, by=by).bars:
        raise Conflict("services stand in it or apply, or needs and work are under way: merge it into another")
    reason = reasons.brief(mask(reason))
    _forget_around(category.code, None)
    category.retired_at, category.edited = now, True
    _record(category, "retire", reason, by=by, now=now)


def current() -> dict[str, int]:
    """Code → id of the purchasable service that stands for it now; a merged one's successor, a closed one's none."""
    rows = db.session.execute(
        select(Category.code, Category.id, Category.merged_into_id, Category.retired_at).where(Category.level == 2)
    )
    return {code: into or own for code, own, into, retired in rows if retired is None or into is not None}


def _hand_over(category: Category, target: Category) -> None:
    """Words, sentences and the rubric go along; what the target says itself stays as it says it."""
    words = set(db.session.scalars(select(LexiconWord.word).where(LexiconWord.category_id == target.id)))
    for word in db.session.scalars(select(LexiconWord).where(LexiconWord.category_id == category.id)).all():
        if word.word in words:
            db.session.delete(word)
        else:
            word.category_id, word.edited = target.id, True
    texts = set(db.session.scalars(select(Saying.text).where(Saying.category_id == target.id)))
    for saying in db.session.scalars(select(Saying).where(Saying.category_id == category.id)).all():
        if saying.text in texts:
            db.session.delete(saying)
        else:
            saying.category_id = target.id
    if db.session.scalar(select(Rubric.id).where(Rubric.category_id == target.id).limit(1)) is None:
        db.session.execute(update(Rubric).where(Rubric.category_id == category.id).values(category_id=target.id))


def _forget_around(code: str, target: Category | None) -> None:
    """Where others say this one helps around them, its successor does."""
    for other in db.session.scalars(select(Category).where(Category.level == 2)):
        if code in other.around:
            named = [target.code if target and each == code else each for each in other.around]
            kept = [each for each in dict.fromkeys(named) if each not in {code, other.code}]
            other.around, other.edited = kept, True


def _untouched(category: Category, seen: str) -> None:
    if stamp(category) != seen:
        raise Conflict("somebody changed this category meanwhile")


def _service(category: Category) -> Category:
    if category.level != 2:
        raise Invalid("category", category.code, "level", "a field cannot be merged, moved or retired")
    if category.retired_at is not None:
        raise Conflict("the category is retired")
    return category


def _field(category: Category) -> Category:
    if category.level != 1:
        raise Invalid("field", category.code, "level", "not a service field")
    return category


def _numbered(code: str) -> bool:
    return code.startswith("P-") and code[2:].isdecimal()


def _end() -> int:
    return (db.session.scalar(select(func.max(Category.position)).where(Category.position < 1000)) or 0) + 1


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).where(*conditions)) or 0


def _record(category: Category, step: str, reason: str, *, by: Actor, now: datetime) -> None:
    audit.record(f"category:{step}", by=by, thing=f"Category:{category.code}", now=now, reason=reason)
