"""What providers answer when they are asked: a plan and a price, sealed until the round opens, or that they cannot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from directory.db import db
from directory.errors import Conflict, Invalid
from directory.models.invitation import Invitation, Proposal
from directory.models.need import Need
from directory.operations import invitations
from directory.operations.changes import Wrong
from directory.policy import Actor, Permission, require
from directory.rules import inviting
from directory.rules.calendar import day_of
from directory.rules.needs import DECLINES
from directory.rules.terms import MOST_YUAN
from directory.rules.work import INVITATIONS, InvitationState
from search.text import mask, mask_doors

LONGEST_PLAN, LONGEST_PART, LONGEST_NOTE = 5000, 2000, 500
READABLE = frozenset({InvitationState.PROPOSED, InvitationState.AWARDED, InvitationState.NOT_CHOSEN})
FURTHEST = timedelta(days=5 * 366)


class AnswersOver(Conflict):
    """The round takes no answers any more: its time is over (`deadline`), or all have answered and it was opened."""

    def __init__(self, deadline: datetime, now: datetime) -> None:
        self.deadline, self.late = deadline, inviting.over(deadline, now)
        super().__init__("the deadline is over" if self.late else "all have answered")


class Sealed(Conflict):
    """Nobody but its provider reads a proposal before the round opens."""

    def __init__(self, deadline: datetime | None) -> None:
        self.deadline = deadline
        super().__init__("the proposals are sealed")


@dataclass(frozen=True, slots=True)
class Said:
    """How a provider would do the work; `price` is whole yuan, 0 for free."""

    plan: str
    price: int
    starts_on: date
    ends_on: date
    schedule: str = ""
    staff: str = ""


def propose(invitation: Invitation, said: Said, *, by: Actor, now: datetime) -> Proposal:
    """Answer with a proposal, or change the one given, while the round is sealed. Raises Wrong, AnswersOver."""
    check(invitation, said, by=by, now=now)
    proposal = invitation.proposal
    if proposal is None:
        proposal = Proposal(invitation=invitation, account_id=by.id, sent_at=now)
        db.session.add(proposal)
    proposal.plan, proposal.schedule, proposal.staff = (
        mask(text).strip() for text in (said.plan, said.schedule, said.staff)
    )
    proposal.price, proposal.starts_on, proposal.ends_on = said.price, said.starts_on, said.ends_on
    proposal.changed_at = now
    invitations.advance(invitation, "propose", by=by, now=now)
    _tell_if_all_answered(invitation.need, now=now)
    return proposal


def check(invitation: Invitation, said: Said, *, by: Actor, now: datetime) -> None:
    """Whether this could be proposed now. Raises Wrong, AnswersOver, NotAllowed."""
    require(by, Permission.ANSWER_INVITATION, invitation)
    INVITATIONS.after("propose", invitation.state)
    require_running(invitation, now=now)
    if faults := tuple(_faults(said, day_of(now))):
        raise Wrong(faults)


def decline(invitation: Invitation, *, reason: str, note: str = "", by: Actor, now: datetime) -> None:
    """Answer that one cannot, also after a proposal, while the round is sealed. Raises Invalid, AnswersOver."""
    require(by, Permission.ANSWER_INVITATION, invitation)
    INVITATIONS.after("decline", invitation.state)
    require_running(invitation, now=now)
    if reason not in DECLINES:
        raise Invalid("reason", reason, "decline_unknown", f"one of {', '.join(DECLINES)}")
    note = explained(reason, note)
    invitations.advance(invitation, "decline", reason=reason, note=note, by=by, now=now)
    if not _tell_if_all_answered(invitation.need, now=now):
        who = invitation.organisation.name
        invitations.tell_neighbourhood(invitation.need, "invitation_declined", now=now, organisation=who)


def explained(reason: str, note: str, field: str = "note") -> str:
    """Words beside a reason that is a code; "other" says nothing without them. Raises Invalid."""
    note = mask_doors(note)
    if reason == "other" and not note:
        raise Invalid(field, note, "other_empty", "say what the other reason is")
    if len(note) > LONGEST_NOTE:
        raise Invalid(field, len(note), "too_long", f"at most {LONGEST_NOTE} characters")
    return note


def read(need: Need, there: Sequence[Invitation], *, by: Actor, now: datetime) -> dict[int, Proposal]:
    """What was proposed, by invitation, for those who choose: once a round is open, and never what was taken back.

    Raises Sealed where a round that runs is not open.
    """
    require(by, Permission.READ_NEED, need)
    running = [each for each in there if each.round == need.round and each.state in invitations.WAITING]
    if running and not invitations.opened(need, [each for each in there if each.round == need.round], now=now):
        raise Sealed(need.deadline)
    wanted = [each.id for each in there if each.state in READABLE]
    query = select(Proposal).where(Proposal.invitation_id.in_(wanted))
    return {proposal.invitation_id: proposal for proposal in db.session.scalars(query)}


def own(invitation: Invitation, *, by: Actor) -> Proposal | None:
    """What a provider itself proposed, at any time."""
    require(by, Permission.ANSWER_INVITATION, invitation)
    return invitation.proposal


def running(invitation: Invitation, *, now: datetime) -> bool:
    """Whether an answer to it can still be given or changed."""
    try:
        INVITATIONS.after("decline", invitation.state)
        require_running(invitation, now=now)
    except Conflict:
        return False
    return True


def require_running(invitation: Invitation, *, now: datetime) -> None:
    """Raises AnswersOver unless its round still takes answers."""
    need = invitation.need
    if need.deadline is None or invitations.opened(need, invitations.in_round(need), now=now):
        raise AnswersOver(need.deadline or now, now)


def _tell_if_all_answered(need: Need, *, now: datetime) -> bool:
    """Whether the answer just given was the last one, so that the round is open."""
    there = invitations.in_round(need)
    if not invitations.opened(need, there, now=now):
        return False
    some = any(each.state is InvitationState.PROPOSED for each in there)
    invitations.tell_neighbourhood(need, "all_answered" if some else "all_declined", now=now)
    return True


def _faults(said: Said, today: date) -> Iterator[Invalid]:
    if not any(character.isalnum() for character in said.plan):
        yield Invalid("plan", "", "plan_empty", "say how the work would be done")
    for field, most in (("plan", LONGEST_PLAN), ("schedule", LONGEST_PART), ("staff", LONGEST_PART)):
        if len(getattr(said, field)) > most:
            yield Invalid(field, len(getattr(said, field)), f"over_{most}", f"at most {most} characters")
    if not 0 <= said.price <= MOST_YUAN:
        yield Invalid("price", said.price, "range", f"from 0 to {MOST_YUAN}")
    yield from day_faults(said.starts_on, said.ends_on, today)


def day_faults(starts_on: date, ends_on: date, today: date) -> Iterator[Invalid]:
    """What is wrong with the days that work would begin and end on."""
    if starts_on < today:
        yield Invalid("starts_on", starts_on.isoformat(), "past", "work begins today or later")
    if ends_on < starts_on:
        yield Invalid("ends_on", ends_on.isoformat(), "order", "it ends before it starts")
    if ends_on > today + FURTHEST:
        yield Invalid("ends_on", ends_on.isoformat(), "too_far", "within five years")
