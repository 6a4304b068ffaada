"""The pages of the evaluation centre: who gets in, what they show, and what can be put right there."""

from datetime import timedelta

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
from tests.views.evaluating import post, words
from tests.views.page import Page, said


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
        assert post(client, address, **data).status == 403


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
    assert post(client, "/watch/withdraw", source="nobody").status == 403
    assert post(client, "/watch/words", **words(category="nothing", need="no number")).status == 403


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
