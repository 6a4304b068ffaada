"""Say a problem, read the reasons, open a provider, read the standard: as different people would."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE

FIRE = "楼道里堆满杂物，灭火器也过期了"
MOST_TABS = 80

sizes = pytest.mark.parametrize("mode", [PHONE, DESK], ids=["phone", "desk"])


def reads_the_answer(page: Page) -> None:
    expect(page).to_have_url(re.compile("/match/"))
    expect(page.locator(".said mark").first).to_be_visible()
    expect(page.locator(".solver")).to_contain_text("96119")
    first = page.locator(".matches > li").first
    expect(first.locator(".score")).to_be_visible()
    expect(first.locator(".reasons")).to_be_visible()
    bars = first.locator(".bar-points")
    assert bars.count() >= 5
    assert bars.first.bounding_box()["width"] > 20
    expect(page.locator("#excluded-title")).to_be_visible()


def reads_the_standard(page: Page) -> None:
    expect(page).to_have_url(re.compile("/services/"))
    expect(page.locator("#standard-title")).to_be_visible()
    assert page.locator(".standard .checks li").count() >= 4
    expect(page.locator(".standard .price")).to_contain_text("元")


def reads_about_the_organisation(page: Page) -> None:
    expect(page).to_have_url(re.compile("/organisations/"))
    expect(page.locator(".gates")).to_be_visible()
    expect(page.locator(".facts")).to_be_visible()


def solve(page: Page) -> None:
    page.goto("/")
    expect(page.locator("h1")).to_be_in_viewport()
    expect(page.locator("#text")).to_be_in_viewport()
    page.get_by_role("link", name=FIRE).click()
    expect(page.locator("#text")).to_have_value(FIRE)
    page.get_by_role("button", name="找服务").click()
    reads_the_answer(page)
    second = page.locator(".matches > li").nth(1)
    second.locator("summary").click()
    expect(second.locator(".reasons")).to_be_visible()
    page.locator(".matches > li h3 a").first.click()
    reads_the_standard(page)
    page.locator(".offer-who a").click()
    reads_about_the_organisation(page)


@sizes
def test_with_a_finger_or_a_mouse(look, mode):
    solve(look(mode))


@sizes
def test_without_scripts(look, mode):
    solve(look(replace(mode, javascript=False)))


@sizes
def test_in_large_type(look, mode):
    solve(look(replace(mode, cookies=(("size", "large"),))))


@sizes
def test_with_the_keyboard_alone(look, mode):
    page = look(mode)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    goes_to(page, "#text")
    page.keyboard.type(FIRE)
    goes_to(page, "#area")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    goes_to(page, ".need-box button")
    page.keyboard.press("Enter")
    reads_the_answer(page)
    goes_to(page, ".matches > li:nth-child(2) summary")
    page.keyboard.press("Enter")
    expect(page.locator(".matches > li").nth(1).locator(".reasons")).to_be_visible()
    page.reload()
    goes_to(page, ".matches h3 a")
    page.keyboard.press("Enter")
    reads_the_standard(page)
    goes_to(page, ".offer-who a")
    page.keyboard.press("Enter")
    reads_about_the_organisation(page)


SEEN = """() => {
    const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
    const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const inView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return drawn && inView;
}"""


def goes_to(page: Page, selector: str) -> None:
    """Tab until the first element of a selector has the focus; on the way, focus can always be seen."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        page.wait_for_function(SEEN, timeout=5000)  # a page just opened may still be laid out
        if page.locator(selector).first.evaluate("e => e === document.activeElement"):
            return
    pytest.fail(f"{selector} cannot be reached with the Tab key")


def test_a_mistake_is_named_where_it_was_made(look):
    page = look(PHONE)
    page.goto("/")
    page.fill("#text", "！！！")
    page.fill("#budget", "很多")
    page.click(".need-box button")
    expect(page.locator(".error-summary")).to_be_in_viewport()
    page.locator(".error-summary a").nth(1).click()
    expect(page.locator("#budget")).to_be_in_viewport()
    expect(page.locator("#budget")).to_have_accessible_description(re.compile("只写数字"))
    page.fill("#text", FIRE)
    page.fill("#budget", "5,000")
    page.click(".need-box button")
    expect(page.locator(".said-where")).to_contain_text("预算 5,000 元")


def test_from_the_filters_of_a_search_on_a_phone(look):
    page = look(PHONE)
    page.goto("/about")
    page.fill("#band-q", "消防")
    page.keyboard.press("Enter")
    expect(page.locator(".found .offer").first).to_be_in_viewport()
    page.locator(".narrow a").click()
    expect(page.locator("#narrow h2")).to_be_in_viewport()
    page.locator("#narrow details[open] li a").first.click()
    expect(page.locator(".chosen")).to_be_visible()
    page.locator(".chosen a").first.click()
    expect(page.locator(".chosen")).to_have_count(0)
