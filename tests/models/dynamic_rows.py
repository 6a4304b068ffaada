"""Rows of the dynamic catalogue for test_constraints.py: one good row a table, and what must never be."""

from datetime import date
from typing import Any

from tests.factories import NOW

DAY = date(2026, 11, 23)

# In an order in which each may point to those before it.
GOOD: dict[str, dict[str, Any]] = {
    "account": {
        "email": "new@example.org",
        "name": "示例·新来",
        "active": True,
        "role": "district",
        "area_code": "",
        "mails": True,
        "is_demo": False,
        "failures": 0,
        "created_at": NOW,
        "fs_uniquifier": "new",
    },
    "enrolment": {"email": "e@example.org", "role": "district", "area_code": "", "digest": "3" * 64}
    | {"created_at": NOW, "expires_at": NOW},
    "claim": {"organisation_id": 1, "name": "示例", "email": "c@example.org", "phone": "", "note": ""}
    | {"outcome": "", "reason": "", "created_at": NOW},
    "notice": {"account_id": 1, "kind": "k", "facts": {}, "link": "/", "once": "new", "created_at": NOW},
    "evidence": {"organisation_id": 1, "name": "a.pdf", "kind": "pdf", "size": 1, "digest": "4" * 64}
    | {"uploaded_at": NOW},
    "claimed_fact": {"organisation_id": 1, "kind": "grade", "value": "3A", "since": DAY, "until": DAY, "source": ""}
    | {"state": "waiting", "reason": "", "created_at": NOW},
    "application": {"organisation_id": 1, "service_id": 9, "version_id": 1, "state": "draft", "since": NOW}
    | {"reason": "", "statement": "", "created_at": NOW},
    "objection": {"application_id": 1, "receipt": "new", "name": "", "contact": "", "text": "不同意"}
    | {"state": "open", "answer": "", "created_at": NOW},
    "appeal": {"application_id": 2, "reason": "再看看", "outcome": "", "created_at": NOW},
    "rubric": {"code": "R", "version": 2, "name": "指标", "scale": 100, "gap": 10, "thresholds": []}
    | {"state": "draft", "source": "", "created_at": NOW},
    "criterion": {"rubric_id": 1, "position": 1, "code": "new", "name": "条", "points": 1, "anchors": []},
    "assessment": {"application_id": 1, "rubric_id": 1, "state": "scoring", "grade": "", "created_at": NOW},
    "score_sheet": {"assessment_id": 1, "assessor_id": 2, "state": "assigned", "third": False, "conflict": ""}
    | {"conflict_note": "", "assigned_at": NOW},
    "mark": {"sheet_id": 1, "criterion_id": 2, "points": 1, "note": "", "evidence": "", "saved_at": NOW},
    "edition": {"year": 2026, "ordinal": 2, "title": "", "state": "superseded", "sealed_at": NOW}
    | {"parameters_version": 1, "rows": 0, "previous": "5" * 64, "digest": "6" * 64},
    "sealed_entry": {"edition_id": 1, "position": 2, "entry_id": 2, "content": "{}", "digest": "7" * 64}
    | {"field": "SH-04", "organisation": "示例", "service": "停车"},
    "entry_step": {"entry_id": 1, "step": "list", "state": "listed", "reason": "", "version_id": 1, "at": NOW},
    "special_day": {"day": DAY, "working": False, "name": "假"},
    "daily_run": {"day": DAY, "at": NOW, "done": {}},
    "sent_form": {"token": "new", "at": NOW},
}

# What differs in the row of its table that is there already, for the good one to stand beside it.
KNOWN: dict[str, list[dict[str, Any]]] = {
    "account": [
        {"email": "known@example.org", "fs_uniquifier": "known"},
        {"email": "second@example.org", "fs_uniquifier": "second"},
    ],
    "enrolment": [{"digest": "8" * 64}],
    "notice": [{"once": "known"}],
    "application": [{"state": "withdrawn"}, {"service_id": 1}],
    "objection": [{"receipt": "known"}],
    "appeal": [{"application_id": 1}],
    "rubric": [{"version": 1}],
    "criterion": [{"code": "known"}, {"code": "second"}],
    "assessment": [{"appeal_id": 1}],
    "score_sheet": [{"assessor_id": 1}],
    "mark": [{"criterion_id": 1}],
    "edition": [{"ordinal": 1, "previous": "0" * 64, "digest": "9" * 64, "state": "sealed"}],
    "sealed_entry": [{"position": 1, "entry_id": 1}],
    "special_day": [{"day": date(2026, 1, 1)}],
    "daily_run": [{"day": date(2026, 1, 1)}],
    "sent_form": [{"token": "known"}],
}

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("account", {"role": "owner"}, "ck_account_organisation"),
    ("account", {"organisation_id": 1}, "ck_account_organisation"),
    ("account", {"role": "street"}, "ck_account_area"),
    ("account", {"failures": -1}, "ck_account_failures"),
    ("account", {"role": "king"}, "ck_account_role"),
    ("account", {"email": "known@example.org"}, "account.email"),
    ("account", {"fs_uniquifier": "known"}, "account.fs_uniquifier"),
    ("enrolment", {"digest": "short"}, "ck_enrolment_digest"),
    ("enrolment", {"role": "king"}, "ck_enrolment_role"),
    ("enrolment", {"digest": "8" * 64}, "enrolment.digest"),
    ("claim", {"outcome": "maybe", "decided_at": NOW}, "ck_claim_outcome"),
    ("claim", {"outcome": "confirmed"}, "ck_claim_decided"),
    ("claim", {"decided_at": NOW}, "ck_claim_decided"),
    ("notice", {"kind": ""}, "ck_notice_kind"),
    ("notice", {"link": "https://elsewhere.example"}, "ck_notice_link"),
    ("notice", {"once": "known"}, "notice.account_id"),
    ("evidence", {"kind": "html"}, "ck_evidence_kind"),
    ("evidence", {"digest": "short"}, "ck_evidence_digest"),
    ("evidence", {"size": 0}, "ck_evidence_size"),
    ("claimed_fact", {"until": date(2025, 1, 1)}, "ck_claimed_fact_span"),
    ("claimed_fact", {"state": "refused"}, "ck_claimed_fact_decided"),
    ("claimed_fact", {"state": "confirmed", "decided_at": NOW}, "ck_claimed_fact_fact"),
    ("claimed_fact", {"kind": "rumour"}, "ck_claimed_fact_factkind"),
    ("claimed_fact", {"state": "perhaps"}, "ck_claimed_fact_claimedstate"),
    ("application", {"state": "submitted"}, "ck_application_submitted"),
    ("application", {"state": "publicity", "submitted_at": NOW, "admitted": True}, "ck_application_publicity"),
    ("application", {"state": "decided", "submitted_at": NOW, "admitted": False}, "ck_application_admitted"),
    ("application", {"state": "lost", "submitted_at": NOW}, "ck_application_applicationstate"),
    ("application", {"service_id": 1}, "application.service_id"),
    ("objection", {"text": ""}, "ck_objection_text"),
    ("objection", {"state": "upheld"}, "ck_objection_answered"),
    ("objection", {"state": "lost", "answered_at": NOW}, "ck_objection_objectionstate"),
    ("objection", {"receipt": "known"}, "objection.receipt"),
    ("appeal", {"reason": ""}, "ck_appeal_reason"),
    ("appeal", {"outcome": "perhaps"}, "ck_appeal_outcome"),
    ("appeal", {"application_id": 1}, "appeal.application_id"),
    ("rubric", {"scale": 10}, "ck_rubric_scale"),
    ("rubric", {"gap": 0}, "ck_rubric_gap"),
    ("rubric", {"version": 0}, "ck_rubric_version"),
    ("rubric", {"kind": "company"}, "ck_rubric_organisationkind"),
    ("rubric", {"state": "lost"}, "ck_rubric_rubricstate"),
    ("rubric", {"version": 1}, "rubric.code"),
    ("criterion", {"points": 0}, "ck_criterion_points"),
    ("criterion", {"name": ""}, "ck_criterion_name"),
    ("criterion", {"code": "known"}, "criterion.rubric_id"),
    ("assessment", {"total": 5}, "ck_assessment_total"),
    ("assessment", {"closed_at": NOW}, "ck_assessment_closed"),
    ("assessment", {"state": "lost"}, "ck_assessment_assessmentstate"),
    ("assessment", {"appeal_id": 1}, "assessment.appeal_id"),
    ("score_sheet", {"conflict": "kin"}, "ck_score_sheet_conflict"),
    ("score_sheet", {"declared_at": NOW}, "ck_score_sheet_declared"),
    ("score_sheet", {"total": 5}, "ck_score_sheet_total"),
    ("score_sheet", {"state": "lost", "declared_at": NOW}, "ck_score_sheet_sheetstate"),
    ("score_sheet", {"assessor_id": 1}, "score_sheet.assessment_id"),
    ("mark", {"points": -1}, "ck_mark_points"),
    ("mark", {"criterion_id": 1}, "mark.sheet_id"),
    ("edition", {"ordinal": 0}, "ck_edition_ordinal"),
    ("edition", {"digest": "short"}, "ck_edition_digest"),
    ("edition", {"state": "lost"}, "ck_edition_editionstate"),
    ("edition", {"state": "sealed"}, "edition.state"),
    ("edition", {"ordinal": 1}, "edition.year"),
    ("edition", {"previous": "0" * 64}, "edition.previous"),
    ("edition", {"digest": "9" * 64}, "edition.digest"),
    ("sealed_entry", {"digest": "short"}, "ck_sealed_entry_digest"),
    ("sealed_entry", {"position": 1}, "sealed_entry.edition_id"),
    ("sealed_entry", {"entry_id": 1}, "sealed_entry.edition_id"),
    ("entry_step", {"step": ""}, "ck_entry_step_step"),
    ("entry_step", {"state": "lost"}, "ck_entry_step_entrystate"),
    ("special_day", {"name": ""}, "ck_special_day_name"),
    ("special_day", {"day": date(2026, 1, 1)}, "special_day.day"),
    ("daily_run", {"day": date(2026, 1, 1)}, "daily_run.day"),
    ("sent_form", {"token": "known"}, "sent_form.token"),
    ("category", {"merged_into_id": 2}, "ck_category_merged"),
    ("entry", {"cure_until": DAY}, "ck_entry_cure"),
    ("service_version", {"state": "draft"}, "ck_service_version_approved"),
    ("service_version", {"approved_at": None}, "ck_service_version_approved"),
    ("service_version", {"state": "lost", "approved_at": None}, "ck_service_version_versionstate"),
    ("service_version", {"state": "draft", "approved_at": None, "service_id": 9}, "service_version.service_id"),
]

# What a row needs besides for its pointer to be the only thing wrong with it.
BESIDES: dict[tuple[str, str], dict[str, Any]] = {
    ("category", "merged_into_id"): {"retired_at": NOW},
    ("account", "organisation_id"): {"role": "owner"},
    ("claimed_fact", "fact_id"): {"state": "confirmed", "decided_at": NOW},
}
