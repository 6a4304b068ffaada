"""The agreed work of the demo, its records and reviews: added once. Days count back from the day it is loaded."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from directory import audit
from directory.db import db
from directory.engine import Engine
from directory.models.account import Account
from directory.models.engagement import Engagement, Milestone, ServiceRecord
from directory.models.invitation import Invitation
from directory.models.need import Need
from directory.models.organisation import Organisation
from directory.models.review import DIMENSIONS, Review, ReviewReport
from directory.models.service import Entry, Service
from directory.models.taxonomy import Category
from directory.operations import demo_needs, parameters, recounting
from directory.operations.demo_needs import Row, Setting, acting
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.engagements import Funding, Side, due_days
from directory.rules.reviews import last_day
from directory.rules.roles import Role
from directory.rules.work import EngagementState, MilestoneState, ReviewState

_E, _M = EngagementState, MilestoneState


def load(rows: Sequence[Row], *, engine: Engine, by: Actor, now: datetime) -> dict[str, int]:
    """Add the needs and the work that are missing; how many of each kind that were.

    Comes after the demo's organisations, accounts and index, for every need asks the catalogue.
    """
    require(by, Permission.LOAD_SEEDS)
    needs = demo_needs.known()
    works = {(area, title) for area, title in db.session.execute(select(Engagement.area_code, Engagement.title))}
    new = [
        row
        for row in rows
        if (
            (row["area"], row["said"]) not in needs
            if "said" in row
            else (row["area"], row["work"]["title"]) not in works
        )
    ]
    done = {"needs": 0, "engagements": 0, "reviews": 0}
    if not new:
        return done
    setting = _setting(new, engine=engine, now=now)
    for row in sorted(new, key=_asked, reverse=True):  # the oldest first, as they would have come
        need = demo_needs.add(row, setting) if "said" in row else None
        done["needs"] += need is not None
        if "work" in row:
            work = row["work"]
            engagement = _agree(work, row["area"], need, setting)
            done["engagements"] += 1
            for side, said in work.get("reviews", {}).items():
                _review(engagement, Side(side), said, work, setting)
                done["reviews"] += 1
    db.session.flush()
    recounting.write()
    setting.record()
    what = ", ".join(f"{kind} {number}" for kind, number in done.items())
    audit.record("seed:load", by=by, thing="Seeds:work", now=now, reason=what)
    return done


def _asked(row: Row) -> float:
    """How many days ago it began."""
    return float(row["ago"] if "ago" in row else 3 - row["work"]["starts"])


def _setting(rows: Sequence[Row], *, engine: Engine, now: datetime) -> Setting:
    people = select(Account).where(Account.is_demo, Account.role == Role.NEIGHBOURHOOD).order_by(Account.id.desc())
    services = select(Entry).join(Entry.service).join(Service.organisation).where(Organisation.is_demo)
    loaded = services.options(joinedload(Entry.service).joinedload(Service.organisation))
    entries = {
        f"{entry.service.organisation.uscc}/{entry.service.external_id}": entry for entry in db.session.scalars(loaded)
    }
    asked = {each["service"] for row in rows for each in (*row.get("asked", ()), row.get("work", {})) if each}
    return Setting(
        now=now,
        engine=engine,
        people={account.area_code: account for account in db.session.scalars(people)},
        clerks=_clerks({entries[name].service.organisation for name in asked}, now=now),
        entries=entries,
        categories={category.code: category for category in db.session.scalars(select(Category))},
    )


def _clerks(organisations: set[Organisation], *, now: datetime) -> dict[int, Account]:
    """Who acts for each: the demo's account of it where it has one, else one that nobody can use."""
    query = select(Account).where(Account.is_demo, Account.organisation_id.is_not(None)).order_by(Account.id.desc())
    found = {account.organisation_id: account for account in db.session.scalars(query) if account.organisation_id}
    for organisation in sorted(organisations, key=lambda each: each.id):
        if organisation.id not in found:
            found[organisation.id] = Account(
                email=f"{organisation.uscc}@demo.example".lower(),
                name=f"示例·{organisation.short_name} 经办",
                role=Role.OWNER,
                organisation_id=organisation.id,
                active=False,
                mails=False,
                is_demo=True,
                created_at=now,
                fs_uniquifier=uuid4().hex,
            )
            db.session.add(found[organisation.id])
    db.session.flush()
    return found


def _agree(work: Row, area: str, need: Need | None, setting: Setting) -> Engagement:
    entry, today = setting.entries[work["service"]], day_of(setting.now)
    by, provider = setting.neighbour(area), acting(setting.clerks[entry.service.organisation_id])
    starts = today + timedelta(days=work["starts"])
    agreed = min(setting.at(3 - work["starts"]), setting.at(1))
    signed = setting.at(work["signed"]) if "signed" in work else None
    if need is not None:
        agreed = max(agreed, need.created_at + timedelta(days=4))
    engagement = Engagement(
        need=need,
        invitation_id=None if need is None else _invitation(need),
        organisation=entry.service.organisation,
        entry=entry,
        version_id=entry.version_id,
        category=entry.service.category,
        area_code=area,
        account_id=by.id,
        title=work["title"],
        contract=work.get("contract", ""),
        amount=work["amount"],
        funding=Funding(work["funding"]),
        starts_on=starts,
        ends_on=today + timedelta(days=work["ends"]),
        acceptance=list(entry.service.category.standard.get("acceptance", [])),
        state=EngagementState(work["state"]),
        signed_off_at=signed,
        review_until=None if signed is None else last_day(signed, parameters.in_force().periods.review_days),
        reason=work.get("reason", ""),
        note=work.get("note", ""),
        since=agreed,
        created_at=agreed,
    )
    db.session.add(engagement)
    db.session.flush()
    _milestones(engagement, work, by, provider, setting)
    _step(engagement, work, by, provider, setting)
    for days, cases, people, note in work.get("records", ()):
        at = setting.at(days)
        db.session.add(
            ServiceRecord(
                engagement=engagement,
                on=day_of(at),
                cases=cases,
                people=people,
                note=note,
                account_id=provider.id,
                created_at=at,
            )
        )
    return engagement


def _invitation(need: Need) -> int:
    return db.session.scalars(select(Invitation.id).where(Invitation.need_id == need.id)).one()


def _step(engagement: Engagement, work: Row, by: Actor, provider: Actor, setting: Setting) -> None:
    """Put on record how the work came to stand as it does, and note since when."""
    thing = f"Engagement:{engagement.id}"
    setting.note(engagement.created_at, "engagement:begin", by, thing)
    if engagement.state is _E.AGREED:
        return
    steps = [("start", provider, max(setting.at(-work["starts"]), engagement.created_at + timedelta(hours=1)))]
    if engagement.state in {_E.DELIVERED, _E.SIGNED_OFF}:
        steps.append(("deliver", provider, setting.at(-work["ends"])))
    if engagement.signed_off_at is not None:
        steps.append(("sign_off", by, engagement.signed_off_at))
    if engagement.state is _E.TERMINATED:
        steps.append(("terminate", by, setting.at(work["ended"])))
    for step, who, at in steps:
        engagement.since = at
        said = f"{engagement.reason}: {engagement.note}" if step == "terminate" else ""
        setting.note(at, f"engagement:{step}", who, thing, said)


def _milestones(engagement: Engagement, work: Row, by: Actor, provider: Actor, setting: Setting) -> None:
    """All accepted where it was signed off, else as many as the work says; of delivered work the others delivered.

    Each was delivered on its day and accepted on the next, at the latest when the work came to stand as it does.
    """
    shares = parameters.in_force().contracting.shares
    accepted = len(shares) if engagement.state is _E.SIGNED_OFF else work.get("accepted", 0)
    rest = _M.DELIVERED if engagement.state is _E.DELIVERED else _M.PENDING
    days = due_days(engagement.starts_on, engagement.ends_on, len(shares))
    latest = min(engagement.signed_off_at or setting.now, setting.now)
    for place, (day, share) in enumerate(zip(days, shares, strict=True), 1):
        done = place <= accepted
        state = _M.ACCEPTED if done else rest
        delivered = min(setting.at((day_of(setting.now) - day).days), latest)
        since = engagement.created_at if state is _M.PENDING else delivered
        if state is not _M.PENDING:
            setting.note(delivered, "milestone:deliver", provider, f"Engagement:{engagement.id}", f"#{place}")
        if done:
            since = min(delivered + timedelta(days=1), latest)
            setting.note(since, "milestone:accept", by, f"Engagement:{engagement.id}", f"#{place}")
        engagement.milestones.append(
            Milestone(
                position=place,
                name=str(place),
                due_on=day,
                share=share,
                state=state,
                since=since,
                checked=dict.fromkeys(engagement.acceptance, True) if done else {},
            )
        )


def _review(engagement: Engagement, side: Side, said: Row, work: Row, setting: Setting) -> None:
    """A review of signed-off work, published once both are in or the time of its seal is over."""
    written = setting.at(work["signed"] - said["after"])
    out = _published(work, setting)
    who = setting.people[engagement.area_code]
    if side is Side.PROVIDER:
        who = setting.clerks[engagement.organisation_id]
    review = Review(
        engagement=engagement,
        side=side,
        organisation_id=engagement.organisation_id,
        category_id=engagement.category_id,
        area_code=engagement.area_code,
        account_id=who.id,
        text=said["text"],
        state=ReviewState.SEALED if out is None else ReviewState.PUBLISHED,
        since=out or written,
        created_at=written,
        published_at=out,
        **dict(zip(DIMENSIONS, said["points"], strict=True)),
    )
    db.session.add(review)
    db.session.flush()
    thing = f"Review:{review.id}"
    setting.note(written, "review:write", acting(who), thing)
    if out is not None:
        setting.note(out, "review:publish", acting(who), thing)
        _answer(review, said, setting)


def _published(work: Row, setting: Setting) -> datetime | None:
    reviews: Mapping[str, Any] = work["reviews"]
    written = [setting.at(work["signed"] - each["after"]) for each in reviews.values()]
    if len(written) == len(Side):
        return max(written)
    out = written[0] + timedelta(days=parameters.in_force().periods.sealed_days)
    return out if out <= setting.now else None


def _answer(review: Review, said: Row, setting: Setting) -> None:
    """What came after a review was published: a reply, its removal, a report that waits."""
    out = review.published_at or review.created_at
    if "reply" in said:
        review.reply, review.replied_at = said["reply"], min(out + timedelta(days=1), setting.now)
    if "hidden" in said:
        review.state, review.reason, review.since = ReviewState.HIDDEN, said["hidden"], out + timedelta(days=3)
    if "report" in said:
        at = setting.at(2)
        db.session.add(ReviewReport(review=review, reason=said["report"], text=said["reported"], created_at=at))
