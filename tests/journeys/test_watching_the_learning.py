"""The evaluation centre comes in, corrects a word after seeing what that does, takes a source back, and leaves."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from directory.operations.demo import PASSWORD
from tests.journeys.conftest import DESK, LEAD, PHONE, come_in
from tests.journeys.test_solving_a_problem import goes_to

ways = pytest.mark.parametrize("mode", [PHONE, replace(DESK, javascript=False)], ids=["phone", "without scripts"])


def presses(page: Page, selector: str) -> None:
    """With the keyboard alone, from the top of the page."""
    goes_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@ways
def test_from_the_door_to_a_corrected_word_with_the_keyboard_alone(look, mode):
    page = look(mode)
    page.goto("/watch", wait_until="networkidle")
    page.fill("#email", LEAD)
    page.fill("#password", PASSWORD)
    presses(page, ".panel-form button")
    expect(page.locator("h1")).to_have_text("系统学得怎么样")
    expect(page.locator(".notice")).to_contain_text("确认率明显下降")
    page.goto("/watch/words?word=停车&category=P-001&need=1", wait_until="networkidle")
    goes_to(page, "#unless")
    page.keyboard.press("Control+End")
    page.keyboard.type("、邻居")
    presses(page, "button[name=preview]")
    expect(page.locator("#effect-title")).to_be_in_viewport()
    expect(page.locator("[role=status]")).to_contain_text("还没有保存")
    page.fill("#reason", "为车位吵架，要的是调解")
    page.locator("button[name=save]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_contain_text("已经改好")
    expect(page.locator("main .table")).to_contain_text("邻居")
    page.get_by_role("button", name="退出").click()
    page.goto("/watch")
    expect(page.locator("h1")).to_have_text("登录")


def test_a_disagreement_leads_to_its_word_and_a_source_to_its_withdrawal(look):
    page = look(DESK)
    come_in(page)
    page.goto("/watch", wait_until="networkidle")
    page.locator(".differing-words a").first.click()
    expect(page).to_have_url(re.compile("/watch/words"))
    expect(page.locator(".differing-about mark").first).to_be_visible()
    page.get_by_role("link", name="学得怎么样").first.click()
    page.get_by_role("link", name="撤回… 天山路街道").click()
    expect(page.locator("h1")).to_contain_text("天山路街道")
    page.get_by_role("button", name="撤回这").click()
    expect(page.locator(".error-summary")).to_contain_text("请写明原因")
    page.get_by_role("link", name="不撤回，回去").click()
    expect(page.locator("#sources")).to_be_in_viewport()
