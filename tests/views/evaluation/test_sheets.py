"""An assessor's own sheet, page by page: declared, marked, checked, handed in; nothing of anybody else's."""

import pytest

from directory.db import db, transaction
from directory.models.assessment import Assessment, ScoreSheet
from directory.rules.lifecycle import SheetState
from directory.rules.roles import Role
from tests import factories
from tests import factories_evaluation as made
from tests.views.evaluating import SECRETS, account, get, hand_in, once, post


def test_nothing_is_shown_before_conflicts_are_declared(people, desk, scoring):
    _, (sheet, _) = scoring
    with transaction():
        one = db.session.get_one(ScoreSheet, sheet)
        one.state, one.declared_at = SheetState.ASSIGNED, None
    client = desk(Role.ASSESSOR)
    page = get(client, f"/evaluation/sheets/{sheet}")
    assert "看材料之前" in page.title
    assert not any(secret in page.response.text for secret in SECRETS)
    for address in ("sections/1", "check"):
        answer = client.get(f"/evaluation/sheets/{sheet}/{address}")
        assert answer.status_code == 403
        assert "资格" not in answer.text
    assert post(client, f"/evaluation/sheets/{sheet}/declare").status == 422
    page = post(client, f"/evaluation/sheets/{sheet}/declare", conflict="none", follow=True)
    assert all(secret in page.text for secret in SECRETS)


def test_who_declares_a_conflict_sees_nothing_and_a_lead_finds_another(people, desk, scoring):
    assessment, (sheet, _) = scoring
    client = desk(Role.ASSESSOR)
    page = post(client, f"/evaluation/sheets/{sheet}/declare", conflict="kin", note="表亲", follow=True)
    assert "您不评这一份" in page.title
    assert not any(secret in page.response.text for secret in SECRETS)
    with transaction():
        third = factories.account(Role.ASSESSOR, name="示例·第三位").id
    lead = desk(Role.LEAD)
    assert "还缺 1 位评估员" in get(lead, f"/evaluation/assessments/{assessment}").text
    address = f"/evaluation/assessments/{assessment}/assessors"
    assert post(lead, address, once=once(), assessor=people["assessor"]).status == 422
    page = post(lead, address, once=once(), assessor=third, follow=True)
    assert "示例·第三位" in page.text
    assert post(lead, address, once=once(), assessor=third).status == 409


def test_marks_are_saved_section_by_section_and_submitted_after_a_check(people, desk, scoring):
    _, (sheet, _) = scoring
    client = desk(Role.ASSESSOR)
    page = get(client, f"/evaluation/sheets/{sheet}/sections/1")
    names = [e.get("name") for e in page.all("input") if (e.get("name") or "").startswith("points-")]
    assert len(names) == 2
    first, second = (name.removeprefix("points-") for name in names)
    half = {f"points-{first}": "12.5", f"note-{first}": "都有", f"note-{second}": "还没看完"}
    page = post(client, f"/evaluation/sheets/{sheet}/sections/1", follow=True, **half)
    assert "过程" in page.title  # the next section
    page = get(client, f"/evaluation/sheets/{sheet}/sections/1")
    assert {e.get("name"): e.get("value") for e in page.all("input")}[f"points-{first}"] == "12.5"
    page = post(client, f"/evaluation/sheets/{sheet}/submit")
    assert page.status == 422
    assert page.faults == ["“1.2 培训”还没有打分。"]
    with transaction():
        made.fill(db.session.get_one(ScoreSheet, sheet))
    page = get(client, f"/evaluation/sheets/{sheet}/check")
    assert "合计 80 / 100 分" in page.text
    assert post(client, f"/evaluation/sheets/{sheet}/submit").response.status_code == 303
    assert post(client, f"/evaluation/sheets/{sheet}/submit").status == 409
    assert post(client, f"/evaluation/sheets/{sheet}/sections/1", **half).status == 409


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("15.01", "“1.1 资格”的分数要在 0 到这一项的满分之间，“15.01”不行。"),
        ("-1", "“1.1 资格”的分数要在 0 到这一项的满分之间，“-1”不行。"),
        ("十分", "“1.1 资格”的分数“十分”不是数字。"),
        ("1.234", "“1.1 资格”的分数最多两位小数，“1.234”不行。"),
        ("9" * 5000, "“1.1 资格”的分数"),
    ],
)
def test_a_wrong_mark_is_named_and_what_was_typed_stays(people, desk, scoring, points, said):
    _, (sheet, _) = scoring
    client = desk(Role.ASSESSOR)
    page = get(client, f"/evaluation/sheets/{sheet}/sections/1")
    first = next(e.get("name") for e in page.all("input") if (e.get("name") or "").startswith("points-"))
    note = first.replace("points", "note")
    page = post(client, f"/evaluation/sheets/{sheet}/sections/1", **{first: points, note: "已经写好的理由"})
    assert page.status == 422
    assert page.faults[0].startswith(said)
    assert "已经写好的理由" in page.text
    db.session.rollback()
    assert db.session.get_one(ScoreSheet, sheet).marks == []


def test_no_assessor_sees_a_trace_of_the_other(people, desk, scoring):
    assessment, (own, other) = scoring
    hand_in(other, "0.77")
    client = desk(Role.ASSESSOR)
    for address in ("", "/check", "/sections/1"):
        assert client.get(f"/evaluation/sheets/{other}{address}").status_code == 403
    for address, data in (("declare", {"conflict": "none"}), ("sections/1", {}), ("submit", {})):
        assert post(client, f"/evaluation/sheets/{other}/{address}", **data).status == 403
    name = account(people, "other").name
    for address in (
        "/evaluation",
        "/evaluation/sheets",
        *(f"/evaluation/sheets/{own}{a}" for a in ("", "/check", "/sections/1")),
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert not [trace for trace in ("对方的理由", "11.55", ">77<", "77 /", name) if trace in answer.text]
    assert client.get(f"/evaluation/assessments/{assessment}").status_code == 403
    assert (
        client.get(f"/applications/{db.session.get_one(Assessment, assessment).application_id}/result").status_code
        == 403
    )
