"""A need with its frozen answer, providers in it and beside it, and those who act."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from directory.db import db
from directory.models.audit import AuditEvent
from directory.models.invitation import Invitation
from directory.models.match import MatchLine, MatchRun
from directory.models.need import Need
from directory.models.notice import Notice
from directory.models.question import Question
from directory.models.service import Entry
from directory.operations import invitations, proposals
from directory.operations.proposals import Said
from directory.policy import Actor
from directory.rules.roles import Role
from tests import factories, factories_work
from tests.factories import NEIGHBOURHOOD, NOW

DEADLINE = NOW + timedelta(days=7)
AFTER = DEADLINE + timedelta(seconds=1)
RANKED = 3  # how many of a town's entries the frozen answer ranks; the others stand outside it


@dataclass
class Town:
    """`entries` are all listed and of one organisation each; `owners` act for them, in the same order."""

    need: Need
    entries: list[Entry]
    neighbour: Actor
    owners: list[Actor] = field(default_factory=list)

    @property
    def ids(self) -> list[int]:
        return [entry.id for entry in self.entries]


def town(entries: int = 5) -> Town:
    factories.taxonomy()
    listed = [factories.entry(factories.organisation(n), name=f"停车共治第{n}号") for n in range(1, entries + 1)]
    account = factories_work.neighbour()
    made = Town(
        factories_work.need(run_id=run(listed[:RANKED]).id),
        listed,
        Actor(account.id, account.role, None, account.area_code),
    )
    for entry in listed:
        made.owners.append(factories.actor(Role.OWNER, organisation_id=entry.service.organisation_id))
    return made


def run(entries: Iterable[Entry], text: str = "晚上小区没地方停车，天天吵架") -> MatchRun:
    """A frozen answer that ranks these entries in this order."""
    made = MatchRun(
        public_id=f"run{(db.session.query(MatchRun).count())}",
        question=Question(text=text, area_code=NEIGHBOURHOOD, created_at=NOW),
        on=NOW.date(),
        created_at=NOW,
        routing={
            "categories": [{"code": "P-001", "words": ["停车"], "probability": 0.9}],
            "suggested": "P-001",
            "around": [],
            "chosen": None,
            "sure": True,
            "route": "provider",
        },
        basis={"parameters": 1},
        stale=False,
        digest="",
    )
    db.session.add(made)
    db.session.flush()
    for rank, entry in enumerate(entries, 1):
        reasons = [
            {"criterion": "text", "points": 1 - rank / 10, "weight": 0.3, "facts": {}},
            {"criterion": "assessed", "points": 0.885, "weight": 0.05, "facts": {"score": "88.5"}},
        ]
        db.session.add(
            MatchLine(
                run_id=made.id,
                rank=rank,
                entry_id=entry.id,
                version_id=entry.version_id,
                service_id=entry.service_id,
                organisation_id=entry.service.organisation_id,
                category="P-001",
                score=1 - rank / 10,
                reasons=reasons,
            )
        )
    db.session.flush()
    return made


def asked(made: Town, number: int = 3, *, deadline: datetime = DEADLINE) -> list[Invitation]:
    """The first so many providers, asked by the operation; those outside the answer with a reason."""
    wanted = {entry_id: "" if n < RANKED else "居民熟悉" for n, entry_id in enumerate(made.ids[:number])}
    return invitations.invite(made.need, wanted, deadline=deadline, by=made.neighbour, now=NOW)


def said(price: int = 1500, **changed: object) -> Said:
    values = {
        "plan": "先数车位，再请居民一起定规则。",
        "price": price,
        "starts_on": NOW.date() + timedelta(days=20),
        "ends_on": NOW.date() + timedelta(days=80),
    }
    return Said(**(values | changed))  # type: ignore[arg-type]


def proposed(made: Town, asked_: list[Invitation], *prices: int) -> None:
    """The first of those asked propose at these prices."""
    for invitation, price in zip(asked_, prices, strict=False):
        owner = next(each for each in made.owners if each.organisation == invitation.organisation_id)
        proposals.propose(invitation, said(price), by=owner, now=NOW + timedelta(hours=1))


def told(kind: str) -> list[Notice]:
    db.session.flush()
    return list(db.session.scalars(select(Notice).filter_by(kind=kind).order_by(Notice.id)))


def deeds(thing: object) -> list[str]:
    """What was done to a thing, oldest first."""
    name = f"{type(thing).__name__}:{thing.id}"  # type: ignore[attr-defined]
    return list(db.session.scalars(select(AuditEvent.event).filter_by(thing=name).order_by(AuditEvent.id)))
