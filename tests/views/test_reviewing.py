"""The page on which the two parties of finished work review each other."""

from datetime import timedelta

import pytest
from flask import render_template
from sqlalchemy import select

from directory.db import db, transaction
from directory.models.review import DIMENSIONS, Review
from directory.operations import reviews
from directory.policy import OPERATOR, Actor
from directory.rules.calendar import day_of
from directory.rules.engagements import Side
from directory.rules.roles import Role
from directory.rules.work import EngagementState, ReviewState
from tests import factories, factories_work
from tests.views.conftest import sign_in, token
from tests.views.page import Page

MARKS = dict(zip(DIMENSIONS, "54345", strict=True))
HELD_BACK = "只有我方知道的一句话"


@pytest.fixture
def work(app):
    with transaction():
        factories.taxonomy()
        organisation = factories.organisation()
        factories.account(Role.OWNER, organisation_id=organisation.id)
        return factories_work.engagement(factories.entry(organisation), state=EngagementState.SIGNED_OFF)


class Party:
    """Somebody of a side at a browser of their own."""

    def __init__(self, app, account):
        self.client = app.test_client()
        sign_in(self.client, account)

    def get(self, address):
        return Page(self.client.get(address, follow_redirects=True))

    def post(self, address, **given):
        data = {"csrf_token": token(self.client), "once": self.once(address), **given}
        return Page(self.client.post(address, data=data, follow_redirects=True))

    def once(self, address):
        page = self.get(address.replace("/reply", "/review"))
        return next((str(e.get("value")) for e in page.all("input") if e.get("name") == "once"), "none")


@pytest.fixture
def provider(app, work):
    return Party(app, db.session.scalars(select(factories.Account).filter_by(role=Role.OWNER)).one())


@pytest.fixture
def committee(app, work):
    return Party(app, factories_work.neighbour())


@pytest.fixture
def address(work):
    return f"/engagements/{work.id}/review"


def write(party, address, text="准时，做得细。", **changed):
    return party.post(address, **MARKS, text=text, confirmed="1", **changed)


def test_every_mark_has_words_for_the_side_that_writes(committee, provider, address):
    ours, theirs = committee.get(address), provider.get(address)
    assert "5 分：很内行，想到了我们没想到的" in ours.text
    assert "5 分：说得清，还一起想办法" in theirs.text
    assert len([e for e in ours.all("input") if e.get("type") == "radio"]) == 25
    assert "2027年1月22日" in ours.text


def test_what_will_be_sealed_is_shown_once_more_and_can_be_changed(committee, address):
    check = committee.post(address, **MARKS, text="打13812345678")
    assert check.status == 200
    assert "核对后再封存" in check.title
    assert "5 分：很内行，想到了我们没想到的" in check.text
    assert "打［手机号］" in check.text  # as it will be kept
    assert db.session.scalar(select(Review)) is None
    again = committee.post(address, **MARKS, text="改一下", edit="1")
    assert "评价：停车共治" in again.title
    assert [e.get("value") for e in again.all("input") if e.get("checked") is not None] == list("54345")


def test_a_review_is_sealed_and_says_until_when(committee, provider, address):
    done = write(committee, address)
    assert "已经封存，对方看不到" in done.text
    assert "2026年12月7日" in done.text
    assert "对方已经写好，正封存着。您可以写到2026年12月6日" in provider.get(address).text


def test_a_missing_mark_is_named_and_what_was_picked_stays(committee, address):
    page = committee.post(address, **{**MARKS, "timely": ""}, text="好")
    assert page.status == 422
    assert page.faults == ["“及时”还没有打分，请选一项。"]
    assert len([e for e in page.all("input") if e.get("checked") is not None]) == 4


@pytest.mark.parametrize("mark", ["0", "6", "五", "9" * 5000, "-1"])
def test_a_mark_that_is_none_is_refused(committee, address, mark):
    assert committee.post(address, **{**MARKS, "timely": mark}, confirmed="1").status == 422
    assert committee.post(address, **MARKS, text="长" * 1001, confirmed="1").status == 422
    assert db.session.scalar(select(Review)) is None


def test_a_sealed_review_is_on_no_page_in_no_export_and_not_in_the_api(app, committee, provider, work, address):
    write(committee, address, text=HELD_BACK)
    assert HELD_BACK in committee.get(address).text
    with transaction():
        officer, auditor = factories.account(Role.DISTRICT), factories.account(Role.AUDITOR)
    organisation, service = work.organisation_id, work.entry.service_id
    public = [
        *(f"/organisations/{organisation}", f"/organisations/{organisation}/reviews", f"/services/{service}", "/"),
        *("/reviews", "/reviews/removed", "/reviews/removed.csv", "/search?q=停车", f"/reviews/{1}/report"),
        *(f"/api/v1/organisations/{organisation}", f"/api/v1/services/{service}", "/api/v1/search?q=停车"),
    ]
    signed = ["/account/notices", address, "/government/reviews", "/audit", "/audit/events.csv", "/organisation"]
    for reader in (app.test_client(), provider.client, Party(app, officer).client, Party(app, auditor).client):
        for where in (*public, *signed):
            assert HELD_BACK not in reader.get(where).get_data(as_text=True), where


def test_both_are_published_at_once_and_the_rated_side_replies_after_a_last_look(committee, provider, address):
    write(committee, address, text="楼道干净了。")
    done = write(provider, address, text="配合得好。")
    assert "楼道干净了。" in done.text
    assert "配合得好。" in committee.get(address).text
    reply = address.replace("/review", "/reply")
    assert "核对后再回应" in provider.post(reply, reply="谢谢支持").title
    done = provider.post(reply, reply="谢谢支持，电话13812345678", confirmed="1")
    assert "谢谢支持，电话［手机号］" in done.text
    again = provider.post(reply, reply="再说一句", confirmed="1")
    assert again.status == 409
    assert "只能回应一次" in again.text


def test_a_party_of_another_engagement_may_not(app, work, address):
    with transaction():
        other = factories.organisation(2)
        strangers = [
            factories.account(Role.OWNER, organisation_id=other.id),
            factories.account(Role.NEIGHBOURHOOD, area_code="310105-06-01"),
        ]
    for stranger in strangers:
        party = Party(app, stranger)
        assert party.get(address).status == 403
        assert write(party, address).status == 403
    assert db.session.scalar(select(Review)) is None


def test_a_second_review_of_a_side_is_a_conflict(app, committee, work, address):
    write(committee, address)
    with transaction():
        colleague = Party(app, factories.account(Role.NEIGHBOURHOOD, area_code=work.area_code))
    again = write(colleague, address)
    assert again.status == 409
    assert "您这一方已经评价过了" in again.text


def test_before_sign_off_the_refusal_names_both_states(committee, work, address):
    with transaction():
        work.state, work.signed_off_at, work.review_until = EngagementState.RUNNING, None, None
    assert "还没有签收" in committee.get(address).text
    refused = write(committee, address)
    assert refused.status == 409
    assert "『进行中』" in refused.text
    assert "『已签收』" in refused.text


def test_once_the_other_side_is_published_it_is_too_late(committee, provider, work, address, now):
    with transaction():
        sealed = factories_work.review(work, Side.PROVIDER)
        reviews._publish(sealed, by=OPERATOR, now=now + timedelta(seconds=1))
    assert "所以不能再写" in committee.get(address).text
    assert write(committee, address).status == 409


def test_a_form_sent_twice_acts_once(committee, address):
    once = committee.once(address)
    assert write(committee, address, once=once).status == 200
    assert write(committee, address, once=once).status == 409
    assert len(db.session.scalars(select(Review)).all()) == 1


def test_government_reads_what_is_published_and_what_was_removed_is_gone_for_all(app, committee, work, address, now):
    with transaction():
        factories_work.review(work, text=HELD_BACK, state=ReviewState.HIDDEN, reason="insult")
        officer = Party(app, factories.account(Role.DISTRICT))
    for party in (committee, officer):
        page = party.get(address)
        assert HELD_BACK not in page.text
        assert "已在2026年11月23日移除：辱骂或人身攻击" in page.text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (None, "请评价对方，可以写到2027年1月22日。"),
        (Side.NEIGHBOURHOOD, "我方已写，封存中"),
        (Side.PROVIDER, "对方已经写好，正封存着。您可以写到2026年12月6日。"),
    ],
)
def test_the_page_of_the_work_can_say_how_the_reviews_stand(app, work, now, state, said):
    """What includes reviews/part.html gives it the engagement and its standing."""
    if state is not None:
        factories_work.review(work, state)
    account = factories_work.neighbour()
    by = Actor(account.id, account.role, None, account.area_code)
    with app.test_request_context():
        standing = reviews.standing(work, by=by, on=day_of(now))
        page = render_template("reviews/part.html", engagement=work, standing=standing)
    assert said in page
    assert f"/engagements/{work.id}/review" in page
