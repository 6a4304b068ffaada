"""What every page owes its readers: nothing the accessibility rules forbid, nothing cut off, nothing small."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Look, Mode, come_in, printed, say

ZOOMED = Mode(640, 450)  # a desk at 200 %
VISITORS = {
    "as it comes": ((), (PHONE, DESK, ZOOMED)),
    "in large type": ((("size", "large"),), (PHONE,)),
    "in English": ((("language", "en"),), (PHONE,)),
}
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
    "preload": False,
}


def at(address: str) -> Callable[[Page], object]:
    return lambda page: page.goto(address)


def saying(text: str, **fields: str) -> Callable[[Page], object]:
    """An answer keeps its address, so the problem is said once."""
    answers: list[str] = []

    def go(page: Page) -> None:
        if answers:
            page.goto(answers[0])
        else:
            say(page, text, **fields)
            answers.extend({page.url} if "/match/" in page.url else ())

    return go


def inside(address: str) -> Callable[[Page], object]:
    """As the evaluation centre."""

    def go(page: Page) -> None:
        come_in(page)
        page.goto(address)

    return go


def correcting(button: str, **fields: str) -> Callable[[Page], object]:
    """A word of the list, changed and sent."""

    def go(page: Page) -> None:
        come_in(page)
        page.goto("/watch/words?word=停车&category=P-001&need=1", wait_until="networkidle")
        for name, value in fields.items():
            page.fill(f"#{name}", value)
        with page.expect_navigation():
            page.click(f"button[name={button}]")

    return go


PAGES = {
    "home": at("/"),
    "home with a problem": at("/?text=灭火器过期了"),
    "question refused": saying("！！！", budget="-5"),
    "answer": saying("楼道里堆满杂物，灭火器也过期了"),
    "answer for one street": saying("独居老人中午吃饭没着落，想找人送餐", area="310105-05", budget="5000"),
    "answer by a department": saying("有人在楼下违章搭建，占用公共绿地，没人管"),
    "answer unsure": saying("一个人"),
    "answer of nothing": saying("asdkjh qwpeoi"),
    "tree": at("/categories"),
    "field": at("/categories/SH-04"),
    "kind of service": at("/categories/P-008"),
    "search": at("/search"),
    "search with filters": at("/search?q=老人&field=SH-01&area=310105-05&order=price"),
    "search of nothing": at("/search?q=没有这样的东西zzz"),
    "search refused": at("/search?price_low=500&price_high=200"),
    "organisation": at("/organisations/1"),
    "organisation with a long name": at("/organisations/2"),
    "service": at("/services/1"),
    "service with a long name": at("/services/5"),
    "organisation's reviews": at("/organisations/1/reviews"),
    "ranking": at("/ranking"),
    "rubrics": at("/rubrics"),
    "reviews": at("/reviews"),
    "reviews removed": at("/reviews/removed"),
    "about": at("/about"),
    "accessibility": at("/accessibility"),
    "not found": at("/no-such-page"),
    "sign-in": at("/account/sign-in"),
    "forgotten password": at("/account/password"),
    "claim": at("/account/claim"),
    "account": inside("/account"),
    "account, second factor": inside("/account/code/set-up"),
    "account, password": inside("/account/change-password"),
    "account, notices": inside("/account/notices"),
    "people": inside("/account/people"),
    "people, inviting": inside("/account/people/invite"),
    "centre": inside("/watch"),
    "centre, a word": inside("/watch/words?word=停车&category=P-001&need=1"),
    "centre, a word not in the list": inside("/watch/words?word=吵架"),
    "centre, a word refused": correcting("save", weight="7"),
    "centre, an effect": correcting("preview", weight="0.05", unless="邻居"),
    "centre, withdrawing": inside("/watch/withdraw?source=310105-05"),
}

CUT_OFF = """() => [...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".table-wrap") && e.checkVisibility())
    .slice(0, 3).map(e => e.outerHTML.slice(0, 100))
    .concat(document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [])"""

BROKEN_RULES = """async rules => (await axe.run(rules)).violations
    .flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 100)}`))"""

# A link within running text stands beside words that are no link; all else is a target to hit, a box by its label.
LOW_TARGETS = """least => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter(e => e.type !== "hidden" && !e.matches(".skip") && e.checkVisibility())
    .filter(e => ![...e.parentElement.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
    .filter(e => Math.max(...[e, ...(e.labels ?? [])].map(x => x.getBoundingClientRect().height)) < least - 0.5)
    .map(e => `${e.outerHTML.slice(0, 100)}: ${e.getBoundingClientRect().height}`)"""

SMALL_TEXT = """least => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), small = [];
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim(), e = walker.currentNode.parentElement;
        if (text && e.checkVisibility() && parseFloat(getComputedStyle(e).fontSize) < least) small.push(text);
    }
    return small;
}"""


WORDY = {
    "home",
    "question refused",
    "answer for one street",
    "search with filters",
    "service",
    "organisation",
    "ranking",
    "reviews",
    "centre",
    "centre, an effect",
}


@pytest.mark.parametrize(
    ("how", "name"), [(how, name) for how in VISITORS for name in PAGES if how != "in English" or name in WORDY]
)
def test_it_is_clean_whole_and_large_enough(look: Look, how: str, name: str) -> None:
    cookies, modes = VISITORS[how]
    page = look(replace(modes[0], cookies=cookies))
    PAGES[name](page)
    assert {mode.width: found for mode in modes if (found := faults(page, mode, how))} == {}


def faults(page: Page, mode: Mode, how: str) -> list[str]:
    page.set_viewport_size({"width": mode.width, "height": mode.height})
    large = how == "in large type"
    return [
        *(f"cut off: {x}" for x in page.evaluate(CUT_OFF)),
        *(f"hard to hit: {x}" for x in page.evaluate(LOW_TARGETS, 56 if large else 48)),
        *(f"small: {x}" for x in page.evaluate(SMALL_TEXT, 22 if large else 18)),
        *(f"axe: {x}" for x in (broken_rules(page, colours=not large) if mode is not ZOOMED else [])),
    ]


def broken_rules(page: Page, *, colours: bool) -> list[str]:
    """Contrast takes most of the time; larger type has the same colours, and an easier rule."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(BROKEN_RULES, RULES | {"rules": {"color-contrast": {"enabled": colours}}}))


def test_a_printed_answer_holds_all_reasons_and_addresses_and_no_navigation(look: Look) -> None:
    page = look(DESK)
    say(page, "楼道里堆满杂物，灭火器也过期了")
    with printed(page):
        for left_out in (".sections", ".band-search", ".crumbs", ".edit", ".foot ul"):
            expect(page.locator(left_out).first).not_to_be_visible()
        reasons = page.locator(".matches .reasons")
        assert reasons.count() == page.locator(".matches > li").count()
        assert all(reasons.nth(n).bounding_box()["height"] > 100 for n in range(reasons.count()))
        assert page.locator(".excluded").bounding_box()["height"] > 30
        after = page.locator(".matches h3 a").first.evaluate("e => getComputedStyle(e, '::after').content")
        assert "/services/" in after or "attr(href)" in after


def test_pages_print_within_the_width_of_a_sheet(look: Look) -> None:
    page = look(Mode(794, 1123))
    for address in ("/", "/categories/P-008", "/search", "/organisations/2", "/services/5", "/ranking"):
        page.goto(address)
        with printed(page):
            assert page.evaluate("document.documentElement.scrollWidth") <= 794, address
