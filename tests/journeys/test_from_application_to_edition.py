"""A service on its way: applied for, screened, scored blind, decided, announced, listed, found, sealed, lapsed, cured.

Every person does on the pages what is theirs to do; only time is helped along, by a hand in the database.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.cli.calling import call
from tests.journeys.conftest import PHONE
from tests.journeys.windows import Who, follow, number_in, opened, press

OWNER, GOVERNMENT, DECIDER, LEAD = "fuzeren", "minzheng1", "minzheng2", "zuzhang"
SERVICE = "示例·竹篮子午餐送上楼"
NEED = "独居老人中午没饭吃，想有人把热饭送上楼"
LUNCH = "社区助餐"


@pytest.fixture(scope="module")
def folder(seeded_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance nobody else changes."""
    copied = tmp_path_factory.mktemp("way") / "instance"
    shutil.copytree(seeded_instance, copied)
    return copied


@pytest.fixture(scope="module")
def who(folder: Path, browser: Browser) -> Iterator[Who]:
    with opened(folder, browser) as window:
        yield window


def apply(owner: Page) -> str:
    """Write a service, apply with it, hand it in; the number of the application."""
    owner.goto("/organisation/services/new")
    owner.select_option("[name=category]", label=owner.locator(f"[name=category] option:text('{LUNCH}')").inner_text())
    owner.fill("[name=name]", SERVICE)
    owner.fill("[name=description]", "中午十一点半以前把热饭送到独居老人手里，进门看一眼、说两句话，登记在册。")
    owner.check("[name=areas][value='310105-05']")
    owner.fill("[name=price_low]", "12")
    owner.fill("[name=price_high]", "18")
    owner.select_option("[name=price_unit]", index=1)
    press(owner, "保存草稿")
    owner.goto(f"/organisation/services/{number_in(owner)}/apply")
    owner.fill("[name=statement]", "从 2012 年做到现在，请列入目录。")
    press(owner, "存成草稿，下一步检查")
    application = number_in(owner)
    owner.goto(f"/organisation/applications/{application}/submit")
    press(owner, "内容属实，提交申请")
    expect(owner.locator("main")).to_contain_text("已提交")
    return application


def screen(officer: Page, application: str) -> None:
    officer.goto(f"/government/applications/{application}")
    press(officer, "通过初审")
    expect(officer.locator("main")).to_contain_text("初审通过")


def assign(lead: Page, application: str) -> str:
    """Two assessors, by the rubric proposed; the number of the assessment."""
    lead.goto(f"/evaluation/applications/{application}")
    for name in ("评估员 甲", "评估员 乙"):
        lead.get_by_role("checkbox", name=re.compile(name)).check()
    press(lead, "分派")
    return number_in(lead)


def score(assessor: Page, share: float) -> None:
    """Declare no conflict, then give every criterion this share of its points."""
    assessor.goto("/evaluation/sheets")
    follow(assessor, SERVICE)
    sheet = assessor.url
    expect(assessor.locator("main")).not_to_contain_text("中午十一点半")
    assessor.check("[name=conflict][value=none]")
    press(assessor, "申报")
    expect(assessor.locator("main")).to_contain_text("中午十一点半")
    links = assessor.locator("main a[href*='/sections/']")
    for address in dict.fromkeys(link.get_attribute("href") or "" for link in links.all()):
        assessor.goto(address)
        for mark in assessor.locator("fieldset.mark-one").all():
            most = re.search(r"满分\s*([0-9.]+)", mark.inner_text())
            assert most is not None
            mark.locator("[name^=points-]").fill(f"{float(most[1]) * share:g}")
            mark.locator("[name^=note-]").fill("看了台账，问了三位老人。")
        press(assessor, assessor.locator("main form button").first.inner_text())
    assessor.goto(f"{sheet}/check")
    press(assessor, "提交评分表")


def call_third(lead: Page, assessment: str) -> None:
    lead.goto(f"/evaluation/assessments/{assessment}")
    expect(lead.locator("main")).to_contain_text("要有第三人评分")
    third = lead.locator("[name=assessor] option", has_text="评估员 丙").get_attribute("value")
    lead.select_option("[name=assessor]", third)
    press(lead, "分派")


def admit(officer: Page, application: str) -> None:
    officer.goto(f"/government/applications/{application}/decide")
    officer.check("[name=decision][value=admit]")
    officer.fill("[name=reason]", "评估结果好，材料齐全。")
    press(officer, "下一步：核对")
    officer.locator("main form button").first.click()
    expect(officer.locator("main")).to_contain_text("公示从今天开始")


def object_to(visitor: Page, application: str) -> str:
    """Object; the page where the answer will stand."""
    visitor.goto("/publicity")
    follow(visitor, SERVICE)
    visitor.fill("[name=text]", "他们去年送餐晚了几回，请再查一查。我的电话 13812345678。")
    press(visitor, "提交异议")
    expect(visitor.locator("main")).to_contain_text("已收到您的异议")
    expect(visitor.locator("main")).not_to_contain_text("13812345678")
    return visitor.url.split("?")[0]


def dismiss(officer: Page) -> None:
    officer.goto("/government/objections")
    with officer.expect_navigation():
        officer.locator("main a[href^='/government/objections/']").first.click()
    officer.check("[name=outcome][value=dismiss]")
    officer.fill("[name=answer]", "查了去年全部送餐记录，晚点三次，都已向老人说明，不影响列入。")
    press(officer, "下一步：核对")
    officer.locator("main form button").first.click()
    expect(officer.locator("main")).to_contain_text("不成立")


def seal(officer: Page, title: str) -> None:
    officer.goto("/government/editions")
    with officer.expect_navigation():
        officer.get_by_role("link", name="看会封存什么").click()
    officer.fill("[name=title]", title)
    press(officer, "下一步：核对")
    officer.locator("main form[method=post] button").first.click()
    expect(officer.locator("main")).to_contain_text(title)


def last_years_check(officer: Page, organisation: str, value: str) -> None:
    """Put right what is recorded of last year's annual check."""
    year = date.today().year - 1  # noqa: DTZ011 - as the page counts
    officer.goto(f"/government/organisations/{organisation}/facts")
    right = officer.get_by_role("link", name=re.compile("更正"))
    row = officer.locator("tr", has_text="年度检查").filter(has_text=str(year)).filter(has=right)
    with officer.expect_navigation():
        row.get_by_role("link", name=re.compile("更正")).click()
    officer.select_option("[name=value]", value)
    officer.fill("[name=year]", str(year))
    officer.fill("[name=source]", "年检结果通知书（示例）")
    if officer.locator("[name=reason]").count():
        officer.fill("[name=reason]", "原来记错了。")
    press(officer, "更正")


def next_morning(folder: Path, *, notice_over: bool = False) -> None:
    """As if a day had passed, or the public notice as well; then what cron does every morning."""
    yesterday = (date.today() - timedelta(days=1)).isoformat()  # noqa: DTZ011 - as the command counts
    with sqlite3.connect(folder / "directory.db") as connection:
        connection.execute("UPDATE daily_run SET day = date(day, '-1 day')")
        if notice_over:
            connection.execute("UPDATE application SET publicity_until = ? WHERE state = 'publicity'", (yesterday,))
    connection.close()
    done = call(folder, "daily")
    assert done.exit_code == 0, done.output


def found(visitor: Page) -> bool:
    visitor.goto("/")
    visitor.fill("#text", NEED)
    visitor.select_option("#area", "310105-05")
    with visitor.expect_navigation():
        visitor.click(".need-box button")
    return visitor.locator(".matches > li", has_text=SERVICE).count() == 1


def test_an_application_becomes_an_entry_and_the_entry_history(folder: Path, who: Who) -> None:
    owner, visitor, officer, lead = who(OWNER, PHONE), who("", PHONE), who(GOVERNMENT), who(LEAD)
    application = apply(owner)
    screen(officer, application)
    assessment = assign(lead, application)
    score(who("pinggu1"), 1.0)
    score(who("pinggu2", PHONE), 0.6)
    call_third(lead, assessment)
    score(who("pinggu3"), 0.95)
    owner.goto(f"/applications/{application}/result")
    expect(owner.locator("main")).to_contain_text("97.5")
    expect(owner.locator("main")).not_to_contain_text("评估员 甲")
    admit(who(DECIDER), application)
    answer = object_to(visitor, application)
    dismiss(officer)
    visitor.goto(answer)
    expect(visitor.locator("main")).to_contain_text("晚点三次")
    assert not found(visitor)
    next_morning(folder, notice_over=True)
    assert found(visitor)
    seal(officer, "示例·一")
    visitor.locator(".matches > li h3 a", has_text=SERVICE).click()
    service = visitor.url
    with visitor.expect_navigation():
        visitor.locator(".offer-who a").click()
    organisation = number_in(visitor)
    last_years_check(officer, organisation, "failed")
    next_morning(folder)
    visitor.goto(service)
    expect(visitor.locator("main")).to_contain_text("暂停")
    assert not found(visitor)
    seal(officer, "示例·二")
    last_years_check(officer, organisation, "passed")
    next_morning(folder)
    assert found(visitor)
    seal(officer, "示例·三")
    told(visitor, owner)
    assert call(folder, "edition", "verify").exit_code == 0
    assert call(folder, "audit", "verify").exit_code == 0


def told(visitor: Page, owner: Page) -> None:
    """The differences of the editions, and the notices of the organisation, tell all of it."""
    year = date.today().year  # noqa: DTZ011 - as editions count
    visitor.goto(f"/editions/{year}-1/diff/{year}-2")
    expect(visitor.locator("main")).to_contain_text(SERVICE)
    expect(visitor.locator("main")).to_contain_text("暂停")
    visitor.goto(f"/editions/{year}-2/diff/{year}-3")
    expect(visitor.locator("main")).to_contain_text(SERVICE)
    expect(visitor.locator("main")).to_contain_text("恢复")
    owner.goto("/account/notices")
    for word in ("列入", "暂停", "恢复"):
        expect(owner.locator("main")).to_contain_text(word)
