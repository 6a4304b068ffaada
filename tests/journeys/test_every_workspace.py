"""Every page of every workspace, opened by somebody whose work it is, keeps what test_every_page.py asks."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import app_in
from tests.journeys.conftest import DESK, PHONE, Look, come_in
from tests.journeys.test_every_page import CUT_OFF, faults
from tests.journeys.workspaces import PAGES
from tests.views.page import WORKSPACES

FILES = (".csv", ".json", ".xlsx", "table_kind>")
ELSEWHERE = {
    "/account/code",  # between a password and a code only
    "/account/password/<token>",  # from a letter
    "/account/notices/<notice_id>",  # leads to what the notice is about
    "/editions/<number>/print",  # below
    "/editions/compare",  # leads to the difference
    "/government/lists/template",  # a file
    "/government/lists/<list_id>/refused",  # a file
}


@pytest.mark.parametrize("email", PAGES)
def test_every_page_is_clean_whole_and_large_enough(look: Look, prepared: dict[str, Any], email: str) -> None:
    """One window for all of somebody's pages: to open another costs more than a page."""
    page, found = look(PHONE), []
    if email:
        come_in(page, email)
    for address in PAGES[email]:
        where = address.format_map(prepared)
        shown = page.goto(where)
        found += [f"{where} {shown.status}"] if shown and shown.status != 200 else []
        found += [f"{where} not one h1"] if page.locator("h1").count() != 1 else []
        for mode in (PHONE, DESK):
            found += [f"{where} {mode.width} {fault}" for fault in faults(page, mode, "as it comes")]
    assert found == []


def test_a_whole_edition_fits_a_phone(look: Look, prepared: dict[str, Any]) -> None:
    """Hundreds of rows: too many for the rules of accessibility to look at in a test."""
    page = look(PHONE)
    page.goto(f"/editions/{prepared['number']}/print")
    assert page.evaluate(CUT_OFF) == []


def test_no_page_is_forgotten(prepared: dict[str, Any], seeded_instance: Path) -> None:
    addresses = app_in(seeded_instance).url_map
    opened = {address.format_map(prepared).partition("?")[0] for pages in PAGES.values() for address in pages}
    known = {addresses.bind("").match(address, return_rule=True)[0].rule for address in opened}
    all_pages = {
        rule.rule
        for rule in addresses.iter_rules()
        if "GET" in (rule.methods or ()) and re.match(WORKSPACES, rule.rule) and not rule.rule.endswith(FILES)
    }
    assert {re.sub("<[^<>]*:", "<", rule) for rule in all_pages - known} == ELSEWHERE
