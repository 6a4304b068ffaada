"""A need on its way: said, understood, matched, offered, awarded, done, signed off, reviewed both ways, counted.

Everybody works on a phone. What was there before is in the database: two reviews each of the first two of the answer.
"""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from directory.rules.calendar import day_of
from tests.cli.calling import call
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.parking import DECLINER, HALF, LOSER, MOORING, PARKING, SCALES, WINNER, make_ready
from tests.journeys.test_every_page import CUT_OFF, faults
from tests.journeys.windows import Who, follow, number_in, opened, press

NEIGHBOUR = "juweihui"
SAID, PHONE_NUMBER, PLACE = "晚上小区没地方停车，邻居天天为车位吵架", "13812345678", "示例路 12 弄 3 号楼"
ASKED, ANSWERED = "夜里的车位能不能借旁边学校的操场？", "学校同意周末借，平时不行。"
PLAN, OTHER_PLAN = "先夜里数三遍车，再请居民一起定停车规则。", "先调解，再画线。"
PRAISE, PRAISED_BACK, THANKS = "规则真的贴出来了，吵架少了。", "居民区配合得很好。", "谢谢，三个月后我们再来看一次。"


@pytest.fixture(scope="module")
def folder(seeded_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance nobody else changes, where everybody asked has an account and two are known a little."""
    copied = tmp_path_factory.mktemp("work") / "instance"
    shutil.copytree(seeded_instance, copied)
    make_ready(copied)
    return copied


@pytest.fixture(scope="module")
def who(folder: Path, browser: Browser) -> Iterator[Who]:
    with opened(folder, browser) as window:
        yield window


def main(page: Page) -> Locator:
    """Of a page that fits the window."""
    assert page.evaluate(CUT_OFF) == [], page.url
    return page.locator("main")


def say_need(neighbour: Page) -> str:
    """Write it, confirm the category that is proposed; its number."""
    neighbour.goto("/neighbourhood")
    follow(neighbour, "写一条需求")
    neighbour.fill("[name=said]", f"{SAID}，李阿姨的电话 {PHONE_NUMBER}")
    neighbour.fill("[name=place]", PLACE)
    neighbour.fill("[name=people]", "300")
    neighbour.get_by_text("再说细一些").click()
    neighbour.fill("[name=budget_high]", "20000")
    press(neighbour, "下一步：看看谁能解决")
    expect(main(neighbour)).to_contain_text("因为您提到")
    expect(neighbour.locator("[name=category]:checked")).to_have_value(PARKING)
    press(neighbour, "对，确认")
    expect(main(neighbour)).to_contain_text("已发布")
    return number_in(neighbour)


def choose_three(neighbour: Page, wide: Page, need: str) -> None:
    """From the answer, with its reasons, to a comparison and three invitations."""
    follow(neighbour, "挑选机构")
    for place, name in enumerate((SCALES, MOORING, HALF)):
        match = neighbour.locator(".matches > li").nth(place)
        expect(match).to_contain_text(name)
        with neighbour.expect_navigation():
            match.get_by_role("button", name="加入比选").click()
    neighbour.goto(f"/neighbourhood/needs/{need}/compare")
    wide.goto(f"/neighbourhood/needs/{need}/compare")
    for page, mode in ((neighbour, PHONE), (wide, DESK)):
        assert faults(page, mode, "as it comes") == []
        for name in (SCALES, MOORING, HALF):
            expect(main(page)).to_contain_text(name)
    expect(wide.locator("tr", has_text="评价").first).to_contain_text("还太少，不显示分数")
    follow(neighbour, "邀请它们交方案")
    for box in neighbour.locator("[name=entries]").all():
        box.check()
    press(neighbour, "发出邀请")
    expect(main(neighbour)).to_contain_text("方案封着")


def invited(provider: Page) -> str:
    """Find the invitation among the notices; its address."""
    provider.goto("/account/notices")
    follow(provider, "有居民区邀请你们应标")
    expect(main(provider)).to_contain_text(SAID)
    for secret in (PHONE_NUMBER, PLACE):
        expect(main(provider)).not_to_contain_text(secret)
    return provider.url


def propose(provider: Page, plan: str, price: int) -> None:
    today = day_of(datetime.now(UTC))
    follow(provider, "写方案")
    provider.fill("[name=plan]", plan)
    provider.fill("[name=price]", str(price))
    provider.fill("[name=starts_on]", today.isoformat())
    provider.fill("[name=ends_on]", (today + timedelta(days=60)).isoformat())
    press(provider, "下一步：核对")
    expect(main(provider)).to_contain_text(plan)
    press(provider, "提交方案")
    expect(main(provider)).to_contain_text("已交方案")


def ask_and_answer(provider: Page, neighbour: Page, others: Page, need: str) -> None:
    provider.fill("[name=text]", ASKED)
    press(provider, "提问")
    neighbour.goto(f"/neighbourhood/needs/{need}/proposals")
    expect(main(neighbour)).to_contain_text(ASKED)
    neighbour.fill("[name=answer]", ANSWERED)
    press(neighbour, "提交答复")
    for page in (provider, others):
        page.reload()
        expect(main(page)).to_contain_text(ANSWERED)


def decline(provider: Page) -> None:
    follow(provider, "说明不参加")
    provider.check("[name=reason][value=no_capacity]")
    press(provider, "不参加")
    expect(main(provider)).to_contain_text("你们说明了不参加：现在排满了")


def still_sealed(neighbour: Page, need: str) -> None:
    neighbour.goto(f"/neighbourhood/needs/{need}/proposals")
    expect(main(neighbour)).to_contain_text("方案封着")
    for said in (PLAN, OTHER_PLAN, "4,800"):
        expect(main(neighbour)).not_to_contain_text(said)


def award(neighbour: Page, need: str) -> str:
    """To the second of the answer, with reasons for both; the number of the work."""
    neighbour.goto(f"/neighbourhood/needs/{need}/proposals")
    assert faults(neighbour, PHONE, "as it comes") == []
    for said in ("方案已经启封", PLAN, OTHER_PLAN, "现在排满了"):
        expect(main(neighbour)).to_contain_text(said)
    with neighbour.expect_navigation():
        neighbour.get_by_role("link", name="选定").filter(has_text=MOORING).click()
    neighbour.check("[name=reason][value=plan]")
    neighbour.check("[name=funding][value=self_government]")
    neighbour.select_option("select[name^=why_]", "other_plan")
    neighbour.fill("[name^=note_]", "夜里数车位的办法更细。")
    press(neighbour, "下一步：核对")
    expect(main(neighbour)).to_contain_text("夜里数车位的办法更细")
    press(neighbour, "选定这家")
    expect(main(neighbour)).to_contain_text("待机构确认开始")
    return number_in(neighbour)


def start(provider: Page, invitation: str) -> None:
    provider.goto(invitation)
    expect(main(provider)).to_contain_text("选定了你们：方案更合适")
    follow(provider, "看服务合约")
    for known in (PHONE_NUMBER, PLACE):
        expect(main(provider)).to_contain_text(known)
    follow(provider, "核对约定，确认开始")
    press(provider, "确认开始")
    expect(main(provider)).to_contain_text("进行中")


def record(provider: Page) -> None:
    follow(provider, "记一次服务")
    provider.fill("[name=cases]", "3")
    provider.fill("[name=people]", "46")
    provider.fill("[name=note]", "夜里十一点数了三遍车。")
    press(provider, "记下")
    expect(main(provider)).to_contain_text("夜里十一点数了三遍车")


def deliver_step(provider: Page, work: str) -> None:
    provider.goto(f"/engagements/{work}")
    follow(provider, "交付：")
    provider.fill("[name=note]", "做好了，请验收。")
    press(provider, "交付这个阶段")


def accept_step(neighbour: Page, work: str) -> None:
    """By the checklist of the standard."""
    neighbour.goto(f"/engagements/{work}")
    follow(neighbour, "验收：")
    for met in neighbour.locator("[name^=met_][value=yes]").all():
        met.check()
    press(neighbour, "验收通过")


def work_through(provider: Page, neighbour: Page, work: str) -> None:
    """Three steps of which one comes back, all of it, and the signature."""
    deliver_step(provider, work)
    neighbour.goto(f"/engagements/{work}")
    follow(neighbour, "验收：")
    assert neighbour.locator("[name^=met_][value=yes]").count() > 1
    assert faults(neighbour, PHONE, "as it comes") == []
    neighbour.fill("[name=reason]", "还差两栋楼没有问到。")
    press(neighbour, "退回这个阶段")
    provider.goto(f"/engagements/{work}")
    expect(main(provider)).to_contain_text("还差两栋楼没有问到")
    for _ in range(3):
        deliver_step(provider, work)
        accept_step(neighbour, work)
    provider.goto(f"/engagements/{work}")
    follow(provider, "交付全部工作")
    press(provider, "交付")
    neighbour.goto(f"/engagements/{work}")
    expect(main(neighbour)).to_contain_text("46")
    follow(neighbour, "检查并签收")
    press(neighbour, "确定签收")
    expect(main(neighbour)).to_contain_text("已签收")


def review(page: Page, work: str, mark: int, text: str) -> None:
    page.goto(f"/engagements/{work}")
    follow(page, "写评价")
    for mine in page.locator(f".review-form [type=radio][value='{mark}']").all():
        mine.check()
    page.fill("[name=text]", text)
    press(page, "下一步：核对")
    press(page, "确定，封存评价")
    expect(main(page)).to_contain_text(text)


def reply(provider: Page) -> None:
    provider.fill("[name=reply]", THANKS)
    press(provider, "下一步：核对回应")
    press(provider, "确定回应")
    expect(main(provider)).to_contain_text(THANKS)


def again(page: Page, answer: str) -> Locator:
    """The line of who did the work in the answer beside today's."""
    page.goto(f"{answer}/again")
    return main(page).locator("tr", has_text=MOORING)


def test_a_need_is_met_and_its_review_moves_the_ranking(folder: Path, who: Who) -> None:
    neighbour, wide, visitor = who(NEIGHBOUR, PHONE), who(NEIGHBOUR, DESK), who("", PHONE)
    winner, loser, decliner = (who(name, PHONE) for name in (WINNER, LOSER, DECLINER))
    need = say_need(neighbour)
    choose_three(neighbour, wide, need)
    neighbour.goto(f"/neighbourhood/needs/{need}")
    answer = neighbour.get_by_role("link", name="的匹配结果和理由").get_attribute("href") or ""
    invitation, lost, _ = invited(winner), invited(loser), invited(decliner)
    ask_and_answer(winner, neighbour, loser, need)
    propose(winner, PLAN, 4800)
    decline(decliner)
    still_sealed(neighbour, need)
    propose(loser, OTHER_PLAN, 6000)
    work = award(neighbour, need)
    loser.goto(lost)
    expect(main(loser)).to_contain_text("别家的方案更合适：夜里数车位的办法更细")
    for secret in (PLAN, "4,800", PLACE):
        expect(main(loser)).not_to_contain_text(secret)
    start(winner, invitation)
    record(winner)
    expect(again(visitor, answer)).to_contain_text("位次没变")
    work_through(winner, neighbour, work)
    review(neighbour, work, 5, PRAISE)
    winner.goto(f"/engagements/{work}/review")
    expect(main(winner)).to_contain_text("对方已经写好，正封存着")
    expect(main(winner)).not_to_contain_text(PRAISE)
    expect(again(visitor, answer)).to_contain_text("位次没变")
    review(winner, work, 4, PRAISED_BACK)
    for page in (winner, neighbour):
        page.goto(f"/engagements/{work}/review")
        assert faults(page, PHONE, "as it comes") == []
        for said in (PRAISE, PRAISED_BACK):
            expect(main(page)).to_contain_text(said)
    reply(winner)
    counted(visitor, answer)
    assert call(folder, "audit", "verify").exit_code == 0


def counted(visitor: Page, answer: str) -> None:
    """The same words find the provider before the other, and the page says what moved it; the public reads why."""
    line = again(visitor, answer)
    for said in ("升 1 位", "类似完成：为 2 个居民区做完过 → 为 3 个居民区做完过"):
        expect(line).to_contain_text(said)
    expect(line).to_contain_text(re.compile(r"第 2 位.*第 1 位", re.DOTALL))
    expect(line).to_contain_text(re.compile(r"评价：.*→ 评分 4\.\d\d（3 条评价）"))
    assert faults(visitor, PHONE, "as it comes") == []
    with visitor.expect_navigation():
        line.get_by_role("link").click()
    for said in (PRAISE, THANKS, "天山路街道的居民区"):
        expect(main(visitor)).to_contain_text(said)
    for private in (PRAISED_BACK, "天山三村", PHONE_NUMBER):
        expect(main(visitor)).not_to_contain_text(private)
