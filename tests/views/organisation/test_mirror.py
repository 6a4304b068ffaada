"""An organisation reads which needs it missed, what cost it each, and where to mend it."""

from datetime import timedelta

import pytest

from directory.db import db, transaction
from directory.rules.work import InvitationState, NeedState
from tests import factories, factories_supply, factories_work
from tests.factories import NOW
from tests.factories_supply import reason

OFTEN = 45


@pytest.fixture
def entry(home):
    with transaction():
        return factories.entry(home)


@pytest.fixture
def others(home):
    with transaction():
        return [factories.entry(factories.organisation(n)) for n in range(12, 16)]


@pytest.fixture
def lost_by(entry, others):
    """An answer in which it came fifth, with this reason of its own against that of the first."""

    def made(own, first):
        same = reason("category", 0.5, 0.1)
        reasons = {entry.id: [same, *([own] if own else [])], others[0].id: [same, first]}
        with transaction():
            factories_supply.run([*others, entry], reasons=reasons)

    return made


def test_an_exclusion_leads_to_where_it_can_be_mended(owner, entry, others):
    lapsed = {"gate": "grade", "code": "grade_lapsed", "outcome": "fail", "value": "3A", "since": "2021-09-01"}
    lapsed |= {"until": "2026-08-31", "source": "", "changes_on": "2026-12-01"}
    with transaction():
        both = {entry.id: [lapsed, factories_supply.NO_AREA]}
        run = factories_supply.run(others, [entry], reasons=both, text="没地方停车，找13812345678")
    page = owner.get("/organisation/mirror")
    for words in (
        "没地方停车",
        "天山路街道",
        "停车管理",
        "3A 等级已于2026年8月31日到期",
        "2026年12月1日起再看",
        "不服务本街道",
    ):
        assert words in page.text
    assert "天山三村" not in page.text
    assert page.link("报上新的等级") == "/organisation/facts"
    assert page.link("改服务区域") == f"/organisation/services/{entry.service_id}/edit"
    assert page.link("看这次回答") == f"/match/{run.public_id}"


@pytest.mark.parametrize(
    ("sides", "words", "link"),
    [
        (
            (
                reason("price", 0.0, 0.3, price_low="1500", budget="1000"),
                reason("price", 1.0, 0.3, price_low="800", budget="1000"),
            ),
            "价格：你们 最低 1,500 元，预算 1,000 元",
            "改价格",
        ),
        (
            (None, reason("freshness", 1.0, 0.3, confirmed_on="2026-11-01")),
            "资料还没确认；第一名2026年11月1日确认",
            "确认资料",
        ),
        (
            (reason("assessed", 0.7, 0.3, score="70"), reason("assessed", 0.9, 0.3, score="90")),
            "评估得分：你们 70 分，第一名 90 分",
            None,
        ),
        (
            (reason("text", 0.2, 0.3), reason("text", 0.9, 0.3)),
            "内容相近：你们 0.20，第一名 0.90",
            "把居民常说的话写进介绍",
        ),
        (
            (None, reason("rating", 0.9, 0.3, rating="4.6", reviews="12")),
            "评价：你们没有依据，第一名 评分 4.6（12 条评价）",
            None,
        ),
    ],
)
def test_a_low_rank_says_what_it_lost_by_and_what_can_be_done(owner, lost_by, sides, words, link):
    lost_by(*sides)
    page = owner.get("/organisation/mirror")
    assert "第 5 名" in page.text
    assert words in page.text
    if link:
        assert page.link(link)


def test_the_summary_stands_on_top_of_the_first_page_only(owner, entry, others):
    with transaction():
        for n in range(OFTEN):
            factories_supply.run(others, [entry], at=NOW - timedelta(hours=n))
        factories_work.invitation(factories_work.need(), entry, state=InvitationState.AWARDED)
    page = owner.get("/organisation/mirror")
    assert "服务区域 45 次" in page.text
    assert "1 次，谢绝 0 次，选中 1 次" in page.text
    assert len(page.all("li", inside="missed")) == 2 * 20
    second = owner.get(page.link("看更早的"))
    third = owner.get(second.link("看更早的"))
    assert "最近 90 天" not in second.text
    assert len(third.all("li", inside="missed")) == 2 * 5
    assert "看更早的" not in third.text


def test_an_organisation_that_missed_nothing_is_told_what_would_stand_here(editor):
    page = editor.get("/organisation/mirror")
    assert "没有错过的需求" in page.text
    assert "没有更早的了" in editor.get("/organisation/mirror?before=1").text


def test_another_organisation_sees_nothing_of_it(stranger, entry, others):
    with transaction():
        factories_supply.run(others[1:], [entry])
    assert "没有错过的需求" in stranger.get("/organisation/mirror").text


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "１"])
def test_a_page_that_cannot_be_is_not_found(owner, before):
    assert owner.get(f"/organisation/mirror?before={before}").status == 404


def test_the_page_asks_a_dozen_times_however_much_was_missed(owner, entry, others, counted):
    with transaction():
        factories_supply.run(others, [entry])
    once = counted(lambda: owner.get("/organisation/mirror"))
    with transaction():
        for _ in range(OFTEN):
            factories_supply.run(others, [entry])
    db.session.remove()
    assert counted(lambda: owner.get("/organisation/mirror")) == once <= 12


def test_calls_that_are_open_stand_where_an_organisation_starts(owner):
    with transaction():
        factories_supply.call(title="征集停车服务")
    assert "征集停车服务" in owner.get("/organisation").text


@pytest.mark.parametrize("held", [{"public": False}, {"state": NeedState.DRAFT, "opened_at": None}])
def test_the_words_of_a_need_that_is_not_public_are_not_shown(owner, entry, others, held):
    with transaction():
        run = factories_supply.run([*others, entry], text="阿婆跌倒没人知道")
        factories_work.need(run_id=run.id, **held)
    page = owner.get("/organisation/mirror")
    assert "第 5 名" in page.text
    assert "阿婆跌倒" not in page.text
    assert f"/match/{run.public_id}" not in page.addresses()
