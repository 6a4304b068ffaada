"""Windows of people who have signed in, and what they do in them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.journeys.conftest import DESK, Mode, come_in
from tests.journeys.server import running

Who = Callable[..., Page]


@contextmanager
def opened(folder: Path, browser: Browser) -> Iterator[Who]:
    """Of an instance that runs meanwhile: a window of somebody of the demo who has signed in, or of a visitor."""
    known: dict[tuple[str, Mode], Page] = {}
    with running(folder) as site:

        def window(name: str = "", mode: Mode = DESK) -> Page:
            if (name, mode) not in known:
                size = {"width": mode.width, "height": mode.height}
                page = browser.new_context(base_url=site, locale="zh-CN", viewport=size).new_page()
                page.set_default_timeout(10_000)
                if name:
                    come_in(page, f"{name}@demo.example")
                known[name, mode] = page
            return known[name, mode]

        yield window
        for page in known.values():
            page.context.close()


def press(page: Page, label: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=label, exact=True).click()


def follow(page: Page, label: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("link", name=label).first.click()


def number_in(page: Page) -> str:
    """The last number of the address."""
    return re.findall(r"\d+", page.url.split("?")[0])[-1]
