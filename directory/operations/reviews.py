"""What the two parties of finished work say of each other: written, sealed, published, answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

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
REMINDED = timedelta(days=5)  # so long before its last day whoever has not written is told
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
    the other side's is in and sealed. `until` is the last day to write, sooner where what waits opens sooner, `opens`
    when what is sealed is published at the latest. `why_not` is a code where their side cannot write, "" where it
    can; `may_reply` whether it can reply.
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
        engagement.review_until if side is None else _until(engagement, found, side, periods),
        opens,
        _why_not(engagement, found, first, on=on),
        side is not None and theirs is not None and theirs.state is ReviewState.PUBLISHED and not theirs.reply,
    )


def _until(engagement: Engagement, found: Mapping[Side, Review], side: Side, periods: Periods) -> date | None:
    """The last day a side is told: what the other side sealed ends it sooner, unless this side has written."""
    until, theirs = engagement.review_until, found.get(other(side))
    if until is None or side in found or theirs is None or theirs.state is not ReviewState.SEALED:
        return until
    return rules.last_day_to_write(until, rules.opens_on(theirs.created_at, periods.sealed_days))


def _why_not(engagement: Engagement, found: Mapping[Side, Review], side: Side, *, on: date) -> str:
    """A review is taken as long as the other's is sealed, also where a missed daily run opens it late."""
    until = engagement.review_until
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
    why_not = _why_not(engagement, found, side, on=day_of(now))
    if why_not:
        raise NoReview(why_not, engagement.review_until)
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
        until = _until(engagement, {side: review}, other(side), periods)
        _tell(engagement, "review_in", to=other(side), now=now, until=str(until))
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


def has_reply(review: Review) -> bool:
    """Whether there is a reply to read."""
    return bool(review.reply) and review.reply_hidden_at is None


def hide_reply(review: Review, *, reason: str, by: Actor, now: datetime) -> None:
    """Take the reply out of sight, for good; the review stands and counts. `reason` is a code. Raises Conflict."""
    require(by, Permission.MODERATE, review)
    if reason not in rules.REASONS:
        raise Invalid("reason", reason, "unknown", "not one of the reasons there are")
    if not has_reply(review):
        raise NotAllowed("hide", review.state, {ReviewState.PUBLISHED})
    review.reply_hidden_at, review.reply_reason = now, reason
    audit.record("review:hide_reply", by=by, thing=f"Review:{review.id}", now=now, reason=reason)


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
    _tell_both(engagement, "review_open", now=now, until=str(engagement.review_until))


def due(day: date, *, by: Actor, now: datetime) -> dict[str, int]:
    """Publish what was sealed long enough, and remind those whose last days to write have come."""
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
    """Whichever side can write for REMINDED more days and has not; each is told once of its last day."""
    last = day + REMINDED
    written = last + timedelta(days=1 - periods.sealed_days)  # what was sealed that day opens the day after the last
    sealed = select(Review.engagement_id).where(
        Review.state == ReviewState.SEALED,
        Review.since >= rules.starts(written),
        Review.since < rules.starts(written + timedelta(days=1)),
        Review.since <= now,
    )
    query = select(Engagement).where(
        Engagement.state == EngagementState.SIGNED_OFF,
        or_(Engagement.review_until == last, Engagement.id.in_(sealed)),
        Engagement.signed_off_at <= now,
    )
    number = 0
    for engagement in db.session.scalars(query.order_by(Engagement.id)):
        found = of(engagement)
        for side in Side:
            if _why_not(engagement, found, side, on=day) or _until(engagement, found, side, periods) != last:
                continue
            _tell(engagement, "review_due", to=side, now=now, once=f"review:{engagement.id}:{last}", until=str(last))
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
