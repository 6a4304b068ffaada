"""Rows from a need to its reviews for test_constraints.py: one good row a table, and what must never be."""

from datetime import date
from typing import Any

from tests.factories import NEIGHBOURHOOD, NOW, STREET

DAY, DAY_BEFORE = date(2026, 11, 23), date(2026, 11, 22)
DIMENSIONS = dict.fromkeys(("professional", "timely", "effective", "communication", "orderly"), 4)

# In an order in which each may point to those before it.
GOOD: dict[str, dict[str, Any]] = {
    "need": {"area_code": NEIGHBOURHOOD, "account_id": 1, "text": "停车难", "said": "停车难", "place": ""}
    | {"resident": "", "groups": [], "urgency": "soon", "public": True, "state": "draft", "since": NOW}
    | {"reason": "", "note": "", "round": 0, "joined": 0, "created_at": NOW},
    "need_run": {"need_id": 1, "run_id": 1, "dropped": False},
    "joining": {"need_id": 2, "area_code": NEIGHBOURHOOD, "account_id": 1, "note": "", "joined_at": NOW},
    "inquiry": {"need_id": 1, "organisation_id": 1, "text": "有几户？", "answer": "", "asked_at": NOW},
    "shortlisted": {"need_id": 1, "entry_id": 2, "added_at": NOW},
    "invitation": {"need_id": 1, "round": 3, "organisation_id": 1, "entry_id": 1, "outside": "居民熟悉"}
    | {"direct": False, "state": "sent", "since": NOW, "reason": "", "note": "", "created_at": NOW},
    "proposal": {"invitation_id": 2, "plan": "先数车位", "price": 0, "schedule": "", "staff": "", "starts_on": DAY}
    | {"ends_on": DAY, "account_id": 1, "sent_at": NOW, "changed_at": NOW},
    "engagement": {"need_id": 2, "invitation_id": 2, "organisation_id": 1, "entry_id": 1, "version_id": 1}
    | {"category_id": 2, "area_code": NEIGHBOURHOOD, "account_id": 1, "title": "停车共治", "contract": ""}
    | {"amount": 1500, "funding": "street_budget", "starts_on": DAY, "ends_on": DAY, "acceptance": []}
    | {"state": "agreed", "since": NOW, "reason": "", "note": "", "created_at": NOW},
    "milestone": {"engagement_id": 1, "position": 2, "name": "第二步", "due_on": DAY, "share": 100}
    | {"state": "pending", "since": NOW, "checked": {}, "note": ""},
    "terms_change": {"engagement_id": 2, "side": "provider", "terms": {}, "reason": "下雨", "state": "open"}
    | {"answer": "", "account_id": 1, "created_at": NOW},
    "service_record": {"engagement_id": 1, "on": DAY, "cases": 0, "people": 0, "note": "", "account_id": 1}
    | {"created_at": NOW, "struck_reason": ""},
    "review": {"engagement_id": 1, "side": "provider", "organisation_id": 1, "category_id": 2, "account_id": 1}
    | {"area_code": NEIGHBOURHOOD, "text": "", "state": "sealed", "since": NOW, "reason": "", "created_at": NOW}
    | {"reply": "", "reply_reason": ""}
    | DIMENSIONS,
    "review_report": {"review_id": 2, "of_reply": False, "reason": "insult", "text": "", "state": "open", "answer": ""}
    | {"created_at": NOW},
    "reputation": {"organisation_id": 1, "category_id": 2, "reviews": 0, "total": 0, "weight": 0, "weighted": 0}
    | {"finished": 0},
    "category_reputation": {"category_id": 2, "reviews": 0, "weight": 0, "weighted": 0},
    "exposure": {"month": date(2026, 11, 1), "organisation_id": 1, "category_id": 2, "shown": 0, "ranks": 0}
    | {"first": 0, "top": 0, "excluded": 0},
    "call": {"title": "征集", "text": "", "wanted": [], "opens_on": DAY, "closes_on": DAY, "published_at": NOW}
    | {"account_id": 1},
}

# What differs in the rows of its table that are there already, for the good one to stand beside them.
KNOWN: dict[str, list[dict[str, Any]]] = {
    "need": [{}, {}],
    "joining": [{"need_id": 1}],
    "shortlisted": [{"entry_id": 1}],
    "invitation": [{"round": 1}, {"round": 2}],
    "proposal": [{"invitation_id": 1}],
    "engagement": [{"need_id": 1, "invitation_id": 1}, {"need_id": None, "invitation_id": None}],
    "milestone": [{"position": 1}],
    "terms_change": [{"engagement_id": 1}],
    "review": [
        {"side": "neighbourhood", "state": "published", "published_at": NOW, "nth": 1},
        {"engagement_id": 2},
    ],
    "review_report": [{"review_id": 1}],
}

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("need", {"text": ""}, "ck_need_text"),
    ("need", {"area_code": ""}, "ck_need_area"),
    ("need", {"budget_low": 1}, "ck_need_budget_range"),
    ("need", {"budget_high": 1}, "ck_need_budget_range"),
    ("need", {"budget_low": 2, "budget_high": 1}, "ck_need_budget"),
    ("need", {"budget_low": -1, "budget_high": 1}, "ck_need_budget"),
    ("need", {"people": 0}, "ck_need_people"),
    ("need", {"wanted_from": DAY, "wanted_until": DAY_BEFORE}, "ck_need_wanted"),
    ("need", {"joined": -1}, "ck_need_counts"),
    ("need", {"round": -1}, "ck_need_counts"),
    ("need", {"state": "open", "category_id": 2}, "ck_need_opened"),
    ("need", {"state": "open", "opened_at": NOW}, "ck_need_opened"),
    ("need", {"state": "unmet", "reason": "too_dear", "category_id": 2}, "ck_need_opened"),
    ("need", {"state": "shortlisted", "opened_at": NOW, "category_id": 2}, "ck_need_deadline"),
    ("need", {"state": "withdrawn"}, "ck_need_reason"),
    ("need", {"state": "unmet", "opened_at": NOW, "category_id": 2}, "ck_need_reason"),
    ("need", {"state": "lost", "opened_at": NOW, "category_id": 2}, "ck_need_needstate"),
    ("need", {"urgency": "yesterday"}, "ck_need_urgency"),
    ("need", {"route": "nobody"}, "ck_need_route"),
    ("joining", {"people": 0}, "ck_joining_people"),
    ("joining", {"need_id": 1}, "joining.need_id"),
    ("inquiry", {"text": ""}, "ck_inquiry_text"),
    ("inquiry", {"answer": "三百户"}, "ck_inquiry_answered"),
    ("inquiry", {"answered_at": NOW}, "ck_inquiry_answered"),
    ("shortlisted", {"entry_id": 1}, "shortlisted.need_id"),
    ("invitation", {"outside": ""}, "ck_invitation_outside"),
    ("invitation", {"line_id": 1}, "ck_invitation_outside"),
    ("invitation", {"state": "declined"}, "ck_invitation_reason"),
    ("invitation", {"state": "not_chosen"}, "ck_invitation_reason"),
    ("invitation", {"state": "awarded"}, "ck_invitation_reason"),
    ("invitation", {"state": "lost"}, "ck_invitation_invitationstate"),
    ("invitation", {"round": 1}, "invitation.need_id"),
    ("proposal", {"plan": ""}, "ck_proposal_plan"),
    ("proposal", {"price": -1}, "ck_proposal_price"),
    ("proposal", {"ends_on": DAY_BEFORE}, "ck_proposal_dates"),
    ("proposal", {"invitation_id": 1}, "proposal.invitation_id"),
    ("engagement", {"title": ""}, "ck_engagement_title"),
    ("engagement", {"area_code": ""}, "ck_engagement_area"),
    ("engagement", {"amount": -1}, "ck_engagement_amount"),
    ("engagement", {"amount": 0}, "ck_engagement_free"),
    ("engagement", {"funding": "free"}, "ck_engagement_free"),
    ("engagement", {"funding": "lottery"}, "ck_engagement_funding"),
    ("engagement", {"ends_on": DAY_BEFORE}, "ck_engagement_dates"),
    ("engagement", {"state": "signed_off"}, "ck_engagement_signed_off"),
    ("engagement", {"signed_off_at": NOW, "review_until": DAY}, "ck_engagement_signed_off"),
    ("engagement", {"signed_off_at": NOW, "state": "signed_off"}, "ck_engagement_review_until"),
    ("engagement", {"review_until": DAY}, "ck_engagement_review_until"),
    ("engagement", {"state": "terminated"}, "ck_engagement_reason"),
    ("engagement", {"state": "lost"}, "ck_engagement_engagementstate"),
    ("engagement", {"need_id": 1}, "engagement.need_id"),
    ("engagement", {"invitation_id": 1}, "engagement.invitation_id"),
    ("milestone", {"name": ""}, "ck_milestone_name"),
    ("milestone", {"position": 0}, "ck_milestone_position"),
    ("milestone", {"share": -1}, "ck_milestone_share"),
    ("milestone", {"share": 101}, "ck_milestone_share"),
    ("milestone", {"state": "lost"}, "ck_milestone_milestonestate"),
    ("milestone", {"position": 1}, "milestone.engagement_id"),
    ("milestone", {"paid": 0}, "ck_milestone_paid"),
    ("milestone", {"paid": -1, "state": "accepted"}, "ck_milestone_paid"),
    ("milestone", {"dropped_at": NOW, "state": "delivered"}, "ck_milestone_dropped"),
    ("terms_change", {"reason": ""}, "ck_terms_change_reason"),
    ("terms_change", {"answered_at": NOW}, "ck_terms_change_answered"),
    ("terms_change", {"state": "accepted"}, "ck_terms_change_answered"),
    ("terms_change", {"state": "lost", "answered_at": NOW}, "ck_terms_change_termsstate"),
    ("terms_change", {"side": "referee"}, "ck_terms_change_side"),
    ("terms_change", {"engagement_id": 1}, "terms_change.engagement_id"),
    ("service_record", {"cases": -1}, "ck_service_record_numbers"),
    ("service_record", {"people": -1}, "ck_service_record_numbers"),
    ("service_record", {"struck_at": NOW}, "ck_service_record_struck"),
    ("service_record", {"struck_reason": "记错了"}, "ck_service_record_struck"),
    *(("review", {name: points}, f"ck_review_{name}") for name in DIMENSIONS for points in (0, 6)),
    ("review", {"published_at": NOW}, "ck_review_published"),
    ("review", {"state": "published"}, "ck_review_published"),
    ("review", {"state": "hidden", "published_at": NOW}, "ck_review_reason"),
    ("review", {"reply": "谢谢"}, "ck_review_replied"),
    ("review", {"replied_at": NOW}, "ck_review_replied"),
    ("review", {"reply_hidden_at": NOW, "reply_reason": "insult"}, "ck_review_reply_hidden"),
    ("review", {"reply": "谢谢", "replied_at": NOW, "reply_hidden_at": NOW}, "ck_review_reply_reason"),
    ("review", {"reply_reason": "insult"}, "ck_review_reply_reason"),
    ("review", {"nth": 1}, "ck_review_nth"),
    ("review", {"nth": 0, "state": "published", "published_at": NOW}, "ck_review_nth"),
    ("review", {"state": "lost", "published_at": NOW}, "ck_review_reviewstate"),
    ("review", {"side": "referee"}, "ck_review_side"),
    ("review", {"side": "neighbourhood"}, "review.engagement_id"),
    ("review_report", {"reason": ""}, "ck_review_report_reason"),
    ("review_report", {"decided_at": NOW}, "ck_review_report_decided"),
    ("review_report", {"state": "kept"}, "ck_review_report_decided"),
    ("review_report", {"state": "lost", "decided_at": NOW}, "ck_review_report_reportstate"),
    ("review_report", {"review_id": 1}, "review_report.review_id"),
    ("reputation", {"reviews": -1}, "ck_reputation_counts"),
    ("reputation", {"finished": -1}, "ck_reputation_counts"),
    ("reputation", {"weight": -0.1}, "ck_reputation_weights"),
    ("reputation", {"weighted": -0.1}, "ck_reputation_weights"),
    ("category_reputation", {"reviews": -1}, "ck_category_reputation_counts"),
    ("category_reputation", {"weight": -0.1}, "ck_category_reputation_weights"),
    ("category_reputation", {"weighted": -0.1}, "ck_category_reputation_weights"),
    ("exposure", {"first": 1}, "ck_exposure_counts"),
    ("exposure", {"first": 1, "top": 1, "shown": 2, "ranks": 1}, "ck_exposure_counts"),
    ("exposure", {"first": -1}, "ck_exposure_counts"),
    ("exposure", {"excluded": -1}, "ck_exposure_excluded"),
    ("call", {"title": ""}, "ck_call_title"),
    ("call", {"closes_on": DAY_BEFORE}, "ck_call_dates"),
    ("call", {"reason": "重复了"}, "ck_call_reason"),
    ("call", {"withdrawn_at": NOW}, "ck_call_reason"),
]

# What a row needs besides for its pointer to be the only thing wrong with it.
BESIDES: dict[tuple[str, str], dict[str, Any]] = {("invitation", "line_id"): {"outside": ""}}

# Where only one may stand at a time, what has ended makes room.
BESIDE_THE_KNOWN: list[tuple[str, dict[str, Any]]] = [
    ("joining", {"need_id": 1, "left_at": NOW}),
    ("joining", {"need_id": 1, "area_code": STREET}),
    ("shortlisted", {"entry_id": 1, "dropped_at": NOW}),
    ("engagement", {"need_id": 1, "state": "terminated", "reason": "no_funds"}),
    ("engagement", {"need_id": None}),
    ("terms_change", {"engagement_id": 1, "state": "refused", "answered_at": NOW}),
    ("review_report", {"review_id": 1, "state": "kept", "decided_at": NOW}),
    ("review_report", {"review_id": 1, "of_reply": True}),
    ("milestone", {"position": 1, "dropped_at": NOW}),
]
