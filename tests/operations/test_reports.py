"""Reports of reviews: from anyone, decided once by the district, with a public log of what went."""

import pytest
from sqlalchemy import select

from directory.db import db
from directory.errors import Forbidden, Invalid, NotFound
from directory.models.audit import AuditEvent
from directory.models.notice import Notice
from directory.models.reputation import Reputation
from directory.operations import recounting, reports, reviews
from directory.operations.reports import NoReport
from directory.policy import OPERATOR, VISITOR, Actor
from directory.rules.engagements import Side
from directory.rules.lifecycle import NotAllowed
from directory.rules.roles import Role
from directory.rules.work import EngagementState, ReportState, ReviewState
from tests import factories, factories_work


@pytest.fixture
def review(app, now):
    """Published, of a provider."""
    factories.taxonomy()
    work = factories_work.engagement(factories.entry(factories.organisation()), state=EngagementState.SIGNED_OFF)
    made = factories_work.review(work, points=1, text="乱收费")
    reviews._publish(made, by=OPERATOR, now=now)
    return made


@pytest.fixture
def officer(review):
    return factories.actor(Role.DISTRICT)


def report(review, now, *, reason="untrue", text="根本没有这回事", by=VISITOR, **more):
    return reports.file(review.id, reason=reason, text=text, by=by, now=now, **more)


def test_anyone_reports_and_the_district_is_told(review, officer, now):
    made = report(review, now, text="打13812345678问我")
    assert (made.state, made.account_id, made.text) == (ReportState.OPEN, None, "打［手机号］问我")
    (notice,) = db.session.scalars(select(Notice).filter_by(kind="review_reported"))
    assert (notice.account_id, notice.link) == (officer.id, f"/government/reviews/{made.id}")
    assert reports.listed(ReportState.OPEN, page=1, by=officer).rows == [made]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"reason": "bad"}, ("reason", "unknown")),
        ({"reason": "other", "text": " "}, ("text", "report_empty")),
        ({"text": "长" * 501}, ("text", "report_long")),
    ],
)
def test_a_report_says_why(review, now, changed, fault):
    with pytest.raises(Invalid) as refused:
        report(review, now, **changed)
    assert (refused.value.field, refused.value.rule) == fault


def test_what_is_not_public_cannot_be_reported_by_the_public(review, now):
    sealed = factories_work.review(review.engagement, Side.PROVIDER)
    with pytest.raises(NotFound):
        report(sealed, now)
    reviews._publish(sealed, by=OPERATOR, now=now)
    with pytest.raises(NotFound):
        report(sealed, now)
    account = factories_work.neighbour()
    assert report(sealed, now, by=Actor(account.id, account.role, None, account.area_code)).account_id == account.id


def test_one_report_of_a_review_waits_at_a_time(review, now):
    report(review, now)
    with pytest.raises(NoReport) as refused:
        report(review, now, reason="insult")
    assert (refused.value.why, refused.value.status) == ("waiting", 409)


def test_what_was_kept_is_not_reported_for_the_same_reason_again(review, officer, now):
    first = report(review, now)
    reports.keep(first, answer="查过合同，收费一致。", by=officer, now=now)
    assert (first.state, first.decided_by_id, review.state) == (ReportState.KEPT, officer.id, ReviewState.PUBLISHED)
    with pytest.raises(NoReport) as refused:
        report(review, now)
    assert (refused.value.why, refused.value.answer) == ("decided", "查过合同，收费一致。")
    second = report(review, now, reason="insult")
    assert reports.earlier(second) == [first]


def test_hiding_takes_it_out_of_sight_and_out_of_the_rating_for_good(review, officer, now):
    reporter = factories.actor(Role.OWNER, organisation_id=review.organisation_id)
    made = report(review, now, by=reporter)
    reports.hide(made, reason="untrue", answer="经查没有这回事", by=officer, now=now)
    assert (review.state, review.reason, review.nth) == (ReviewState.HIDDEN, "untrue", None)
    assert db.session.scalars(select(Reputation)).one().reviews == 0
    assert [d for d in recounting.differences() if "finished" not in d and "served" not in d] == []
    told = {(n.kind, n.account_id) for n in db.session.scalars(select(Notice))}
    assert ("report_hidden", reporter.id) in told
    assert ("review_hidden", review.account_id) in told
    events = db.session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)).all()
    assert events[-2:] == ["report:hide", "review:hide"]
    with pytest.raises(NotFound):
        report(review, now)
    with pytest.raises(NotAllowed):
        reviews.hide(review, reason="insult", by=officer, now=now)
    assert [line.review for line in reports.removed(page=1).rows] == [review]
    assert [line.review for line in reports.all_removed()] == [review]


def test_what_was_decided_stays_decided(review, officer, now):
    made = report(review, now)
    reports.keep(made, answer="属实", by=officer, now=now)
    for decide in (reports.keep, lambda r, **given: reports.hide(r, reason="insult", **given)):
        with pytest.raises(NotAllowed):
            decide(made, answer="再想想", by=officer, now=now)
    assert review.state is ReviewState.PUBLISHED


@pytest.mark.parametrize("answer", [" ", "长" * 501])
def test_a_decision_is_given_in_words(review, officer, now, answer):
    with pytest.raises(Invalid):
        reports.keep(report(review, now), answer=answer, by=officer, now=now)


def test_a_review_is_hidden_for_one_of_the_reasons_there_are(review, officer, now):
    with pytest.raises(Invalid):
        reports.hide(report(review, now), reason="dislike", answer="不喜欢", by=officer, now=now)


@pytest.mark.parametrize("role", [Role.STREET, Role.AUDITOR, Role.LEAD, Role.OWNER, Role.NEIGHBOURHOOD])
def test_only_the_district_decides(review, now, role):
    made = report(review, now)
    by = factories.actor(role, **({"organisation_id": review.organisation_id} if role is Role.OWNER else {}))
    for deed in (
        lambda: reports.listed(None, page=1, by=by),
        lambda: reports.get(made.id, by=by),
        lambda: reports.keep(made, answer="好", by=by, now=now),
        lambda: reports.hide(made, reason="untrue", answer="好", by=by, now=now),
    ):
        with pytest.raises(Forbidden):
            deed()


def test_an_insulting_reply_goes_alone_and_the_review_stands_and_counts(review, officer, now):
    review.reply, review.replied_at = "你们才是骗子", now
    sums = db.session.scalars(select(Reputation.total)).all()
    made = report(review, now, reason="insult", of_reply=True)
    report(review, now, reason="insult")  # the review may be reported beside it
    with pytest.raises(NoReport):
        report(review, now, of_reply=True)
    reports.hide(made, reason="insult", answer="确有辱骂", by=officer, now=now)
    assert (review.state, review.reply_reason) == (ReviewState.PUBLISHED, "insult")
    assert db.session.scalars(select(Reputation.total)).all() == sums
    (line,) = reports.removed(page=1).rows
    assert (line.review, line.of_reply, line.at, line.reason) == (review, True, now, "insult")
    with pytest.raises(Invalid):
        report(review, now, of_reply=True)


def test_a_reply_that_is_not_there_cannot_be_reported(review, now):
    with pytest.raises(Invalid) as refused:
        report(review, now, of_reply=True)
    assert (refused.value.field, refused.value.rule) == ("about", "no_reply")
