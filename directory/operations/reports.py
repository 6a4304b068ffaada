"""Reviews that somebody holds must not stand: reported by anyone, decided by the district, and what was removed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import joinedload

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.review import Review, ReviewReport
from directory.operations import engagements, notices, reviews
from directory.operations.paging import PAGE, Shown, paged, pages
from directory.policy import Actor, Permission, can, require
from directory.rules.engagements import Side, other
from directory.rules.reviews import REASONS
from directory.rules.roles import Role
from directory.rules.work import REPORTS, ReportState, ReviewState
from search.text import mask

LONGEST_TEXT, LONGEST_ANSWER = 500, 500
# Why a report is not taken: one waits already, or this reason was looked at and the review kept.
WAITING, DECIDED = "waiting", "decided"


class NoReport(Conflict):
    """`why` is one of the codes above; `decided_at` and `answer` are those of the decision that stands."""

    def __init__(self, why: str, decided: ReviewReport | None = None) -> None:
        self.why, self.decided_at = why, decided.decided_at if decided else None
        self.answer = decided.answer if decided else ""
        super().__init__(f"no report is taken: {why}")


@dataclass(frozen=True, slots=True)
class Removed:
    """A line of the public log: a review that went, or the reply to one; `reason` is a code."""

    review: Review
    at: datetime
    reason: str
    of_reply: bool


def readable(review_id: int, *, by: Actor) -> Review:
    """A published review that somebody may read: all by neighbourhoods, else its parties. Raises NotFound."""
    found = db.session.scalar(
        select(Review).where(Review.id == review_id).options(joinedload(Review.engagement), joinedload(Review.category))
    )
    if found is None or not _open_to(found, by):
        raise NotFound(f"no review {review_id}")
    return found


def _open_to(review: Review, by: Actor) -> bool:
    public = review.side is Side.NEIGHBOURHOOD or can(by, Permission.READ_ENGAGEMENT, review.engagement)
    return public and review.state is ReviewState.PUBLISHED


def file(review_id: int, *, reason: str, text: str, of_reply: bool = False, by: Actor, now: datetime) -> ReviewReport:
    """Report a review, or the reply to it. Raises NotFound, Invalid, NoReport."""
    review = readable(review_id, by=by)
    require(by, Permission.REPORT_REVIEW, review)
    if reason not in REASONS:
        raise Invalid("reason", reason[:40], "unknown", "not one of the reasons there are")
    if len(text) > LONGEST_TEXT:
        raise Invalid("text", len(text), "report_long", f"at most {LONGEST_TEXT} characters")
    text = mask(text).strip()
    if reason == "other" and not text:
        raise Invalid("text", text, "report_empty", "say what is wrong")
    review = reviews.get(review_id)
    if of_reply and not reviews.has_reply(review):
        raise Invalid("about", "", "no_reply", "there is no reply to report")
    refusal = _stands_against(review, reason, of_reply=of_reply)
    if refusal is not None:
        raise refusal
    made = ReviewReport(review=review, account_id=by.id, of_reply=of_reply, reason=reason, text=text, created_at=now)
    db.session.add(made)
    db.session.flush()
    audit.record("report:file", by=by, thing=f"ReviewReport:{made.id}", now=now)
    notices.tell(
        notices.with_role(Role.DISTRICT),
        "review_reported",
        link=f"/government/reviews/{made.id}",
        now=now,
        organisation=review.organisation.name,
    )
    return made


def _stands_against(review: Review, reason: str, *, of_reply: bool) -> NoReport | None:
    same = select(ReviewReport).filter_by(review_id=review.id, of_reply=of_reply)
    for each in db.session.scalars(same.order_by(ReviewReport.id.desc())):
        if each.state is ReportState.OPEN:
            return NoReport(WAITING)
        if each.reason == reason:
            return NoReport(DECIDED, each)
    return None


def listed(state: ReportState | None, *, page: int, by: Actor) -> Shown[ReviewReport]:
    """Reports in a state, or all, the oldest first."""
    require(by, Permission.MODERATE)
    query = select(ReviewReport).options(
        joinedload(ReviewReport.review).joinedload(Review.organisation),
        joinedload(ReviewReport.review).joinedload(Review.category),
    )
    if state is not None:
        query = query.where(ReviewReport.state == state)
    return paged(query.order_by(ReviewReport.created_at, ReviewReport.id), page)


def get(report_id: int, *, by: Actor) -> ReviewReport:
    """One, locked for a change. Raises NotFound, Forbidden."""
    require(by, Permission.MODERATE)
    found = db.session.get(ReviewReport, report_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"no report {report_id}")
    return found


def earlier(report: ReviewReport) -> list[ReviewReport]:
    """What was decided before on the same review, or on the same reply."""
    same = select(ReviewReport).filter_by(review_id=report.review_id, of_reply=report.of_reply)
    return list(db.session.scalars(same.where(ReviewReport.id != report.id).order_by(ReviewReport.id)))


def keep(report: ReviewReport, *, answer: str, by: Actor, now: datetime) -> None:
    """The review stands; for this reason it is not looked at again."""
    _decide(report, "keep", answer, by=by, now=now)
    _tell_reporter(report, "report_kept", link=f"/organisations/{report.review.organisation_id}/reviews", now=now)


def hide(report: ReviewReport, *, reason: str, answer: str, by: Actor, now: datetime) -> None:
    """The review, or only the reply, goes, for good; the public log says that it did, and why."""
    _decide(report, "hide", answer, by=by, now=now)
    review = reviews.get(report.review_id)
    act = reviews.hide_reply if report.of_reply else reviews.hide
    act(review, reason=reason, by=by, now=now)
    _tell_reporter(report, "report_hidden", link="/reviews/removed", now=now)
    kind, whose = ("reply_hidden", other(review.side)) if report.of_reply else ("review_hidden", review.side)
    engagements.tell(review.engagement, kind, to=whose, now=now, note=report.answer)


def _decide(report: ReviewReport, step: str, answer: str, *, by: Actor, now: datetime) -> None:
    require(by, Permission.MODERATE, report)
    if not answer.strip():
        raise Invalid("answer", answer, "report_empty", "a report is answered in words")
    if len(answer) > LONGEST_ANSWER:
        raise Invalid("answer", len(answer), "report_long", f"at most {LONGEST_ANSWER} characters")
    report.state = REPORTS.after(step, report.state)
    report.answer, report.decided_at, report.decided_by_id = mask(answer).strip(), now, by.id
    audit.record(f"report:{step}", by=by, thing=f"ReviewReport:{report.id}", now=now, reason=report.answer)


def _tell_reporter(report: ReviewReport, kind: str, *, link: str, now: datetime) -> None:
    if report.account_id is not None:
        facts = {"organisation": report.review.organisation.name, "note": report.answer}
        notices.tell([report.account_id], kind, link=link, now=now, **facts)


def removed(*, page: int) -> Shown[Removed]:
    """What was hidden, the latest first: when, of whom, in which category and why; nobody is shown the text again."""
    query = _removed()
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    page = min(page, pages(total, PAGE))
    rows = db.session.execute(query.offset((page - 1) * PAGE).limit(PAGE))
    return Shown([Removed(*row) for row in rows], total, page, PAGE)


def all_removed() -> Iterator[Removed]:
    """The same, all of it, read as it is used."""
    for row in db.session.execute(_removed().execution_options(yield_per=500)):
        yield Removed(*row)


def _removed() -> Select[Any]:
    gone = union_all(
        select(Review.id, Review.since.label("at"), Review.reason.label("why"), literal(False).label("of_reply")).where(
            Review.state == ReviewState.HIDDEN
        ),
        select(Review.id, Review.reply_hidden_at, Review.reply_reason, literal(True)).where(
            Review.reply_hidden_at.is_not(None)
        ),
    ).subquery()
    return (
        select(Review, gone.c.at, gone.c.why, gone.c.of_reply)
        .join(gone, gone.c.id == Review.id)
        .order_by(gone.c.at.desc(), Review.id.desc(), gone.c.of_reply)
        .options(joinedload(Review.organisation), joinedload(Review.category))
    )
