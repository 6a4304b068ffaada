"""Rows of needs, their answers and who was asked for them, as many as are wanted, past the operations.

Same sizes, same rows: nothing is random. One area and one organisation have a share of all that is a hundred times
that of the others, for the pages of the busiest are the slowest.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Table, func, insert, select

from benchmarks.instance import NOW
from directory.db import Base, db
from directory.models.account import Account
from directory.models.invitation import Invitation, Proposal
from directory.models.match import MatchLine, MatchRun
from directory.models.need import Inquiry, Joining, Need
from directory.models.question import Question
from directory.models.service import Entry, Service
from directory.models.taxonomy import Area, Category
from directory.rules.calendar import day_of
from directory.rules.roles import Role
from directory.rules.work import (
    EngagementState,
    InvitationState,
    NeedState,
)

BATCH, DAYS, BUSY = 5_000, 720, 20
_N, _E = NeedState, EngagementState
# How often needs stand where, of 25.
NEEDS = (
    *((_N.OPEN,) * 5 + (_N.SHORTLISTED,) * 3 + (_N.UNMET,) * 3 + (_N.AWARDED, _N.IN_SERVICE, _N.COMPLETED)),
    *((_N.CLOSED,) * 9 + (_N.WITHDRAWN,) * 2),
)
WORKED = frozenset({_N.AWARDED, _N.IN_SERVICE, _N.COMPLETED, _N.CLOSED})
TODAY = day_of(NOW)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many of each; an answer has so many `lines`. Two reviews go with each piece of work that is signed off."""

    needs: int = 50_000
    reviews: int = 200_000
    engagements: int = 60_000
    lines: int = 20


@dataclass(frozen=True, slots=True)
class World:
    """What the rows point at: areas, their accounts, (entry, version, service, organisation, category, its code)."""

    areas: list[str]
    people: dict[str, int]
    owner: int
    offers: list[tuple[int, int, int, int, int, str]]
    categories: list[int]

    def area(self, number: int) -> str:
        return self.areas[0] if number % BUSY == 0 else self.areas[number % len(self.areas)]

    def offer(self, number: int) -> tuple[int, int, int, int, int, str]:
        return self.offers[0] if number % BUSY == 1 else self.offers[number * 7 % len(self.offers)]


def world_of() -> World:
    areas = list(db.session.scalars(select(Area.code).where(Area.level == 2).order_by(Area.code)))
    query = select(Entry.id, Entry.version_id, Service.id, Service.organisation_id, Category.id, Category.code)
    offers = query.join(Service, Entry.service_id == Service.id).join(Category, Service.category_id == Category.id)
    found: list[Any] = [
        tuple(row) for row in db.session.execute(offers.where(Entry.state == "listed").order_by(Entry.id))
    ]
    people = [_account(Role.NEIGHBOURHOOD, f"n{place}", area_code=area) for place, area in enumerate(areas)]
    owner = _account(Role.OWNER, "owner", organisation_id=found[0][3])
    others = [
        _account(role, role, area_code="310105-05" if role is Role.STREET else "")
        for role in (Role.DISTRICT, Role.STREET, Role.LEAD, Role.AUDITOR)
    ]
    db.session.add_all([*people, owner, *others])
    db.session.flush()
    categories = sorted({each[4] for each in found})
    return World(areas, {each.area_code: each.id for each in people}, owner.id, found, categories)


def _account(role: Role, name: str, **more: Any) -> Account:
    email = f"{name}@example.org"
    return Account(email=email, name=f"示例·{name}", role=role, fs_uniquifier=name, created_at=NOW, mails=False, **more)


def put(kind: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    table = kind.__table__
    assert isinstance(table, Table)  # noqa: S101 - for the types: every model has one
    each = iter(rows)
    while batch := list(islice(each, BATCH)):
        db.session.execute(insert(table), batch)


def ago(number: int) -> int:
    return number * 13 % DAYS


def _first(kind: type[Any]) -> int:
    return (db.session.scalar(select(func.max(kind.id))) or 0) + 1


def needs(sizes: Sizes, world: World, run: MatchRun) -> None:
    question, first = _first(Question), _first(MatchRun)
    numbers = range(sizes.needs)
    text = "第{}号难题：晚上小区没地方停车，天天为这个吵。"
    put(
        Question,
        ({"id": question + n, "text": text.format(n), "groups": [], "created_at": NOW} for n in numbers),
    )
    same = {"routing": run.routing, "basis": run.basis, "stale": False}
    put(
        MatchRun,
        (
            {"id": first + n, "public_id": f"b{n}", "question_id": question + n, "digest": f"b{n}"}
            | {"on": TODAY - timedelta(days=ago(n)), "created_at": NOW - timedelta(days=ago(n))}
            | same
            for n in numbers
        ),
    )
    put(MatchLine, _lines(sizes, world, run, first))
    put(Need, (_need(n, world, first + n, text.format(n)) for n in numbers))
    put(
        Joining,
        (
            {"need_id": n + 1, "area_code": area, "account_id": world.people[area], "joined_at": NOW}
            for n in range(0, sizes.needs, 10)
            if (area := world.areas[(n + 7) % len(world.areas)]) != world.area(n)
        ),
    )


def _lines(sizes: Sizes, world: World, run: MatchRun, first: int) -> Iterator[dict[str, Any]]:
    """Half of an answer is named, the other half left out."""
    named = next((line.reasons for line in run.lines if line.rank), [])
    out = [{"gate": "grade", "code": "grade_none", "outcome": "fail"}]
    for n in range(sizes.needs):
        for place in range(1, sizes.lines + 1):
            entry, version, service, organisation, _, code = world.offer(n + place * 3)
            rank = place if place <= (sizes.lines + 1) // 2 else 0
            yield {
                "run_id": first + n,
                "rank": rank,
                "entry_id": entry,
                "version_id": version,
                "service_id": service,
                "organisation_id": organisation,
                "category": code,
                "score": 1 / (1 + place) if rank else None,
                "reasons": named if rank else out,
            }


def _need(n: int, world: World, run_id: int, text: str) -> dict[str, Any]:
    state, area, at = NEEDS[n % len(NEEDS)], world.area(n), NOW - timedelta(days=ago(n))
    waits = state is _N.SHORTLISTED
    return {
        "id": n + 1,
        "area_code": area,
        "account_id": world.people[area],
        "text": text,
        "said": text,
        "category_id": world.categories[n % len(world.categories)],
        "route": "provider",
        "run_id": run_id,
        "state": state,
        "since": at,
        "created_at": at,
        "opened_at": at,
        "people": 1 + n % 300,
        "reason": {_N.UNMET: "nobody_fits", _N.WITHDRAWN: "solved"}.get(state, ""),
        "round": int(waits or state in WORKED),
        "joined": int(n % 10 == 0),
        "deadline": NOW + timedelta(days=n % 9 - 2) if waits or state in WORKED else None,
        "public": n % 15 != 0,
    }


def asked(world: World) -> None:
    """Three providers for each need that is choosing, the chosen one for each that chose; every other answered."""
    choosing = select(Need.id, Need.state).where(Need.round > 0).order_by(Need.id)
    invitations: list[dict[str, Any]] = []
    proposals: list[dict[str, Any]] = []
    first = _first(Invitation)
    for need, state in db.session.execute(choosing):
        picks = {world.offer(need + k)[3]: world.offer(need + k) for k in range(3 if state is _N.SHORTLISTED else 1)}
        for place, offer in enumerate(picks.values()):
            proposed = state is not _N.SHORTLISTED or place == 1
            number = first + len(invitations)
            stands = InvitationState.PROPOSED if proposed else InvitationState.SENT
            stands = InvitationState.AWARDED if state in WORKED else stands
            invitations.append(
                {"id": number, "need_id": need, "round": 1, "organisation_id": offer[3], "entry_id": offer[0]}
                | {"outside": "居民熟悉", "state": stands, "since": NOW, "created_at": NOW, "reason": "plan"}
            )
            if proposed:
                days = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=60), "sent_at": NOW, "changed_at": NOW}
                proposals.append(
                    {"invitation_id": number, "plan": "先走访再办。", "price": 3000, "account_id": 1} | days
                )
    put(Invitation, invitations)
    put(Proposal, proposals)
    each_need = select(Invitation.need_id, func.min(Invitation.organisation_id)).group_by(Invitation.need_id)
    put(
        Inquiry,
        (
            {"need_id": need, "organisation_id": organisation, "text": "有几户？", "asked_at": NOW}
            for need, organisation in db.session.execute(each_need.where(Invitation.need_id % 10 == 0)).all()
        ),
    )
