"""What tests put beside answers and needs to see who is shown and what is lacking, past the operations."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from directory.db import db
from directory.models.account import Account
from directory.models.match import MatchLine, MatchRun
from directory.models.question import Question
from directory.models.service import Entry
from directory.models.supply import Call
from directory.models.taxonomy import Category
from directory.rules.calendar import day_of
from directory.rules.roles import Role
from tests import factories
from tests.factories import NEIGHBOURHOOD, NOW

POINTS = {"category": (0.9, 0.3), "assessed": (0.885, 0.05), "price": (1.0, 0.05)}
NO_AREA = {"gate": "area", "code": "area_not_served", "outcome": "fail"}


def reason(criterion: str, points: float, weight: float = 0.3, **facts: str) -> dict[str, Any]:
    return {"criterion": criterion, "points": points, "weight": weight, "facts": facts}


def run(
    ranked: Iterable[Entry] = (),
    excluded: Iterable[Entry] = (),
    *,
    at: datetime = NOW,
    text: str = "晚上小区没地方停车",
    category: str = "P-001",
    area: str | None = NEIGHBOURHOOD,
    budget: int | None = None,
    reasons: dict[int, list[dict[str, Any]]] | None = None,
) -> MatchRun:
    """A frozen answer with these entries in this order; `reasons` by entry id, where they matter."""
    made = MatchRun(
        public_id=secrets.token_hex(9),
        question=Question(text=text, area_code=area, budget=budget, created_at=at),
        on=day_of(at),
        created_at=at,
        routing={
            "chosen": None,
            "suggested": category,
            "sure": True,
            "categories": [{"code": category, "probability": 0.9, "words": []}],
            "routes": {"provider": 1.0},
            "route": "provider",
            "authority": "",
            "phone": "",
            "hand_off": "",
            "around": [],
        },
        basis={"parameters": 1, "lexicon": "", "model": None, "lost": None, "generation": ""},
        stale=False,
        digest="",
    )
    db.session.add(made)
    db.session.flush()
    said = reasons or {}
    usual = [reason(name, points, weight) for name, (points, weight) in POINTS.items()]
    for rank, entry in enumerate(ranked, 1):
        _line(made, entry, rank, said.get(entry.id, usual))
    for entry in excluded:
        _line(made, entry, 0, said.get(entry.id, [NO_AREA]))
    db.session.flush()
    return made


def _line(run: MatchRun, entry: Entry, rank: int, reasons: list[dict[str, Any]]) -> None:
    whole = sum(each["weight"] for each in reasons) if rank else 0
    db.session.add(
        MatchLine(
            run_id=run.id,
            rank=rank,
            entry_id=entry.id,
            version_id=entry.version_id,
            service_id=entry.service_id,
            organisation_id=entry.service.organisation_id,
            category=entry.service.category.code,
            score=sum(each["weight"] * each["points"] for each in reasons) / whole if rank else None,
            reasons=reasons,
        )
    )


def category(code: str, field: str = "SH-04", **changed: Any) -> Category:
    """One more purchasable service, and its field where that is new."""
    parent = db.session.scalar(select(Category).filter_by(code=field))
    if parent is None:
        parent = Category(code=field, level=1, name=f"领域{field}", position=9)
        db.session.add(parent)
        db.session.flush()
    made = Category(**({"code": code, "level": 2, "parent_id": parent.id, "name": f"服务{code}"} | changed))
    db.session.add(made)
    db.session.flush()
    return made


def call(*codes: str, **changed: Any) -> Call:
    """A call that is open."""
    officer = db.session.scalar(select(Account).filter_by(role=Role.DISTRICT)) or factories.account(Role.DISTRICT)
    values: dict[str, Any] = {
        "title": "停车服务征集",
        "text": "晚上没地方停车的小区多，会做的机构少。",
        "wanted": [{"code": code, "unmet": 3, "open": 2, "listed": 0} for code in codes or ("P-001",)],
        "opens_on": day_of(NOW),
        "closes_on": day_of(NOW).replace(month=12),
        "published_at": NOW,
        "account_id": officer.id,
    }
    made = Call(**(values | changed))
    db.session.add(made)
    db.session.flush()
    return made
