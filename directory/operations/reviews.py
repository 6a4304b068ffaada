"""What the two parties of finished work say of each other: written, sealed, published, answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from directory import audit
from directory.db import db
from directory.errors import Conflict, Forbidden, Invalid
from directory.models.engagement import Engagement
from directory.models.review import DIMENSIONS, Review
from directory.operations import engagements, notices, parameters, reputation
from directory.policy import Actor, Permission, can, require
from directory.rules import reviews as rules
from directory.rules.calendar import day_of
from directory.rules.engagements import Side, other
from directory.rules.lifecycle import NotAllowed
from directory.rules.periods import Periods
from directory.rules.work import REVIEWS, EngagementState, ReviewState
from search.text import mask_doors

LONGEST_TEXT, LONGEST_REPLY = 1000, 600
# Why a side cannot write: it has, the other's is out, the time is over.
WRITTEN, PUBLISHED, OVER = "written", "published", "over"
REPLIED = "replied"


class NoReview(Conflict):
    """`why` is one of the codes above, `until` the last day where that is over."""

    def __init__(self, why: str, until: date | None = None) -> None:
        self.why, self.until = why, until
        super().__init__(f"no review or reply is taken: {why}")


@dataclass(frozen=True, slots=True)
class Standing:
    """How the reviews of an engagement stand for somebody.

    `side` is theirs, None for those who only read. `mine` is their side's review in any state, `theirs` the other's,
    None while it is sealed; for those who only read, both are those that were published or hidden. `waiting` says that
    the other side's is in and sealed. `until` is the last day to write, `opens` when what is sealed is published at the
    latest. `why_not` is a code where their side cannot write, "" where it can; `may_reply` whether it can reply.
    """

    side: Side | None
    mine: Review | None
    theirs: Review | None
    waiting: bool
    until: date | None
    opens: date | None
    why_not: str
    may_reply: bool


def of(engagement: Engagement) -> dict[Side, Review]:
    query = select(Review).where(Review.engagement_id == engagement.id).execution_options(populate_existing=True)
    return {each.side: each for each in db.session.scalars(query)}


def standing(engagement: Engagement, *, by: Actor, on: date) -> Standing:
    """Raises Forbidden. Two statements."""
    require(by, Permission.READ_ENGAGEMENT, engagement)
    periods, found = parameters.in_force().periods, of(engagement)
    side = engagements.side_of(by) if can(by, Permission.REVIEW, engagement) else None
    first = side or Side.NEIGHBOURHOOD
    mine, theirs = found.get(first), found.get(other(first))
    sealed = [each for each in found.values() if each.state is ReviewState.SEALED]
    opens = min((rules.opens_on(each.created_at, periods.sealed_days) for each in sealed), default=None)
    waiting = theirs is not None and theirs in sealed
    return Standing(
        side,
        None if side is None and mine in sealed else mine,
        None if waiting else theirs,
        waiting,
        _until(engagement, periods),
        opens,
        _why_not(engagement, found, first, periods, on=on),
        side is not None and theirs is not None and theirs.state is ReviewState.PUBLISHED and not theirs.reply,
    )


def _until(engagement: Engagement, periods: Periods) -> date | None:
    done = engagement.signed_off_at
    return None if done is None else rules.last_day(done, periods.review_days)


def _why_not(engagement: Engagement, found: Mapping[Side, Review], side: Side, periods: Periods, *, on: date) -> str:
    until = _until(engagement, periods)
    if until is None:
        return engagement.state.value
    if side in found:
        return WRITTEN
    if other(side) in found and found[other(side)].state is not ReviewState.SEALED:
        return PUBLISHED
    return OVER if on > until else ""


def checked(marks: Mapping[str, int | None], text: str) -> str:
    """The text as it will be kept. Raises Invalid where a dimension has no mark, or the text is too long."""
    for name in DIMENSIONS:
        given = marks.get(name)
        if given is None or not rules.LEAST <= given <= rules.MOST:
            raise Invalid(name, given, "mark", f"from {rules.LEAST} to {rules.MOST}")
    return _said("text", text, LONGEST_TEXT)


def _said(field: str, text: str, most: int) -> str:
    if len(text) > most:
        raise Invalid(field, len(text), "review_long", f"at most {most} characters")
    return mask_doors(text)


def write(engagement: Engagement, *, marks: Mapping[str, int | None], text: str, by: Actor, now: datetime) -> Review:
    """One side's review, sealed; published at once with the other's where that is in.

    The engagement comes locked: see engagements.get. Raises Forbidden, NotAllowed before sign-off, NoReview, Invalid.
    """
    require(by, Permission.REVIEW, engagement)
    if engagement.state is not EngagementState.SIGNED_OFF:
        raise NotAllowed("review", engagement.state, {EngagementState.SIGNED_OFF})
    side, found, periods = engagements.side_of(by), of(engagement), parameters.in_force().periods
    why_not = _why_not(engagement, found, side, periods, on=day_of(now))
    if why_not:
        raise NoReview(why_not, _until(engagement, periods))
    text = checked(marks, text)
    review = Review(
        engagement=engagement,
        side=side,
        organisation_id=engagement.organisation_id,
        category_id=engagement.category_id,
        area_code=engagement.area_code,
        account_id=by.id,
        text=text,
        since=now,
        created_at=now,
        **{name: marks[name] for name in DIMENSIONS},
    )
    db.session.add(review)
    db.session.flush()
    audit.record("review:write", by=by, thing=f"Review:{review.id}", now=now)
    if other(side) in found:
        for each in (found[other(side)], review):
            _publish(each, by=by, now=now)
        _tell_both(engagement, "reviews_published", now=now)
    else:
        opens = rules.opens_on(now, periods.sealed_days)
        last = min(opens, _until(engagement, periods) or opens)
        _tell(engagement, "review_in", to=other(side), now=now, until=last.isoformat())
    return review


def _publish(review: Review, *, by: Actor, now: datetime) -> None:
    review.state = REVIEWS.after("publish", review.state)
    review.since = review.published_at = now
    audit.record("review:publish", by=by, thing=f"Review:{review.id}", now=now)
    reputation.follow(review)


def hide(review: Review, *, reason: str, by: Actor, now: datetime) -> None:
    """Take a published review out of sight and out of the sums, for good. `reason` is a code. Raises NotAllowed."""
    require(by, Permission.MODERATE, review)
    if reason not in rules.REASONS:
        raise Invalid("reason", reason, "unknown", "not one of the reasons there are")
    nth = review.nth
    review.state = REVIEWS.after("hide", review.state)
    review.since, review.reason, review.nth = now, reason, None
    audit.record("review:hide", by=by, thing=f"Review:{review.id}", now=now, reason=reason)
    reputation.follow(review, nth=nth)


def reply(review: Review, *, text: str, by: Actor, now: datetime) -> None:
    """The rated side answers a published review, once. Raises Forbidden, NotAllowed, NoReview, Invalid."""
    engagement = review.engagement
    require(by, Permission.REVIEW, engagement)
    if engagements.side_of(by) is review.side:
        raise Forbidden("only the side that was rated replies")
    if review.state is not ReviewState.PUBLISHED:
        raise NotAllowed("reply", review.state, {ReviewState.PUBLISHED})
    if review.reply:
        raise NoReview(REPLIED)
    said = _said("reply", text, LONGEST_REPLY)
    if not said:
        raise Invalid("reply", text, "review_empty", "say something")
    review.reply, review.replied_at = said, now
    audit.record("review:reply", by=by, thing=f"Review:{review.id}", now=now)
    _tell(engagement, "review_replied", to=review.side, now=now)


def ask(engagement: Engagement, *, now: datetime) -> None:
    """Tell both sides of work just signed off that they can review it, and until when."""
    _tell_both(engagement, "review_open", now=now, until=str(_until(engagement, parameters.in_force().periods)))


def due(day: date, *, by: Actor, now: datetime) -> dict[str, int]:
    """Publish what was sealed long enough, and remind those who have half of their time left to write."""
    require(by, Permission.RUN_DAILY)
    periods = parameters.in_force().periods
    before = rules.starts(day - timedelta(days=periods.sealed_days - 1))
    over = select(Review.id).where(Review.state == ReviewState.SEALED, Review.since < before, Review.since <= now)
    late = list(db.session.scalars(over.order_by(Review.since, Review.id)))
    for review_id in late:
        review = get(review_id)
        _publish(review, by=by, now=now)
        _tell_both(review.engagement, "review_published", now=now)
    return {"reviews": len(late), "asked": _remind(day, periods, now=now)}


def get(review_id: int) -> Review:
    """Locked for a change; whoever asks has checked that it is there."""
    return db.session.get_one(Review, review_id, with_for_update=True, populate_existing=True)


def _remind(day: date, periods: Periods, *, now: datetime) -> int:
    """Both sides of work signed off half a review's time ago, whichever has not written; each is told once."""
    then = day - timedelta(days=periods.review_days // 2)
    query = select(Engagement).where(
        Engagement.state == EngagementState.SIGNED_OFF,
        Engagement.signed_off_at >= rules.starts(then),
        Engagement.signed_off_at < rules.starts(then + timedelta(days=1)),
    )
    number = 0
    for engagement in db.session.scalars(query.order_by(Engagement.id)):
        found = of(engagement)
        for side in Side:
            if not _why_not(engagement, found, side, periods, on=day):
                until = str(_until(engagement, periods))
                once = f"review:{engagement.id}"
                _tell(engagement, "review_open", to=side, now=now, once=once, until=until)
                number += 1
    return number


def _tell_both(engagement: Engagement, kind: str, *, now: datetime, **facts: str) -> None:
    for side in Side:
        _tell(engagement, kind, to=side, now=now, **facts)


def _tell(engagement: Engagement, kind: str, *, to: Side, now: datetime, once: str | None = None, **facts: str) -> None:
    """As engagements.tell does, leading to the page of the reviews."""
    provider = to is Side.PROVIDER
    notices.tell(
        notices.keepers(engagement.organisation_id) if provider else notices.neighbours(engagement.area_code),
        kind,
        link=f"/engagements/{engagement.id}/review",
        now=now,
        once=once,
        **{"title": engagement.title, "organisation": engagement.organisation.name, **facts},
    )
