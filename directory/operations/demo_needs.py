"""The needs of the demo and the providers asked for them: rows that stand as the operations would have left them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from directory import audit
from directory.db import db
from directory.engine import Engine
from directory.models.account import Account
from directory.models.invitation import Invitation, Proposal
from directory.models.match import MatchLine
from directory.models.need import Joining, Need, Shortlisted
from directory.models.service import Entry
from directory.models.taxonomy import Category
from directory.operations import matches, need_runs
from directory.policy import Actor
from directory.rules.calendar import DISTRICT_ZONE, day_of
from directory.rules.needs import HANDED_OFF, Urgency
from directory.rules.routes import Route
from directory.rules.work import InvitationState, NeedState
from search.query import Need as Asked
from search.text import mask

Row = Mapping[str, Any]
_N, _I = NeedState, InvitationState
# The steps that led to a state, after it was opened.
_STEPS = {
    _N.SHORTLISTED: ("invite",),
    _N.AWARDED: ("invite", "award"),
    _N.IN_SERVICE: ("invite", "award", "start"),
    _N.COMPLETED: ("invite", "award", "start", "complete"),
    _N.CLOSED: ("invite", "award", "start", "complete", "close"),
    _N.UNMET: ("give_up",),
    _N.WITHDRAWN: ("withdraw",),
}
MARK = "（示例）"  # on a need, for the board names nobody; not in what is asked, for every name in the index has it
OUTSIDE = "居民区熟悉这家机构（示例）"
PLAN = "先走访、再分步做，每步都请居民区验收（示例）。"


@dataclass(frozen=True, slots=True)
class Setting:
    """What the demo's work points at: people by area and by organisation, entries by `uscc/external id`.

    `deeds` are put on record at the end, in the order of their days.
    """

    now: datetime
    engine: Engine
    people: dict[str, Account]
    clerks: dict[int, Account]
    entries: dict[str, Entry]
    categories: dict[str, Category]
    deeds: list[tuple[datetime, str, Actor, str, str]] = field(default_factory=list)

    def at(self, days: float) -> datetime:
        """The moment so many days ago."""
        return self.now - timedelta(days=days)

    def neighbour(self, area: str) -> Actor:
        return acting(self.people[area])

    def note(self, at: datetime, event: str, by: Actor, thing: str, reason: str = "") -> None:
        self.deeds.append((min(at, self.now), event, by, thing, reason))

    def record(self) -> None:
        for at, event, by, thing, reason in sorted(self.deeds, key=lambda deed: deed[0]):
            audit.record(event, by=by, thing=thing, now=at, reason=reason)


def acting(account: Account) -> Actor:
    return Actor(account.id, account.role, account.organisation_id, account.area_code)


def known() -> set[tuple[str, str]]:
    """(area, words) of the demo's needs that are there."""
    query = select(Need.area_code, Need.said).join(Account, Need.account_id == Account.id).where(Account.is_demo)
    return {(area, said.removesuffix(MARK)) for area, said in db.session.execute(query)}


def add(row: Row, setting: Setting) -> Need:
    """A need with its frozen answer, those who joined it and those asked for it."""
    state, opened = NeedState(row["state"]), setting.at(row["ago"])
    by, work = setting.neighbour(row["area"]), row.get("work")
    low, high = row.get("budget", (None, None))
    need = Need(
        area_code=row["area"],
        account_id=by.id,
        text=mask(row["said"]) + MARK,
        said=row["said"] + MARK,
        place=row.get("place", ""),
        resident=row.get("resident", ""),
        groups=row.get("groups", []),
        people=row.get("people"),
        urgency=Urgency(row.get("urgency", "soon")),
        budget_low=low,
        budget_high=high,
        public=row.get("public", True),
        category=setting.categories[row["category"]],
        route=Route(row.get("route", "provider")),
        state=state,
        reason=row.get("reason", ""),
        note=row.get("note", ""),
        created_at=opened,
        opened_at=None if row.get("reason") == HANDED_OFF else opened,
        since=opened,
        round=1 if work or "asked" in row else 0,
        deadline=_six(setting.at(-row["deadline"]) if "deadline" in row else opened + timedelta(days=8))
        if "asked" in row or work
        else None,
    )
    asked = Asked(row["said"], need.area_code, frozenset(need.groups), None if high is None else Decimal(high))
    run = matches.ask(asked, by=by, now=opened, engine=setting.engine, category=row["category"])
    need_runs.take(need, run)
    db.session.add(need)
    db.session.flush()
    _join(need, row, setting)
    if need.round:
        _ask(need, row, setting)
    _tell(need, row, setting)
    return need


def _six(at: datetime) -> datetime:
    """Six in the evening of that day, as the form offers it."""
    return at.astimezone(DISTRICT_ZONE).replace(hour=18, minute=0, second=0, microsecond=0).astimezone(UTC)


def _join(need: Need, row: Row, setting: Setting) -> None:
    areas = row.get("joined", ())
    notes = row.get("joined_notes") or [""] * len(areas)
    for place, (area, note) in enumerate(zip(areas, notes, strict=True), 1):
        by, at = setting.neighbour(area), need.created_at + timedelta(days=place / 2)
        need.joinings.append(Joining(area_code=area, account_id=by.id, note=mask(note), joined_at=at))
        need.joined += 1
        setting.note(at, "need:join", by, f"Need:{need.id}", area)


def _ask(need: Need, row: Row, setting: Setting) -> None:
    """Those asked, as the row says; for work done, the one that did it."""
    work, sent = row.get("work"), need.created_at + timedelta(days=1)
    lines = _lines(need)
    for asked in [_chosen(work)] if work else row["asked"]:
        entry = setting.entries[asked["service"]]
        state, line_id = InvitationState(asked["state"]), lines.get(entry.id)
        invitation = Invitation(
            need=need,
            round=1,
            organisation=entry.service.organisation,
            entry=entry,
            line_id=line_id,
            outside=OUTSIDE if line_id is None else "",
            state=state,
            since=sent if state is _I.SENT else sent + timedelta(days=1),
            reason=asked.get("reason", ""),
            note=asked.get("note", ""),
            created_at=sent,
        )
        db.session.add(invitation)
        db.session.add(Shortlisted(need_id=need.id, entry_id=entry.id, line_id=line_id, added_at=need.created_at))
        db.session.flush()
        thing, by = f"Invitation:{invitation.id}", acting(setting.clerks[entry.service.organisation_id])
        setting.note(sent, "invitation:send", setting.neighbour(need.area_code), thing, invitation.outside)
        if state in {_I.PROPOSED, _I.AWARDED}:
            _propose(invitation, asked, by, setting)
            setting.note(invitation.since, "invitation:propose", by, thing)
        if state is _I.DECLINED:
            setting.note(invitation.since, "invitation:decline", by, thing, asked["reason"])
        if state is _I.AWARDED:
            awarded = invitation.since + timedelta(days=1)
            setting.note(awarded, "invitation:award", setting.neighbour(need.area_code), thing, asked["reason"])


def _chosen(work: Row) -> Row:
    named = {name: work[name] for name in ("service", "starts", "ends")}
    return {**named, "price": work["amount"], "state": "awarded", "reason": "plan"}


def _lines(need: Need) -> dict[int, int]:
    """Entry → its line in the need's answer, of those that were named."""
    query = select(MatchLine.entry_id, MatchLine.id).where(MatchLine.run_id == need.run_id, MatchLine.rank > 0)
    return dict(db.session.execute(query).all())


def _propose(invitation: Invitation, asked: Row, by: Actor, setting: Setting) -> None:
    today = day_of(setting.now)
    invitation.proposal = Proposal(
        plan=asked.get("plan", PLAN),
        price=asked["price"],
        schedule=asked.get("schedule", ""),
        staff=asked.get("staff", ""),
        starts_on=today + timedelta(days=asked.get("starts", 14)),
        ends_on=today + timedelta(days=asked.get("ends", 60)),
        account_id=by.id,
        sent_at=invitation.since,
        changed_at=invitation.since,
    )


def _tell(need: Need, row: Row, setting: Setting) -> None:
    """Put on record how the need came to stand as it does; of one with work, when that was."""
    by, thing, work = setting.neighbour(need.area_code), f"Need:{need.id}", row.get("work")
    setting.note(need.created_at, "need:write", by, thing)
    if need.reason == HANDED_OFF:
        need.since = need.created_at + timedelta(hours=1)
        setting.note(need.since, "need:hand_off", by, thing, f"{need.reason}: {need.note}")
        return
    setting.note(need.created_at, "need:confirm", by, thing)
    steps = ("invite", "award", "start", "reopen") if work and need.state is _N.OPEN else _STEPS.get(need.state, ())
    days = _days(row, work) if work else {}
    for place, step in enumerate(steps, 1):
        at = setting.at(days[step]) if step in days else need.created_at + timedelta(days=place)
        need.since = min(at, setting.now)
        said = f"{need.reason}: {need.note}" if need.reason else ""
        setting.note(need.since, f"need:{step}", by, thing, said)


def _days(row: Row, work: Row) -> dict[str, float]:
    """How many days ago each step was that the work led to."""
    done = work.get("signed", work.get("ended", 0))
    before = row["ago"] - 4
    return {"award": before, "start": min(-work["starts"], before), "complete": done, "reopen": done, "close": done}
