"""What the public reads of reviews, reports of them, and what government decides."""

import pytest
from sqlalchemy import event, select

from directory.db import db, transaction
from directory.models.engagement import ServiceRecord
from directory.models.review import Review, ReviewReport
from directory.operations import reputation, reviews
from directory.policy import OPERATOR
from directory.rules.engagements import Side
from directory.rules.roles import Role
from directory.rules.work import EngagementState, ReviewState
from tests import factories, factories_work
from tests.views.conftest import sign_in, token
from tests.views.page import Page, said
from tests.views.test_queries import MOST


@pytest.fixture
def listed(app):
    with transaction():
        factories.taxonomy()
        return factories.entry(factories.organisation())


def published(listed, now, *, points=5, area_code="310105-05-01", text="楼道干净了。", side=Side.NEIGHBOURHOOD):
    with transaction():
        work = factories_work.engagement(
            db.session.merge(listed), area_code=area_code, state=EngagementState.SIGNED_OFF, title="秘密地址八号楼"
        )
        reputation.add_finished(work)
        made = factories_work.review(work, side, points, text=text)
        reviews._publish(made, by=OPERATOR, now=now)
        return made.id


def test_beside_a_review_stands_how_much_of_the_work_is_on_record(client, listed, now):
    published(listed, now)
    kept = published(listed, now, area_code="310105-05-02")
    with transaction():
        work = db.session.get_one(Review, kept).engagement
        for struck in (None, None, now):
            record = {"on": now.date(), "cases": 1, "account_id": work.account_id, "created_at": now}
            record |= {"struck_at": struck, "struck_reason": "记错了" if struck else ""}
            db.session.add(ServiceRecord(engagement_id=work.id, **record))
    page = read(client, f"/organisations/{listed.service.organisation_id}/reviews")
    assert [said(p).rsplit(" · ")[-1] for p in page.all("p", kind="review-head")] == ["2 条服务记录", "没有服务记录"]
    assert "签收过 2 次，来自 2 个居民区" in page.text


def three(listed, now):
    return [published(listed, now, points=n, area_code=f"310105-05-0{place}") for place, n in enumerate((5, 4, 5), 1)]


def read(client, address):
    return Page(client.get(address, follow_redirects=True))


def send(client, address, **given):
    page = read(client, address)
    once = next(str(e.get("value")) for e in page.all("input") if e.get("name") == "once")
    data = {"csrf_token": token(client), "once": once, "seen": "", **given}
    return Page(client.post(address, data=data, follow_redirects=True))


def officer(app):
    client = app.test_client()
    with transaction():
        sign_in(client, factories.account(Role.DISTRICT))
    return client


def test_under_three_reviews_only_their_number_is_shown(client, listed, now):
    published(listed, now)
    published(listed, now, area_code="310105-05-02")
    for address in (f"/organisations/{listed.service.organisation_id}", f"/services/{listed.service_id}"):
        page = read(client, address)
        assert "2 条评价 · 还太少，不显示分数" in page.text
        assert not page.all(kind="rating")


def test_three_make_a_rating_with_its_number_and_the_plain_mean(client, listed, now):
    three(listed, now)
    page = read(client, f"/organisations/{listed.service.organisation_id}")
    assert "4.7 · 3 条评价 · 简单平均 4.67" in page.text
    assert "签收过 3 次" in page.text
    assert page.text.count("楼道干净了。") == 3


def test_the_public_reads_street_category_and_text_but_not_which_neighbourhood_or_work(client, listed, now):
    published(listed, now, text="来得快。")
    page = read(client, f"/organisations/{listed.service.organisation_id}/reviews")
    assert "的居民区" in page.text
    assert "来得快。" in page.text
    assert "秘密地址" not in page.response.text
    assert factories.NEIGHBOURHOOD not in page.response.text


def test_what_providers_say_of_neighbourhoods_is_not_public(client, listed, now):
    published(listed, now, side=Side.PROVIDER, text="验收拖了很久")
    assert "验收拖了很久" not in read(client, f"/organisations/{listed.service.organisation_id}/reviews").response.text


def test_an_organisation_without_reviews_says_how_there_will_be_some(client, listed):
    assert "还没有公开的评价" in read(client, f"/organisations/{listed.service.organisation_id}").text
    assert client.get("/organisations/999/reviews").status_code == 404


def test_pages_ask_no_more_often_the_more_reviews_there_are(client, listed, now):
    def counted(address):
        db.session.remove()
        seen = []
        note = lambda *given: given[2].startswith(("BEGIN", "PRAGMA")) or seen.append(given[2])  # noqa: E731 - removed below
        event.listen(db.engine, "before_cursor_execute", note)
        client.get(address)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    organisation, service = listed.service.organisation_id, listed.service_id
    addresses = [f"/organisations/{organisation}", f"/organisations/{organisation}/reviews", f"/services/{service}"]
    addresses += ["/reviews", "/reviews/removed"]
    published(listed, now)
    few = [counted(address) for address in addresses]
    for number in range(24):
        published(listed, now, area_code=f"310105-06-{number:02}")
    assert [counted(address) for address in addresses] == few
    assert max(few) <= MOST
    assert "第 1 页，共 2 页" in read(client, addresses[1]).text


def test_the_rules_are_told_with_the_numbers_in_force_and_an_example(client, listed):
    page = read(client, "/reviews")
    for words in (
        "60 天以内",
        "14 天以后公开",
        "不到 3 条评价",
        "每过 2 年",
        "50%",
        "(5 × 4.00 + 9.00) ÷ (5 + 2.00) = 4.14",
    ):
        assert words in page.text
    assert page.link("评价怎么核对", inside="foot") == "/reviews"


def test_anyone_reports_and_is_told_when_it_waits_or_was_decided(app, client, listed, now):
    review = published(listed, now, points=1, text="不好")
    address = f"/reviews/{review}/report"
    assert "不好" in read(client, address).text
    done = send(client, address, reason="untrue", text="打13812345678")
    assert (done.status, "举报已收到" in done.text) == (200, True)
    waiting = send(client, address, reason="insult")
    assert (waiting.status, "正在核实" in waiting.text) == (409, True)
    report = db.session.scalars(select(ReviewReport)).one()
    assert report.text == "打［手机号］"
    desk = officer(app)
    kept = send(desk, f"/government/reviews/{report.id}", outcome="keep", reason="other", answer="查过", confirmed="1")
    assert "已决定" in kept.text
    again = send(client, address, reason="untrue")
    assert again.status == 409
    assert "决定保留：查过" in again.text
    assert send(client, address, reason="insult").status == 200


@pytest.mark.parametrize(
    "given", [{}, {"reason": "low"}, {"reason": "other"}, {"reason": "untrue", "text": "长" * 501}]
)
def test_a_report_without_a_reason_is_shown_again(client, listed, now, given):
    page = send(client, f"/reviews/{published(listed, now)}/report", **given)
    assert page.status == 422
    assert page.faults


def test_few_reports_a_minute_are_taken_from_one_address(client, listed, now):
    address = f"/reviews/{published(listed, now)}/report"
    data = {"csrf_token": token(client)}
    answers = [client.post(address, data=data).status_code for _ in range(12)]
    assert answers[:10] == [422] * 10
    assert 429 in answers


def test_the_district_sees_how_many_wait_and_hides_after_a_last_look(app, client, listed, now):
    first, *_ = three(listed, now)
    send(client, f"/reviews/{first}/report", reason="advert")
    desk = officer(app)
    assert "待核实的评价举报 1" in read(desk, "/government").text
    listing = read(desk, "/government/reviews")
    address = listing.link("2026年")
    assert "广告或拉客" in listing.text
    unsaid = send(desk, address, outcome="hide", reason="", answer="文中有推销电话")
    assert unsaid.status == 422
    assert "文中有推销电话" in unsaid.response.text
    check = send(desk, address, outcome="hide", reason="advert", answer="文中有推销电话")
    assert "核对后再决定" in check.title
    assert db.session.scalars(select(ReviewReport)).one().state == "open"
    assert "已移除" in send(desk, address, outcome="hide", reason="advert", answer="文中有推销", confirmed="1").text
    assert "2 条评价 · 还太少" in read(client, f"/organisations/{listed.service.organisation_id}").text
    log = read(client, "/reviews/removed")
    assert "广告或拉客" in log.text
    assert "楼道干净了" not in log.text
    table = client.get("/reviews/removed.csv").get_data(as_text=True)
    assert "广告或拉客" in table
    assert "楼道干净了" not in table
    assert client.get(f"/reviews/{first}/report").status_code == 404


def test_what_was_decided_stays_decided_and_the_second_officer_is_told(app, client, listed, now):
    send(client, f"/reviews/{published(listed, now)}/report", reason="insult")
    one, other = officer(app), officer(app)
    address = "/government/reviews/1"
    read(other, address)
    given = {"reason": "insult", "answer": "没有辱骂", "confirmed": "1"}
    once = next(str(e.get("value")) for e in read(other, address).all("input") if e.get("name") == "once")
    send(one, address, outcome="keep", **given)
    late = Page(other.post(address, data={"csrf_token": token(other), "once": once, "outcome": "hide", **given}))
    assert late.status == 409
    assert "『保留』" in late.text
    assert "『待处理』" in late.text
    assert db.session.scalars(select(ReviewReport)).one().review.state is ReviewState.PUBLISHED
