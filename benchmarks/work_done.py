"""Rows of agreed work, its reviews, the sums over them, exposure and calls, past the operations."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from benchmarks.instance import NOW
from benchmarks.work_rows import TODAY, World, ago, put
from directory.db import db
from directory.models.engagement import Engagement, Milestone, ServiceRecord
from directory.models.invitation import Invitation
from directory.models.need import Need
from directory.models.reputation import CategoryReputation, Reputation
from directory.models.review import DIMENSIONS, Review, ReviewReport
from directory.models.supply import Call, Exposure
from directory.rules.calendar import day_of
from directory.rules.engagements import Funding, Side
from directory.rules.work import EngagementState, InvitationState, MilestoneState, ReportState, ReviewState

_E = EngagementState


def work(engagements: int, signed: int, world: World) -> None:
    """As many as are to be reviewed are signed off, the others stand anywhere; a quarter belongs to needs."""
    awarded = select(Invitation.id, Invitation.need_id, Need.area_code).join(Need, Invitation.need_id == Need.id)
    query = awarded.where(Invitation.state == InvitationState.AWARDED).order_by(Invitation.id)
    needs: list[Any] = [tuple(row) for row in db.session.execute(query)]
    states = [state for state in _E if state is not _E.SIGNED_OFF]
    rows = []
    for n in range(engagements):
        invitation, need, area = needs[n] if n < len(needs) else (None, None, world.area(n))
        entry, version, _, organisation, category, _ = world.offer(n)
        state = _E.SIGNED_OFF if n < signed else states[n % len(states)]
        at = NOW - timedelta(days=ago(n))
        rows.append(
            {"id": n + 1, "need_id": need, "invitation_id": invitation, "organisation_id": organisation}
            | {"entry_id": entry, "version_id": version, "category_id": category, "area_code": area}
            | {"account_id": world.people[area], "title": f"第{n}项服务", "amount": 3000}
            | {"funding": Funding.STREET_BUDGET, "starts_on": day_of(at), "ends_on": day_of(at) + timedelta(days=60)}
            | {"state": state, "since": at, "created_at": at, "acceptance": ["做完", "居民满意"]}
            | {"reason": "other" if state is _E.TERMINATED else ""}
            | {"signed_off_at": at if state is _E.SIGNED_OFF else None}
            | {"review_until": day_of(at) + timedelta(days=60) if state is _E.SIGNED_OFF else None}
        )
    put(Engagement, rows)
    put(Milestone, (_step(row, place) for row in rows for place in (1, 2, 3)))
    put(
        ServiceRecord,
        (
            {"engagement_id": row["id"], "on": row["starts_on"], "cases": 3, "people": 20, "account_id": world.owner}
            | {"note": "上门一次。", "created_at": NOW}
            for row in rows
            for _ in range(2)
        ),
    )


def _step(row: dict[str, Any], place: int) -> dict[str, Any]:
    done = row["state"] is _E.SIGNED_OFF
    return {
        "engagement_id": row["id"],
        "position": place,
        "name": str(place),
        "share": (30, 40, 30)[place - 1],
        "state": MilestoneState.ACCEPTED if done else MilestoneState.PENDING,
        "since": NOW,
        "due_on": row["starts_on"] + timedelta(days=20 * place),
    }


def reviews(world: World) -> None:
    """Both sides of all that was signed off; one in a hundred was taken down, one in a hundred is reported."""
    done = select(Engagement).where(Engagement.state == _E.SIGNED_OFF).order_by(Engagement.id)
    columns = (Engagement.id, Engagement.organisation_id, Engagement.category_id, Engagement.area_code)
    rows: list[dict[str, Any]] = []
    reports: list[dict[str, Any]] = []
    for engagement, organisation, category, area in db.session.execute(done.with_only_columns(*columns)):
        for side in Side:
            at, number, hidden = NOW - timedelta(days=ago(engagement)), len(rows) + 1, engagement % 100 == 0
            rows.append(
                {"id": number, "engagement_id": engagement, "side": side, "organisation_id": organisation}
                | {"category_id": category, "area_code": area, "account_id": world.people[area]}
                | {"state": ReviewState.HIDDEN if hidden else ReviewState.PUBLISHED, "text": "做得细致，居民满意。"}
                | {"reason": "insult" if hidden else "", "since": at, "created_at": at, "published_at": at}
                | {"nth": None if hidden or side is Side.PROVIDER else 1}
                | dict.fromkeys(DIMENSIONS, 3 + engagement % 3)
            )
            if engagement % 100 == 1:
                reports.append(
                    {"review_id": number, "reason": "untrue", "text": "不是这样。", "created_at": at}
                    | {"state": ReportState.OPEN}
                )
    put(Review, rows)
    put(ReviewReport, reports)


def sums() -> None:
    """All weights one: how heavy they are takes no longer."""
    counted = (Review.side == Side.NEIGHBOURHOOD, Review.state == ReviewState.PUBLISHED)
    number, total = func.count(Review.id), func.sum(sum(getattr(Review, name) for name in DIMENSIONS)) / 5
    own = select(Review.organisation_id, Review.category_id, number, total).where(*counted)
    own = own.group_by(Review.organisation_id, Review.category_id)
    put(
        Reputation,
        (
            {"organisation_id": organisation, "category_id": category, "reviews": n, "total": points}
            | {"weight": float(n), "weighted": float(points), "finished": n, "served": n}
            for organisation, category, n, points in db.session.execute(own).all()
        ),
    )
    whole = select(Review.category_id, number, total).where(*counted).group_by(Review.category_id)
    put(
        CategoryReputation,
        (
            {"category_id": category, "reviews": n, "weight": float(n), "weighted": float(points)}
            for category, n, points in db.session.execute(whole).all()
        ),
    )


def exposures(world: World) -> None:
    pairs = sorted({(offer[3], offer[4]) for offer in world.offers})
    months = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(23)]
    put(
        Exposure,
        (
            {"month": month, "organisation_id": organisation, "category_id": category}
            | {"shown": 9, "ranks": 36, "first": 1, "top": 4, "excluded": 2}
            for month in months
            for organisation, category in pairs
        ),
    )


def calls(world: World) -> None:
    wanted = [{"code": offer[5], "unmet": 5, "open": 9, "listed": 2} for offer in world.offers[:5]]
    made = {"text": "欢迎申请。", "wanted": wanted, "opens_on": TODAY, "closes_on": TODAY, "published_at": NOW}
    put(Call, ({"title": f"第{n}次征集", "account_id": world.owner} | made for n in range(60)))
