"""A real server on a copy of the seeded catalogue, and a real browser looking at it."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

from directory.db import db
from directory.operations.demo import PASSWORD
from tests.conftest import app_in
from tests.journeys.prepared import prepare
from tests.journeys.prepared_work import prepare_work
from tests.journeys.server import running

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-sync",
)
LONG_NAME = "示例·" + "上海市长宁区华阳路街道居民自治与邻里互助公益服务促进" * 3 + "Nachbarschaftshilfe" * 4 + "中心"
LEAD = "zuzhang@demo.example"


@dataclass(frozen=True)
class Mode:
    """How a page is looked at: the window in CSS pixels, and the visitor's cookies."""

    width: int
    height: int
    cookies: tuple[tuple[str, str], ...] = ()
    javascript: bool = True


PHONE, DESK = Mode(360, 780), Mode(1280, 900)
Look = Callable[[Mode], Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser, and a browser needs sockets."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.enable_socket)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _instance(
    seeded_instance: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> tuple[Path, dict[str, Any]]:
    """The folder of the site, and what prepared.py put into it."""
    folder = tmp_path_factory.mktemp("site") / "instance"
    shutil.copytree(seeded_instance, folder)
    _give_long_names(folder / "directory.db")
    _confirm_needs(folder / "directory.db")
    with app_in(folder).app_context():
        now = datetime.now(UTC)
        made = prepare(folder / "lists", now=now) | prepare_work(now=now)
        db.session.remove()
        db.engine.dispose()
    return folder, made


@pytest.fixture(scope="session")
def prepared(_instance: tuple[Path, dict[str, Any]]) -> dict[str, Any]:
    """Ids of what waits in the workspaces."""
    return _instance[1]


@pytest.fixture(scope="session")
def site(_instance: tuple[Path, dict[str, Any]]) -> Iterator[str]:
    """The address of the running server."""
    folder, _ = _instance
    with running(folder) as address:
        yield address


def _give_long_names(database: Path) -> None:
    """Organisation 2 and its services get the longest names anyone would dare."""
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE organisation SET name = ?, summary = ? WHERE id = 2", (LONG_NAME, LONG_NAME * 3))
        theirs = "SELECT id FROM service WHERE organisation_id = 2"
        connection.execute(f"UPDATE service_version SET name = ? WHERE service_id IN ({theirs})", (LONG_NAME,))  # noqa: S608 - our own words
    connection.close()


def _confirm_needs(database: Path) -> None:
    """For the evaluation centre: half a year of confirmed needs, the last weeks worse than those before."""
    now, rows = datetime.now(UTC), []
    for days in range(200):
        text = "晚上回来没地方停车，邻居天天为车位吵架" * (10 if days == 3 else 1)
        category = "P-129" if days % 3 == 0 and days < 30 else "P-001"
        source = "310105-05" if days % 2 else LONG_NAME
        rows += [(text, category, source, f"need-{days}", f"{now - timedelta(days=days):%Y-%m-%d %H:%M:%S.%f}")]
    with sqlite3.connect(database) as connection:
        connection.executemany(
            "INSERT INTO confirmed_need"
            " (text, category_id, source, external_id, confirmed_at, suggested, checked, reason)"
            " VALUES (?, (SELECT id FROM category WHERE code = ?), ?, ?, ?, 'P-001', 0, '')",
            rows,
        )
    connection.close()


@pytest.fixture(scope="session")
def visitors(browser: Browser, site: str) -> Iterator[Callable[[Mode], BrowserContext]]:
    """One visitor for each set of cookies, with scripts or without; a new one costs more than a page."""
    known: dict[object, BrowserContext] = {}

    def visitor(mode: Mode) -> BrowserContext:
        kind = mode.cookies, mode.javascript
        if kind not in known:
            known[kind] = browser.new_context(base_url=site, java_script_enabled=mode.javascript, locale="zh-CN")
            known[kind].add_cookies([{"name": name, "value": value, "url": site} for name, value in mode.cookies])
        return known[kind]

    yield visitor
    for context in known.values():
        context.close()


@pytest.fixture
def look(visitors: Callable[[Mode], BrowserContext], site: str) -> Iterator[Look]:
    """Opens windows in which nothing may go wrong unseen: no error in the console, no failed or foreign request.

    Whoever signed in there before is gone.
    """
    wrong: list[str] = []
    windows: list[Page] = []

    def open_window(mode: Mode) -> Page:
        visitor = visitors(mode)
        visitor.clear_cookies(name="session")
        page = visitor.new_page()
        page.set_viewport_size({"width": mode.width, "height": mode.height})
        page.set_default_timeout(10_000)
        _watch(page, site, wrong)
        windows.append(page)
        return page

    yield open_window
    for page in windows:
        page.close()
    assert wrong == []


def _watch(page: Page, site: str, wrong: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and message.location.get("url") != page.url:
            wrong.append(f"console: {message.text}")

    def finished(response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            wrong.append(f"{response.status} for {response.url}")

    def sent(request: Request) -> None:
        if not request.url.startswith((site, "data:")):
            wrong.append(f"asked elsewhere: {request.url}")

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a visitor who goes on before the icon came
            wrong.append(f"failed: {request.url} {request.failure}")

    page.on("console", console)
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("requestfailed", failed)
    page.on("response", finished)
    page.on("request", sent)


def say(page: Page, text: str, **fields: Any) -> None:
    """Put a problem to the home page."""
    page.goto("/")
    page.fill("#text", text)
    if "area" in fields:
        page.select_option("#area", fields["area"])
    if "budget" in fields:
        page.fill("#budget", fields["budget"])
    with page.expect_navigation():
        page.click(".need-box button")


def come_in(page: Page, email: str = LEAD) -> None:
    """Sign in with an account of the demo, without looking at the pages on the way."""
    (form_token,) = re.findall('name="csrf_token" value="([^"]+)"', page.request.get("/account/sign-in").text())[:1]
    data = {"csrf_token": form_token, "email": email, "password": PASSWORD, "next": "/about"}
    assert page.request.post("/account/sign-in", form=data).ok


@contextmanager
def printed(page: Page) -> Iterator[None]:
    page.emulate_media(media="print")
    yield
    page.emulate_media(media="screen")
