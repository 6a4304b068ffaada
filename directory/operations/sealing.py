"""Sealing an edition: what would be sealed, and the sealing itself, in one transaction or not at all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid
from directory.models.account import Account
from directory.models.edition import Edition, SealedEntry
from directory.models.service import Entry, EntryStep, Service
from directory.operations import asof, editions, notices, parameters
from directory.operations.drafting import BATCH, Draft, drafts
from directory.operations.editions import Differing, Rows
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.editions import BEGINNING, Difference, Header, canonical, difference, digest_of, edition_digest
from directory.rules.lifecycle import EDITIONS, EntryState
from directory.rules.roles import OF_AN_ORGANISATION, Role
from search.text import mask

LONGEST_TITLE = 60


class Unchanged(Conflict):
    """Nothing is listed otherwise than in the edition in force."""

    def __init__(self) -> None:
        super().__init__("nothing changed since the edition in force; say so if it is to be sealed all the same")


class Moved(Conflict):
    """What would be sealed is no longer what was looked at."""

    def __init__(self) -> None:
        super().__init__("what would be sealed is no longer what was looked at; look again")


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sealed now. `seen` stands for exactly this, and for what it would follow.

    `texts` are the rows that the edition in force does not have, or has otherwise.
    """

    number: str
    rows: int
    in_force: Edition | None
    difference: Difference
    seen: str
    texts: dict[int, str]

    @property
    def unchanged(self) -> bool:
        return not self.difference


@dataclass(frozen=True, slots=True)
class Standing:
    """What may be said without reading every entry. `moved` entries took a step since the edition in force."""

    number: str
    listed: int
    in_force: Edition | None
    moved: int


def standing(*, by: Actor, now: datetime) -> Standing:
    _may_look(by)
    current = editions.in_force()
    listed = select(func.count()).select_from(Entry).where(Entry.state == EntryState.LISTED)
    moved = select(func.count(EntryStep.entry_id.distinct()))
    if current is not None:
        moved = moved.where(EntryStep.at > current.sealed_at)
    return Standing(_number(current, now), db.session.scalar(listed) or 0, current, db.session.scalar(moved) or 0)


def preview(*, by: Actor, now: datetime) -> Preview:
    """Whoever may seal or read the audit may look."""
    _may_look(by)
    current = editions.in_force()
    earlier = editions.digests(current) if current else {}
    digests, texts = {}, {}
    for draft in drafts(on=day_of(now)):
        digests[draft.entry_id] = draft.digest
        if earlier.get(draft.entry_id) != draft.digest:
            texts[draft.entry_id] = draft.text
    suspended = db.session.scalars(select(Entry.id).where(Entry.state == EntryState.SUSPENDED))
    found = difference(
        earlier,
        digests,
        suspended_before=asof.ids_at(current.sealed_at, EntryState.SUSPENDED) if current else frozenset(),
        suspended_after=set(suspended),
    )
    seen = _seen(current, list(digests.values()))
    return Preview(_number(current, now), len(digests), current, found, seen, texts)


def _may_look(by: Actor) -> None:
    require(by, Permission.READ_AUDIT if by.role is Role.AUDITOR else Permission.SEAL)


def told(found: Preview, *, page: int) -> list[Differing]:
    """One page of what a preview found to differ."""
    current = found.in_force

    def before(entry_ids: list[int]) -> Rows:
        return editions.rows_of(current, entry_ids) if current else {}

    def after(entry_ids: list[int]) -> Rows:
        return {entry_id: json.loads(found.texts[entry_id]) for entry_id in entry_ids if entry_id in found.texts}

    return editions.told(found.difference, before, after, page=page)


def seal(title: str, *, seen: str | None = None, unchanged: bool = False, by: Actor, now: datetime) -> Edition:
    """Copy every listed entry into a new edition, which supersedes the one in force.

    With `seen`, only what that preview showed is sealed; `unchanged` seals even what differs in nothing.
    Raises Invalid for a title, Moved, Unchanged, and Conflict where another edition is being sealed.
    """
    require(by, Permission.SEAL)
    title = checked(title)
    current = db.session.scalar(editions.IN_FORCE.with_for_update().execution_options(populate_existing=True))
    if current is not None and now < current.sealed_at:
        raise Conflict(f"the clock says {now}, but {current.number} was sealed at {current.sealed_at}")
    year, ordinal = _next(current, now)
    edition = Edition(
        year=year,
        ordinal=ordinal,
        title=title,
        sealed_at=now,
        sealed_by_id=by.id,
        parameters_version=parameters.in_force().version,
        rows=0,
        previous=current.digest if current else BEGINNING,
        digest=BEGINNING,
    )
    try:
        if current is not None:
            current.state = EDITIONS.after("supersede", current.state)
            db.session.flush()
        db.session.add(edition)
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("another edition was sealed at this moment") from error
    digests = _copy(edition, day_of(now))
    if seen is not None and seen != _seen(current, digests):
        raise Moved
    if not unchanged and digests == (list(editions.digests(current).values()) if current else []):
        raise Unchanged
    edition.rows, edition.digest = len(digests), edition_digest(header(edition), digests)
    db.session.flush()
    said = said_of(edition) + edition.digest
    audit.record("edition:seal", by=by, thing=f"Edition:{edition.id}", now=now, reason=said)
    notices.tell(
        {*notices.with_role(Role.DISTRICT), *_keepers_within()},
        "edition_sealed",
        link=f"/editions/{edition.number}",
        now=now,
        number=edition.number,
        title=edition.title,
    )
    return edition


def header(edition: Edition) -> Header:
    return Header(edition.number, edition.sealed_at, edition.title, edition.parameters_version, edition.previous)


def said_of(edition: Edition) -> str:
    """How the record of deeds tells of a sealing; the digest follows."""
    return f"{edition.number} {edition.title}: {edition.rows} entries, "


def checked(title: str) -> str:
    """As it will stand for good: on one line, nobody's telephone in it."""
    said = " ".join(mask(title).split())
    if not said:
        raise Invalid("title", title, "empty", "an edition has a title")
    if len(said) > LONGEST_TITLE:
        raise Invalid("title", len(said), "too_long", f"at most {LONGEST_TITLE} characters")
    return said


def _number(current: Edition | None, now: datetime) -> str:
    year, ordinal = _next(current, now)
    return f"{year}-{ordinal}"


def _next(current: Edition | None, now: datetime) -> tuple[int, int]:
    """Year and place in it; the edition in force is always the last one."""
    year = day_of(now).year
    return year, current.ordinal + 1 if current and current.year == year else 1


def _seen(current: Edition | None, digests: Sequence[str]) -> str:
    return digest_of(canonical([current.digest if current else BEGINNING, *digests]))


def _copy(edition: Edition, on: date) -> list[str]:
    """Write the rows, a few thousand at a time; their digests in order."""
    digests: list[str] = []
    waiting: list[dict[str, object]] = []
    for draft in drafts(on=on):
        digests.append(draft.digest)
        waiting.append(_row(edition, len(digests), draft))
        if len(waiting) == BATCH:
            db.session.execute(insert(SealedEntry), waiting)
            waiting = []
    if waiting:
        db.session.execute(insert(SealedEntry), waiting)
    return digests


def _row(edition: Edition, position: int, draft: Draft) -> dict[str, object]:
    return {
        "edition_id": edition.id,
        "position": position,
        "entry_id": draft.entry_id,
        "content": draft.text,
        "digest": draft.digest,
        **editions.found_by(draft.content),
    }


def _keepers_within() -> Sequence[int]:
    """The accounts of the organisations whose services are listed."""
    within = select(Service.organisation_id).join(Entry, Entry.service_id == Service.id)
    query = select(Account.id).where(
        Account.active,
        Account.role.in_(OF_AN_ORGANISATION),
        Account.organisation_id.in_(within.where(Entry.state == EntryState.LISTED)),
    )
    return db.session.scalars(query).all()
