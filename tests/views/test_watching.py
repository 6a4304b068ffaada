"""The pages of the evaluation centre: who gets in, what they show, and what can be put right there."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import event, select

from directory.db import db, transaction
from directory.models.audit import AuditEvent
from directory.models.learning import ConfirmedNeed
from directory.models.taxonomy import LexiconWord
from directory.operations import learning
from directory.policy import OPERATOR
from directory.rules.roles import Role
from tests import factories
from tests.operations.confirming import confirmed, many
from tests.views.conftest import sign_in, token
from tests.views.page import Page, said

MISLED = "碎砖头占了一个车位"


@pytest.fixture
def now():
    """The pages look at the clock."""
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def taxonomy(app):
    with transaction():
        factories.taxonomy()


@pytest.fixture
def centre(client):
    """Signed in as the lead of the evaluation."""
    with transaction():
        lead = factories.account(Role.LEAD)
    sign_in(client, lead)
    return client


@pytest.fixture
def misled(now):
    with transaction():
        many(3, "P-001", "P-015", text=MISLED, at=now)


def send(client, address, **data):
    return Page(client.post(address, data={"csrf_token": token(client), **data}))


def words(**changed):
    return {"word": "碎砖头", "category": "P-015", "weight": "0.9", "unless": "车位"} | changed


def test_a_visitor_signs_in_first_and_comes_back(client):
    answer = client.get("/watch?page=2")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/account/sign-in?next=/watch?page%3D2"


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.AUDITOR])
def test_some_may_watch_and_are_offered_nothing_to_change(client, misled, role):
    with transaction():
        watcher = factories.account(role)
    sign_in(client, watcher)
    page = Page(client.get("/watch"))
    assert page.title == "系统学得怎么样"
    assert [a for a in page.addresses() if "/watch/withdraw" in a] == []
    page = Page(client.get("/watch/words?word=碎砖头&category=P-015"))
    assert page.all("form", kind="panel-form") == []
    for address, data in (("/watch/words", words(save="1", reason="x")), ("/watch/withdraw", {"source": "310105-05"})):
        assert send(client, address, **data).status == 403


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.STREET, Role.NEIGHBOURHOOD])
def test_others_may_not_watch(client, role):
    with transaction():
        other = factories.account(role)
    sign_in(client, other)
    assert client.get("/watch").status_code == 403


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.AUDITOR])
def test_who_may_change_nothing_is_told_so_before_what_is_asked_for_is_looked_at(client, role):
    with transaction():
        watcher = factories.account(role)
    sign_in(client, watcher)
    assert client.get("/watch/withdraw?source=nobody").status_code == 403
    assert send(client, "/watch/withdraw", source="nobody").status == 403
    assert send(client, "/watch/words", **words(category="nothing", need="no number")).status == 403


def test_nothing_is_changed_by_a_stranger(client, misled):
    for address, data in (("/watch/words", words(save="1", reason="x")), ("/watch/withdraw", {"source": "310105-05"})):
        assert client.post(address, data={"csrf_token": token(client), **data}).status_code == 302
    assert db.session.scalars(select(LexiconWord)).one().unless == []
    assert db.session.query(ConfirmedNeed).filter(ConfirmedNeed.withdrawn_at.is_not(None)).count() == 0
    assert db.session.query(AuditEvent).count() == 0


def test_without_any_confirmed_need_it_says_why_it_is_empty(centre):
    page = Page(centre.get("/watch"))
    assert "近 12 个月还没有人确认过" in page.text
    assert "还没有训练过" in page.text
    assert "还不能判断趋势" in page.text


def test_a_share_is_shown_from_five_needs_on(centre, now):
    with transaction():
        many(4, at=now)
    page = Page(centre.get("/watch"))
    months = page.one("table", kind="months")
    assert "4 条" in said(months)
    assert "%" not in said(months)
    assert page.all("svg", inside="months") == []
    with transaction():
        confirmed("P-015", "P-001", at=now)
    page = Page(centre.get("/watch"))
    assert "80% n 5" in said(page.one("table", kind="months"))
    assert [e.get("width") for e in page.all(kind="bar-points")] == ["80.0"]
    assert "社区治理80% n 5" in said(page.one("table", kind="grid"))


def test_changes_of_mind_are_counted_apart(centre, now):
    with transaction():
        many(5, at=now)
        many(2, at=now, withdrawn="said otherwise")
        confirmed(at=now, withdrawn="nonsense")
    months = said(Page(centre.get("/watch")).one("table", kind="months"))
    assert "100% n 5 改口 2 次" in months


def test_a_fall_is_told_of_on_top_and_no_fall_is_said_to_be_none(centre, now):
    with transaction():
        many(20, at=now - timedelta(days=50))
        many(20, at=now)
    assert "没有明显下降" in Page(centre.get("/watch")).text
    with transaction():
        many(10, "P-015", "P-001", at=now)
    page = Page(centre.get("/watch"))
    (warning,) = [said(e) for e in page.all(kind="notice")]
    assert "确认率明显下降" in warning
    assert "67%（n 30）" in warning
    assert "100%（n 20）" in warning


def test_the_model_in_force_and_what_it_does_not_know_yet(app, centre, now):
    with transaction():
        many(2, at=now)
    trained = learning.train(app.extensions["engine"].models, by=OPERATOR)
    with transaction():
        learning.put_in_force(trained, by=OPERATOR, now=now)
    summary = said(Page(centre.get("/watch")).one("dl", kind="summary"))
    assert trained.version in summary
    assert "2 条确认过的需求" in summary
    assert "新确认 0 条，撤回 0 条" in summary
    for file in app.extensions["engine"].models.glob("*.npz"):
        file.unlink()
    app.extensions["engine"]._routers.clear()  # as a worker that starts now
    assert "模型文件读不出来" in Page(centre.get("/watch")).text


def test_a_disagreement_leads_from_its_word_to_the_form_that_corrects_it(centre, misled):
    page = Page(centre.get("/watch"))
    shown = [said(e) for e in page.one("ol", kind="differing").findall("li")]
    assert len(shown) == 3
    assert shown[0].startswith(f"{MISLED} 我们先猜建筑垃圾清运 确认的是停车管理")
    (first,) = {
        a.get("href")
        for a in page.all("a", inside="differing")
        if said(a) == "改词：碎砖头" and "need=3" in a.get("href")
    }
    form = Page(centre.get(first))
    assert form.status == 200
    assert MISLED in form.text
    right = form.link("改这一条")
    assert parse_qs(urlsplit(right).query) == {"word": ["碎砖头"], "category": ["P-015"], "need": ["3"]}
    fields = {e.get("name"): e.get("value") for e in Page(centre.get(right)).all("input", inside="panel-form")}
    assert (fields["category"], fields["weight"], fields["need"]) == ("P-015", "0.9", "3")


def test_more_disagreements_than_a_page_holds_go_on_the_next(centre, now):
    with transaction():
        many(25, "P-015", "P-001", at=now)
    first = Page(centre.get("/watch"))
    assert len(first.one("ol", kind="differing").findall("li")) == 20
    second = Page(centre.get(first.link("下一页")))
    assert len(second.one("ol", kind="differing").findall("li")) == 5
    assert second.one("ol", kind="differing").get("start") == "21"
    beyond = Page(centre.get("/watch?page=9"))
    assert beyond.link("去最后一页") == "/watch?page=2#differing"


def test_the_effect_is_shown_and_nothing_is_saved(centre, misled):
    page = send(centre, "/watch/words", preview="1", **words())
    assert page.status == 200
    assert "由错变对：3 条" in page.text
    assert "由对变错：0 条" in page.text
    assert [said(e) for e in page.all("li", inside="cases")] == 3 * [f"{MISLED}建筑垃圾清运 → 停车管理"]
    assert page.one("textarea").text.strip() == "车位"
    assert db.session.scalars(select(LexiconWord)).one().unless == []


def test_saving_says_so_and_the_word_counts_at_once(app, centre, misled):
    router, _ = app.extensions["engine"].router(learning.parameters.in_force().views)
    assert router.route(MISLED).suggested == "P-015"
    answer = centre.post("/watch/words", data=words(csrf_token=token(centre), save="1", reason="误导", need="1"))
    assert answer.status_code == 303
    page = Page(centre.get(answer.headers["Location"]))
    assert "已经改好，下一次回答就按新的来" in said(page.one(kind="notice"))
    assert "人工改过" in page.text
    db.session.rollback()
    router, _ = app.extensions["engine"].router(learning.parameters.in_force().views)
    assert router.route(MISLED).suggested == "P-001"
    assert db.session.scalars(select(AuditEvent.event)).all() == ["lexicon:edit"]


@pytest.mark.parametrize(
    ("changed", "field", "words_"),
    [
        ({"weight": "0"}, "weight", "0.05 到 1 之间"),
        ({"weight": "nan"}, "weight", "0.05 到 1 之间"),
        ({"weight": ""}, "weight", "0.05 到 1 之间"),
        ({"weight": "很多"}, "weight", "0.05 到 1 之间"),
        ({"unless": "砖头"}, "unless", "永远不起作用"),
        ({"unless": "长" * 21}, "unless", "最多 20 个字"),
        ({"reason": ""}, "reason", "请写明原因"),
        ({"reason": "长" * 201}, "reason", "最多 200 个字"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(centre, changed, field, words_):
    page = send(centre, "/watch/words", save="1", **words(**{"reason": "误导"} | changed))
    assert page.status == 422
    assert words_ in page.fault_beside(field)
    assert len(page.faults) == 1
    assert db.session.scalars(select(LexiconWord)).one().unless == []


@pytest.mark.parametrize(
    ("address", "status", "words_"),
    [
        ("/watch?page=-1", 422, "页码从 1 开始"),
        ("/watch?page=x", 422, "不是数字"),
        ("/watch/words?word=" + "停" * 5000, 422, "太长"),
        ("/watch/words?word=停", 422, "太短"),
        ("/watch/words?word=停车&category=P-999", 422, "没有“P-999”这类服务"),
        ("/watch/words?word=停车&category=SH-04", 422, "没有“SH-04”这类服务"),
        ("/watch/words?word=停车&need=99", 404, "没有找到"),
        ("/watch/words?word=停车&need=x", 404, "没有找到"),
        ("/watch/words?word=停车&need=" + "9" * 40, 404, "没有找到"),
        ("/watch/withdraw", 404, "没有找到"),
        ("/watch/withdraw?source=nobody", 404, "没有找到"),
        ("/watch/nothing", 404, "没有找到"),
    ],
)
def test_strange_addresses_get_a_clear_answer(centre, address, status, words_):
    page = Page(centre.get(address))
    assert page.status == status
    assert words_ in page.text


@pytest.mark.parametrize("changed", [{"category": "P-999"}, {"category": ""}, {"word": "停" * 5000}, {"word": ""}])
def test_a_form_that_was_tampered_with_is_refused(centre, changed):
    assert send(centre, "/watch/words", preview="1", **words(**changed)).status == 422


def test_a_source_is_withdrawn_with_a_reason_and_the_next_step_is_said(centre, misled, now):
    page = Page(centre.get(Page(centre.get("/watch")).link("撤回")))
    assert "天山路街道" in page.title
    assert "全部 3 条" in page.text
    refused = send(centre, "/watch/withdraw", source=factories.STREET, reason=" ")
    assert refused.status == 422
    assert "请写明原因" in refused.fault_beside("reason")
    data = {"csrf_token": token(centre), "source": factories.STREET, "reason": "随手点的"}
    page = Page(centre.post("/watch/withdraw", data=data, follow_redirects=True))
    assert "已撤回 3 条" in said(page.one(kind="notice"))
    assert "重新训练" in said(page.one(kind="notice"))
    assert "还没有人确认过需求" in page.text
    deed = db.session.scalars(select(AuditEvent)).one()
    assert (deed.event, deed.actor, deed.reason) == ("need:withdraw", "lead:1", "随手点的")


def test_the_page_asks_as_often_for_five_hundred_needs_as_for_five(centre, now):
    def asked():
        db.session.remove()
        centre.get("/watch")  # builds the router, which then stays
        db.session.remove()
        statements = []

        def note(_connection, _cursor, statement, *_rest):
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        centre.get("/watch")
        event.remove(db.engine, "before_cursor_execute", note)
        return len([statement for statement in statements if statement.startswith("SELECT")])

    with transaction():
        many(5, "P-015", "P-001", at=now)
    few = asked()
    with transaction():
        for number in range(45):
            many(11, "P-024", "P-001", at=now - timedelta(days=number), source=f"office {number}")
    assert asked() == few <= 13  # one of them for who is signed in
