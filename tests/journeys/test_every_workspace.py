"""Every page of every workspace, opened by somebody whose work it is, keeps what test_every_page.py asks."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import app_in
from tests.journeys.conftest import DESK, LEAD, PHONE, Look, come_in
from tests.journeys.test_every_page import CUT_OFF, faults
from tests.views.page import WORKSPACES

NEIGHBOUR = "juweihui@demo.example"
OWNER, ASSESSOR = "fuzeren@demo.example", "pinggu1@demo.example"
DISTRICT, STREET, AUDITOR = "minzheng1@demo.example", "jiedao@demo.example", "shenji@demo.example"

# Who opens what; a name in braces is one of those that prepared.py gives.
PAGES = {
    NEIGHBOUR: (
        "/neighbourhood",
        "/neighbourhood/needs",
        "/neighbourhood/needs/new",
        "/neighbourhood/needs/{need_id}",
        "/neighbourhood/needs/{need_id}/details",
        "/neighbourhood/needs/{need_id}/withdraw",
        "/neighbourhood/needs/{need_id}/unmet",
        "/neighbourhood/needs/{draft_need}/understood",
        "/neighbourhood/needs/{draft_need}/understood?find=停车",
        "/neighbourhood/needs/{draft_need}/edit",
        "/neighbourhood/needs/{handed_need}/hand-off",
        "/needs",
        "/needs/{their_need}",
        "/needs/{their_need}/join?instead={draft_need}",
        "/neighbourhood/needs?state=unmet",
        "/neighbourhood/needs/{unmet_need}",
        "/neighbourhood/needs/{choosing}",
        "/neighbourhood/needs/{choosing}/choose",
        "/neighbourhood/needs/{choosing}/compare",
        "/neighbourhood/needs/{choosing}/outside",
        "/neighbourhood/needs/{choosing}/outside?q=没有这样的机构",
        "/neighbourhood/needs/{choosing}/invite",
        "/neighbourhood/needs/{choosing}/award",
        "/neighbourhood/needs/{choosing}/award?entry={pick}",
        "/neighbourhood/needs/{choosing}/nobody",
        "/neighbourhood/needs/{sealed_need}",
        "/neighbourhood/needs/{sealed_need}/choose",
        "/neighbourhood/needs/{sealed_need}/invite",
        "/neighbourhood/needs/{sealed_need}/deadline",
        "/neighbourhood/needs/{sealed_need}/recall",
        "/neighbourhood/needs/{sealed_need}/proposals",
        "/neighbourhood/needs/{opened_need}/proposals",
        "/neighbourhood/needs/{opened_need}/award?invitation={proposed}",
        "/neighbourhood/needs/{opened_need}/nobody",
        "/neighbourhood/needs/{opened_need}/recall",
        "/neighbourhood/needs/{met_need}",
        "/neighbourhood/needs/{met_need}/proposals",
        "/neighbourhood/needs/{lost_need}/proposals",
        "/engagements",
        "/engagements?state=waiting",
        "/engagements?text=没有这样的",
        "/engagements/new",
        "/engagements/new?text=餐",
        "/engagements/new/{pick}",
        "/engagements/{running_work}",
        "/engagements/{running_work}/records",
        "/engagements/{running_work}/terminate",
        "/engagements/{agreed_work}",
        "/engagements/{agreed_work}/terms",
        "/engagements/{delivered_work}",
        "/engagements/{delivered_work}/return",
        "/engagements/{delivered_work}/sign-off",
        "/engagements/{terminated_work}",
        "/engagements/{fresh_work}",
        "/engagements/{fresh_work}/review",
        "/engagements/{one_in_work}/review",
        "/engagements/{both_work}/review",
        "/engagements/milestones/{step_accepted}",
        "/engagements/milestones/{step_delivered}",
        "/engagements/terms/{terms_id}",
    ),
    OWNER: (
        "/account",
        "/account/change-password",
        "/account/code/set-up",
        "/account/notices",
        "/account/people",
        "/account/people/invite",
        "/account/people/{account_id}/close",
        "/organisation",
        "/organisation/profile",
        "/organisation/confirm",
        "/organisation/facts",
        "/organisation/facts/new",
        "/organisation/facts/new?kind=grade",
        "/organisation/services",
        "/organisation/services/new",
        "/organisation/services/{open_service}",
        "/organisation/services/{offered}",
        "/organisation/services/{offered}/edit",
        "/organisation/services/{service_id}",
        "/organisation/services/{changed}/send",
        "/organisation/services/{offered}/apply",
        "/organisation/applications",
        "/organisation/applications/new",
        "/organisation/applications/{draft}",
        "/organisation/applications/{draft}/edit",
        "/organisation/applications/{draft}/submit",
        "/organisation/applications/{submitted}",
        "/organisation/applications/{submitted}/withdraw",
        "/applications/{announced}/result",
        "/organisation/mirror",
        "/organisation/invitations",
        "/organisation/invitations?state=declined",
        "/organisation/invitations/{asked}",
        "/organisation/invitations/{asked}/decline",
        "/organisation/invitations/{asked}/proposal",
        "/organisation/invitations/{proposed}",
        "/organisation/invitations/{won}",
        "/organisation/invitations/{lost}",
        "/organisation/invitations/{recalled}",
        "/organisation/invitations/{lapsed}",
        "/organisation/invitations/{declined}",
        "/engagements",
        "/engagements/{running_work}",
        "/engagements/{running_work}/records",
        "/engagements/{running_work}/records/new",
        "/engagements/{agreed_work}",
        "/engagements/{agreed_work}/start",
        "/engagements/{agreed_work}/terms",
        "/engagements/{agreed_work}/terminate",
        "/engagements/{ready_work}",
        "/engagements/{ready_work}/deliver",
        "/engagements/{delivered_work}",
        "/engagements/{running_work}/review",
        "/engagements/{fresh_work}/review",
        "/engagements/{one_in_work}/review",
        "/engagements/{both_work}/review",
        "/engagements/milestones/{step_pending}",
        "/engagements/records/{record_id}/strike",
        "/engagements/terms/{terms_id}",
    ),
    ASSESSOR: (
        "/evaluation",
        "/evaluation/sheets",
        "/evaluation/sheets?done=1",
        "/evaluation/sheets/{assigned}",
        "/evaluation/sheets/{open_sheet}",
        "/evaluation/sheets/{open_sheet}/sections/1",
        "/evaluation/sheets/{open_sheet}/check",
        "/evaluation/sheets/{submitted_sheet}",
    ),
    LEAD: (
        "/evaluation",
        "/evaluation/applications",
        "/evaluation/applications/{to_assign}",
        "/evaluation/assessments",
        "/evaluation/assessments?state=all",
        "/evaluation/assessments/{assessment_id}",
        "/evaluation/agreement",
        "/evaluation/rubrics",
        "/evaluation/rubrics/new",
        "/evaluation/rubrics/{rubric_id}",
        "/evaluation/rubrics/{draft_rubric}",
        "/evaluation/rubrics/{draft_rubric}/terms",
        "/evaluation/rubrics/{draft_rubric}/criteria/new",
        "/evaluation/rubrics/{draft_rubric}/criteria/{criterion_id}",
        "/applications/{result}/result",
        "/watch",
        "/watch/words",
        "/watch/withdraw?source=310105-05",
        "/government/exposure",
    ),
    DISTRICT: (
        "/account/claims",
        "/account/claims/{claim_id}",
        "/account/people",
        "/government",
        "/government/applications",
        "/government/applications?state=listed",
        "/government/applications/{submitted}",
        "/government/applications/{decidable}",
        "/government/applications/{decidable}/decide",
        "/government/objections",
        "/government/objections/{objection_id}",
        "/government/versions",
        "/government/versions/{version_id}",
        "/government/facts",
        "/government/facts/{claimed_id}",
        "/government/organisations/{organisation_id}/facts",
        "/government/organisations/{organisation_id}/facts/new?kind=grade",
        "/government/entries",
        "/government/entries?state=suspended",
        "/government/entries/{entry_id}",
        "/government/entries/{entry_id}/suspend",
        "/government/entries/{suspended}",
        "/government/needs",
        "/government/needs/{need_id}",
        "/government/supply",
        "/government/supply?field=SH-04",
        "/government/supply/unmet",
        "/government/supply/calls",
        "/government/supply/calls/new?category=P-001&category=P-008",
        "/government/exposure",
        "/government/reviews",
        "/government/reviews?state=",
        "/government/reviews/{report_id}",
        "/engagements/{running_work}",
        "/engagements/{both_work}/review",
        "/government/editions",
        "/government/editions/preview",
        "/government/editions/check?title=示例第三版&unchanged=y",
        "/government/categories",
        "/government/categories/new",
        "/government/categories/P-001",
        "/government/categories/P-001/merge",
        "/government/parameters",
        "/government/parameters/versions",
        "/government/lists",
        "/government/lists/{list_id}",
    ),
    STREET: (
        "/government",
        "/government/applications",
        "/government/entries",
        "/government/needs",
        "/government/needs/{met_need}",
        "/government/supply",
        "/government/supply/unmet",
        "/engagements",
        "/engagements/{terminated_work}",
    ),
    AUDITOR: (
        "/audit",
        "/audit?event=entry:",
        "/audit/events/{event_id}",
        "/audit/verify",
        "/government",
        "/government/editions",
        "/evaluation",
        "/government/exposure",
        "/engagements",
        "/engagements/{running_work}/records",
    ),
    "": (
        "/account/sign-in",
        "/account/password",
        "/account/enrol/{token}",
        "/account/claim",
        "/account/claim/sent",
        "/publicity",
        "/publicity/{announced}",
        "/publicity/receipts",
        "/publicity/receipts/{receipt}",
        "/editions",
        "/editions/{number}",
        "/editions/{number}/entries/{entry_id}",
        "/editions/{older}/diff/{number}",
        "/catalogue?on=2026-11-20",
        "/organisations/{organisation_id}?on=2027-03-01",
        "/rubrics",
        "/rubrics/{rubric_id}",
        "/needs",
        "/needs/{sealed_need}",
        "/calls",
        "/calls/{call_id}",
        "/reviews",
        "/reviews/removed",
        "/reviews/{review_id}/report",
        "/organisations/{organisation_id}",
        "/organisations/{organisation_id}/reviews",
        "/organisations/2/reviews",
        "/services/{open_service}",
        "/match/{answer}/again",
    ),
}
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
