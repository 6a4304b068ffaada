"""Changes to the terms of agreed work: one side proposes, the other agrees, and what was shown is what applies."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import func, select

from directory.db import db
from directory.errors import Conflict, Forbidden, Invalid, NotFound
from directory.models.engagement import Engagement, Milestone, ServiceRecord, TermsChange
from directory.operations import changes, engagements
from directory.operations.sending import Overtaken
from directory.policy import Actor, Permission, require
from directory.rules import reasons
from directory.rules import terms as rules
from directory.rules.engagements import Funding, other
from directory.rules.terms import Step, Terms
from directory.rules.work import TERMS, EngagementState, MilestoneState, TermsState
from search.text import mask

OPEN_TO_CHANGE = (EngagementState.AGREED, EngagementState.RUNNING)
SHOWN = 20
_ASIDE = 1000  # past every position: steps change places without two of them ever standing at one


class ChangeOpen(Conflict):
    def __init__(self) -> None:
        super().__init__("a change of these terms waits for an answer")


class TermsMoved(Conflict):
    def __init__(self) -> None:
        super().__init__("the work is no longer as it was when this change was proposed")


def get(terms_id: int, *, by: Actor) -> TermsChange:
    """The change, locked after its engagement. Raises NotFound, Forbidden."""
    found = db.session.get(TermsChange, terms_id)
    if found is None:
        raise NotFound(f"no change of terms {terms_id}")
    engagements.get(found.engagement_id, by=by)
    return db.session.get_one(TermsChange, terms_id, with_for_update=True, populate_existing=True)


def of(engagement: Engagement) -> list[TermsChange]:
    """The changes proposed, the latest first."""
    query = select(TermsChange).where(TermsChange.engagement_id == engagement.id)
    return list(db.session.scalars(query.order_by(TermsChange.id.desc()).limit(SHOWN)))


def standing(engagement: Engagement) -> Terms:
    """The terms as they are."""
    steps = (Step(each.id, each.name, each.due_on, each.share) for each in engagement.milestones)
    return Terms(
        title=engagement.title,
        contract=engagement.contract,
        amount=engagement.amount,
        funding=Funding(engagement.funding),
        starts_on=engagement.starts_on,
        ends_on=engagement.ends_on,
        steps=tuple(steps),
    )


def seen(engagement: Engagement) -> str:
    """Stands for the terms as a page shows them."""
    return changes.fingerprint(standing(engagement), rules.FIELDS)


def compare(engagement: Engagement, said: Terms, *, by: Actor) -> tuple[Terms, dict[str, list[object]]]:
    """The terms as they would be, and what differs. Raises Forbidden, NotAllowed, ChangeOpen, Invalid."""
    require(by, Permission.CHANGE_TERMS, engagement)
    engagements.require_state(engagement, "change", *OPEN_TO_CHANGE)
    if _open(engagement) is not None:
        raise ChangeOpen
    said = _cleaned(said)
    rules.check(said)
    _check_steps(engagement, said)
    _check_records(engagement, said.starts_on)
    differing = rules.difference(standing(engagement), said)
    if not differing:
        raise Invalid("title", "", "unchanged", "nothing would change")
    return said, differing


def propose(engagement: Engagement, said: Terms, *, reason: str, seen_: str, by: Actor, now: datetime) -> TermsChange:
    """Ask the other side for other terms. Raises Forbidden, NotAllowed, ChangeOpen, Overtaken, Invalid."""
    _, differing = compare(engagement, said, by=by)
    if seen_ != seen(engagement):
        raise Overtaken
    change = TermsChange(
        engagement_id=engagement.id,
        side=engagements.side_of(by),
        terms=differing,
        reason=mask(reasons.formal(reason)),
        account_id=by.id,
        created_at=now,
    )
    db.session.add(change)
    db.session.flush()
    _told(change, "propose", change.reason, by=by, now=now)
    engagements.tell(engagement, "terms_proposed", to=other(change.side), now=now, link=_page(change))
    return change


def accept(change: TermsChange, *, answer: str = "", by: Actor, now: datetime) -> None:
    """The other side agrees, and the terms are as the change shows them. Raises Forbidden, NotAllowed, TermsMoved."""
    engagement = change.engagement
    require_other_side(change, by=by)
    engagements.require_state(engagement, "change", *OPEN_TO_CHANGE)
    TERMS.after("accept", change.state)
    before, after = shown(change)
    if before != standing(engagement) or _settled_differ(engagement, after):
        raise TermsMoved
    try:
        _check_paid(engagement, after)
    except Invalid as accepted_since:
        raise TermsMoved from accepted_since
    _check_records(engagement, after.starts_on)
    _answer(change, "accept", answer, by=by, now=now)
    _apply(engagement, after, now=now)
    engagements.tell(engagement, "terms_accepted", to=change.side, now=now, link=_page(change))


def refuse(change: TermsChange, *, answer: str, by: Actor, now: datetime) -> None:
    """The other side does not agree, and says why. Raises Forbidden, NotAllowed, Invalid."""
    require_other_side(change, by=by)
    TERMS.after("refuse", change.state)
    _answer(change, "refuse", reasons.formal(answer), by=by, now=now)
    engagements.tell(change.engagement, "terms_refused", to=change.side, now=now, link=_page(change))


def withdraw(change: TermsChange, *, by: Actor, now: datetime) -> None:
    """The side that proposed takes it back. Raises Forbidden, NotAllowed."""
    require(by, Permission.CHANGE_TERMS, change)
    if engagements.side_of(by) is not change.side:
        raise Forbidden("who proposed a change takes it back")
    _answer(change, "withdraw", "", by=by, now=now)
    engagements.tell(change.engagement, "terms_withdrawn", to=other(change.side), now=now, link=_page(change))


def drop(engagement: Engagement, *, by: Actor, now: datetime) -> None:
    """The work ends, and with it what was still asked of its terms."""
    if (change := _open(engagement)) is not None:
        _answer(change, "withdraw", "", by=by, now=now)


def shown(change: TermsChange) -> tuple[Terms, Terms]:
    """The terms before and after a change: what it does not name is as it stands now."""
    now = rules.to_json(standing(change.engagement))
    before, after = ({name: pair[place] for name, pair in change.terms.items()} for place in (0, 1))
    return rules.from_json(now | before), rules.from_json(now | after)


def _open(engagement: Engagement) -> TermsChange | None:
    waiting = TermsChange.engagement_id == engagement.id, TermsChange.state == TermsState.OPEN
    return db.session.scalar(select(TermsChange).where(*waiting))


def _cleaned(said: Terms) -> Terms:
    steps = (replace(step, name=mask(step.name).strip()) for step in said.steps)
    return replace(
        said,
        title=mask(said.title).strip(),
        contract=mask(said.contract).strip(),
        steps=rules.in_order(tuple(steps)),
    )


def _check_steps(engagement: Engagement, said: Terms) -> None:
    """What was delivered or accepted stays as it is; nothing is changed that is not there."""
    known = {milestone.id for milestone in engagement.milestones}
    given = [step.id for step in said.steps if step.id is not None]
    if len(set(given)) != len(given) or not set(given) <= known:
        raise Invalid("steps", "", "unknown", "a step that this work does not have")
    if settled := _settled_differ(engagement, said):
        raise Invalid("steps", settled, "settled", "what was delivered or accepted cannot change")
    _check_paid(engagement, said)


def _check_paid(engagement: Engagement, said: Terms) -> None:
    """What was accepted is paid as it was: the amount covers that, and what is more has open steps to go to."""
    fixed = paid_of(engagement)
    paid = sum(fixed.values())
    if said.amount < paid:
        raise Invalid("amount", said.amount, "below_paid", f"at least {paid}, which accepted steps are paid")
    if said.amount > paid and fixed and not any(step.share for step in said.steps if step.id not in fixed):
        raise Invalid("amount", said.amount, "no_step_left", "no open step has a share of what is left")


def paid_of(engagement: Engagement) -> dict[int, int]:
    """What the accepted steps were accepted with, by their ids."""
    payments = engagements.payments(engagement)
    done = MilestoneState.ACCEPTED
    return {each.id: payments[each.id] for each in engagement.milestones if each.state is done}


def _settled_differ(engagement: Engagement, said: Terms) -> str:
    """The name of a step under acceptance or accepted that these terms have otherwise; "" for none."""
    given = {step.id: step for step in said.steps}
    for each in engagement.milestones:
        same = given.get(each.id) == Step(each.id, each.name, each.due_on, each.share)
        if each.state is not MilestoneState.PENDING and not same:
            return each.name
    return ""


def _check_records(engagement: Engagement, starts_on: date) -> None:
    """Nothing was done before the start."""
    kept = ServiceRecord.engagement_id == engagement.id, ServiceRecord.struck_at.is_(None)
    first = db.session.scalar(select(func.min(ServiceRecord.on)).where(*kept))
    if first is not None and first < starts_on:
        raise Invalid("starts_on", first.isoformat(), "recorded", "something was done before that day")


def require_other_side(change: TermsChange, *, by: Actor) -> None:
    """Raises Forbidden for who may not answer a change."""
    require(by, Permission.CHANGE_TERMS, change)
    if engagements.side_of(by) is change.side:
        raise Forbidden("who proposed a change does not answer it")


def _apply(engagement: Engagement, after: Terms, *, now: datetime) -> None:
    there = {milestone.id: milestone for milestone in engagement.milestones}
    for milestone_id, yuan in paid_of(engagement).items():
        there[milestone_id].paid = yuan
    for name in rules.FIELDS:
        if name != "steps":
            setattr(engagement, name, getattr(after, name))
    kept = {step.id for step in after.steps}
    for milestone_id, milestone in there.items():
        if milestone_id in kept:
            milestone.position += _ASIDE
        else:
            milestone.dropped_at = now
    db.session.flush()
    for place, step in enumerate(after.steps, 1):
        if step.id is None:
            milestone = Milestone(since=now, state=MilestoneState.PENDING)
            engagement.milestones.append(milestone)
        else:
            milestone = there[step.id]
        milestone.position, milestone.name = place, step.name
        milestone.due_on, milestone.share = step.due_on, step.share
    db.session.flush()
    db.session.expire(engagement, ["milestones"])


def _answer(change: TermsChange, step: str, answer: str, *, by: Actor, now: datetime) -> None:
    change.state = TERMS.after(step, change.state)
    change.answer, change.answered_at = mask(answer).strip()[: reasons.LONGEST_FORMAL], now
    _told(change, step, change.answer, by=by, now=now)


def _told(change: TermsChange, step: str, reason: str, *, by: Actor, now: datetime) -> None:
    engagements.on_record(f"terms:{step}", reason, thing=f"Engagement:{change.engagement_id}", by=by, now=now)


def _page(change: TermsChange) -> str:
    return f"/engagements/terms/{change.id}"
