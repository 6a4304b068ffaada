"""Choosing a provider, or nobody: one is given the work with a reason, each other one is told its own."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid
from directory.models.engagement import Engagement
from directory.models.invitation import Invitation
from directory.models.need import Need
from directory.operations import (
    confirmations,
    engagements,
    invitations,
    listeners,
    needs,
    notices,
    proposals,
    shortlists,
)
from directory.operations.changes import Wrong
from directory.operations.proposals import Sealed, explained
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.engagements import Funding
from directory.rules.needs import CHOICES, NOT_CHOSEN, UNMET
from directory.rules.terms import check_money, from_today
from directory.rules.work import NEEDS, EngagementState, InvitationState, NeedState

LONGEST_TITLE = 60
Reason = tuple[str, str]  # a code, and words for it


class NothingProposed(Conflict):
    """There is no proposal of this provider to choose in the round that is decided."""

    def __init__(self) -> None:
        super().__init__("this proposal is not of the round that is decided")


class HasProposed(Conflict):
    """Who proposed in this round is chosen for what it proposed, not past it."""

    def __init__(self) -> None:
        super().__init__("this provider has a proposal: award that")


def award(
    invitation: Invitation,
    *,
    funding: Funding,
    why: Reason,
    others: Mapping[int, Reason],
    by: Actor,
    now: datetime,
) -> Engagement:
    """Give the work to a provider for what it proposed, from today at the earliest.

    `others` says by invitation why each other was not chosen.

    Raises Sealed, NothingProposed, NotListed, Wrong, NotAllowed.
    """
    need = invitation.need
    passed = _ready(need, by=by, now=now)
    if invitation.round != need.round or invitation not in passed:
        raise NothingProposed
    shortlists.listed(invitation.entry_id)
    passed.remove(invitation)
    proposal = proposals.read(need, [invitation, *passed], by=by, now=now)[invitation.id]
    days = from_today(proposal.starts_on, proposal.ends_on, day_of(now))
    reason, note = check(why, passed, others, amount=proposal.price, funding=funding, days=days, today=day_of(now))
    needs.advance(need, "award", by=by, now=now)
    invitations.advance(invitation, "award", reason=reason, note=note, by=by, now=now)
    return _begin(
        invitation,
        passed,
        others,
        amount=proposal.price,
        funding=funding,
        days=days,
        by=by,
        now=now,
    )


def award_directly(
    need: Need,
    entry_id: int,
    *,
    amount: int,
    days: tuple[date, date],
    funding: Funding,
    why: Reason,
    others: Mapping[int, Reason],
    by: Actor,
    now: datetime,
) -> Engagement:
    """Give the work to a provider that did not propose in this round: `why` says in words what speaks for that.

    It becomes a round of its own. Raises Sealed, NotListed, HasProposed, Wrong, NotAllowed.
    """
    passed = _ready(need, by=by, now=now)
    entry = shortlists.listed(entry_id)
    organisation = entry.service.organisation
    if any(each.organisation_id == organisation.id for each in passed):
        raise HasProposed
    today = day_of(now)
    reason, note = check(why, passed, others, amount=amount, funding=funding, days=days, today=today, direct=True)
    line = shortlists.lines(need, [entry_id]).get(entry_id)
    needs.advance(need, "award", by=by, now=now)
    _pass_over(passed, others, by=by, now=now)
    need.round += 1
    invitation = Invitation(
        need=need,
        round=need.round,
        organisation=organisation,
        entry=entry,
        line_id=None if line is None else line.id,
        outside="" if line else note,
        direct=True,
        state=InvitationState.AWARDED,
        since=now,
        reason=reason,
        note=note,
        created_at=now,
    )
    db.session.add(invitation)
    db.session.flush()
    audit.record("invitation:award", by=by, thing=f"Invitation:{invitation.id}", now=now, reason=f"{reason}: {note}")
    return _begin(invitation, (), {}, amount=amount, funding=funding, days=days, by=by, now=now)


def give_up(need: Need, *, reason: str, note: str = "", by: Actor, now: datetime) -> None:
    """Nobody fits: the need is unmet, with the reason, and everybody asked is told. Raises Invalid, NotAllowed."""
    require(by, Permission.CHOOSE, need)
    NEEDS.after("give_up", need.state)
    if reason not in UNMET:
        raise Invalid("reason", reason, "unmet_unknown", f"one of {', '.join(UNMET)}")
    note = explained(reason, note)
    if need.state is NeedState.SHORTLISTED:
        there = invitations.in_round(need)
        if invitations.opened(need, there, now=now):
            invitations.lapse(need, there, by=by, now=now)
            for each in _proposed(there):
                invitations.advance(each, "pass_over", reason=reason, note=note, by=by, now=now)
                invitations.tell(each, "need_unmet", now=now, reason=reason, note=note)
        else:
            invitations.recall_all(need, reason=reason, note=note, by=by, now=now)
    needs.advance(need, "give_up", reason=reason, note=note, by=by, now=now)
    listeners.tell_joined(need, "need_given_up", now=now)


def begun(need: Need) -> Engagement | None:
    """The work that stands for a need. Whoever asks has checked that the need may be read."""
    query = select(Engagement).where(Engagement.need_id == need.id, Engagement.state != EngagementState.TERMINATED)
    return db.session.scalar(query)


def to_decide(need: Need, *, by: Actor, now: datetime) -> list[Invitation]:
    """The invitations among whose proposals is chosen now. Raises Sealed, NotAllowed."""
    require(by, Permission.CHOOSE, need)
    NEEDS.after("award", need.state)
    if need.state is NeedState.OPEN:
        return []
    there = invitations.in_round(need)
    if not invitations.opened(need, there, now=now):
        raise Sealed(need.deadline)
    return _proposed(there)


def check(
    why: Reason,
    passed: Iterable[Invitation],
    others: Mapping[int, Reason],
    *,
    amount: int,
    funding: Funding | None,
    days: tuple[date, date],
    today: date,
    direct: bool = False,
) -> Reason:
    """The reason of a choice, once it stands with all that goes with it. Raises Wrong with every fault.

    A `direct` award rests on no proposal; its reason is in words.
    """
    code, note = why
    ids = {each.id for each in passed}
    unsaid = [(i, others.get(i, ("", ""))[0]) for i in sorted(ids) if others.get(i, ("", ""))[0] not in NOT_CHOSEN]
    faults = [] if code in CHOICES else [Invalid("reason", code, "choice_unknown", f"one of {', '.join(CHOICES)}")]
    faults += proposals.day_faults(*days, today)
    if direct and not note.strip():
        faults.append(Invalid("note", "", "direct_empty", "say why a provider is chosen that did not propose"))
    try:
        check_money(amount, funding)
    except Invalid as fault:
        faults.append(fault)
    faults += [Invalid(f"why_{i}", code, "passed_empty", "say why") for i, code in unsaid]
    for field, (given, words) in {"note": why, **{f"note_{i}": others[i] for i in ids - dict(unsaid).keys()}}.items():
        try:
            explained(given, words, field)
        except Invalid as fault:
            faults.append(fault)
    if faults:
        raise Wrong(tuple(faults))
    return code, explained(*why)


def _ready(need: Need, *, by: Actor, now: datetime) -> list[Invitation]:
    """What `to_decide` gives; who did not answer in time is out first."""
    found = to_decide(need, by=by, now=now)
    if need.state is NeedState.SHORTLISTED:
        invitations.lapse(need, invitations.in_round(need), by=by, now=now)
    return found


def _proposed(there: Iterable[Invitation]) -> list[Invitation]:
    return [each for each in there if each.state is InvitationState.PROPOSED]


def _pass_over(passed: Iterable[Invitation], others: Mapping[int, Reason], *, by: Actor, now: datetime) -> None:
    for each in passed:
        code, words = others[each.id]
        note = explained(code, words)
        invitations.advance(each, "pass_over", reason=code, note=note, by=by, now=now)
        invitations.tell(each, "not_chosen", now=now, reason=code, note=note)


def _begin(
    invitation: Invitation,
    passed: Sequence[Invitation],
    others: Mapping[int, Reason],
    *,
    amount: int,
    funding: Funding,
    days: tuple[date, date],
    by: Actor,
    now: datetime,
) -> Engagement:
    need = invitation.need
    _pass_over(passed, others, by=by, now=now)
    engagement = engagements.begin(
        invitation.entry,
        area_code=need.area_code,
        title=_title(need.text),
        amount=amount,
        funding=funding,
        starts_on=days[0],
        ends_on=days[1],
        need=need,
        invitation=invitation,
        by=by,
        now=now,
    )
    _tell_neighbours(engagement, need, by=by, now=now)
    if need.run is not None and need.category_id is not None:
        confirmations.solved(
            need.run,
            category_id=need.category_id,
            route=need.route,
            organisation=invitation.organisation,
            by=by,
            now=now,
        )
    return engagement


def _tell_neighbours(engagement: Engagement, need: Need, *, by: Actor, now: datetime) -> None:
    """Whoever awarded knows; the engagement is for its two parties, those who joined the need read the board."""
    own = set(notices.neighbours(need.area_code))
    joined = set(needs.concerned(need)) - own
    about = {
        "need": "" if need.category is None else need.category.name,
        "organisation": engagement.organisation.name,
    }
    notices.tell(own - {by.id}, "need_awarded", link=f"/engagements/{engagement.id}", now=now, **about)
    notices.tell(joined, "need_awarded", link=f"/needs/{need.id}", now=now, **about)


def _title(text: str) -> str:
    """The need in one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1] + "…"
