"""A mark rests on what the organisation handed in: picked on the sheet, led to by those who may open it."""

import pytest

from directory.db import db, transaction
from directory.models.account import Account
from directory.models.assessment import Mark, ScoreSheet
from directory.rules.lifecycle import ApplicationState, SheetState
from directory.rules.roles import Role
from tests import factories
from tests import factories_applications as made_of
from tests import factories_evaluation as made
from tests.views.evaluating import OTHER, get, organisation, post


@pytest.fixture
def scoring(people):
    """A file of organisation 1, a file of another, and the assessor's open sheet: their ids."""
    with transaction():
        applied = made.application(organisation(), ApplicationState.ASSESSING)
        pair = [db.session.get_one(Account, people[who]) for who in ("assessor", OTHER)]
        sheet = made.assessment(applied, pair).sheets[0]
        own = made_of.evidence(organisation(), name="等级证书.pdf")
        other = made_of.evidence(factories.organisation(2), name="别家的.pdf")
        return own.id, other.id, sheet.id


def boxes(page):
    """The number of the first criterion of a section."""
    names = [e.get("name") or "" for e in page.all("input")]
    return next(name.removeprefix("points-") for name in names if name.startswith("points-"))


def written():
    db.session.rollback()
    return db.session.query(Mark).one().evidence


def test_files_and_facts_of_the_organisation_are_offered_and_nobody_elses(desk, scoring):
    own, _, sheet = scoring
    client = desk(Role.ASSESSOR)
    page = get(client, f"/evaluation/sheets/{sheet}/sections/1")
    offered = [(e.text or "").strip() for e in page.all("option")]
    assert f"证明材料 {own} 号：等级证书.pdf" in offered
    assert "资质事实：评估等级 4A（2024年11月16日起）" in offered
    assert "别家的" not in page.text
    assert get(client, f"/evaluation/sheets/{sheet}").link("等级证书.pdf") == f"/evidence/{own}"


def test_what_is_picked_is_added_to_what_is_written_once(desk, scoring):
    own, _, sheet = scoring
    client, address = desk(Role.ASSESSOR), f"/evaluation/sheets/{sheet}/sections/1"
    first = boxes(get(client, address))
    picked = {f"points-{first}": "12", f"note-{first}": "齐全", f"proof-{first}": f"证明材料 {own} 号"}
    post(client, address, **picked)
    assert written() == f"证明材料 {own} 号"
    post(client, address, **picked, **{f"evidence-{first}": f"证明材料 {own} 号第 2 页"})
    assert written() == f"证明材料 {own} 号第 2 页"
    post(client, address, **picked, **{f"evidence-{first}": "现场查看"})
    assert written() == f"现场查看；证明材料 {own} 号"
    page = get(client, f"/evaluation/sheets/{sheet}/check")
    assert page.link(f"证明材料 {own} 号（等级证书.pdf）") == f"/evidence/{own}"


def test_what_was_picked_stays_picked_where_a_mark_is_wrong(desk, scoring):
    own, _, sheet = scoring
    client, address = desk(Role.ASSESSOR), f"/evaluation/sheets/{sheet}/sections/1"
    first = boxes(get(client, address))
    page = post(client, address, **{f"points-{first}": "x", f"proof-{first}": f"证明材料 {own} 号"})
    assert page.status == 422
    (chosen,) = [e.get("value") for e in page.all("option") if "selected" in e.attrib]
    assert chosen == f"证明材料 {own} 号"


def test_too_much_is_refused_by_name(desk, scoring):
    _, _, sheet = scoring
    client, address = desk(Role.ASSESSOR), f"/evaluation/sheets/{sheet}/sections/1"
    first = boxes(get(client, address))
    page = post(client, address, **{f"evidence-{first}": "长" * 190, f"proof-{first}": "长短" * 50})
    assert page.status == 422
    assert page.faults[0].startswith("“1.1 资格”的依据最多 200 个字")


def test_a_result_leads_to_the_file_for_those_who_may_open_it_only(people, desk, scoring):
    own, other, sheet = scoring
    with transaction():
        one = db.session.get_one(ScoreSheet, sheet)
        applied = one.assessment.application_id
        for each in one.assessment.sheets:
            for mark in made.fill(each).marks:
                mark.evidence = f"证明材料 {own} 号、证明材料 {other} 号"
            each.state, each.total, each.submitted_at = SheetState.SUBMITTED, 80, made.NOW
        one.assessment.state, one.assessment.total, one.assessment.closed_at = "closed", 80, made.NOW
    for who in (Role.OWNER, Role.DISTRICT):
        page = get(desk(who), f"/applications/{applied}/result")
        assert f"/evidence/{own}" in page.addresses()
        assert f"/evidence/{other}" not in page.addresses()
    page = get(desk(Role.LEAD), f"/applications/{applied}/result")
    assert f"证明材料 {own} 号" in page.text
    assert f"/evidence/{own}" not in page.addresses()
    handed_in = get(desk(Role.ASSESSOR), f"/evaluation/sheets/{sheet}/check")
    assert f"证明材料 {own} 号" in handed_in.text
    assert f"/evidence/{own}" not in handed_in.addresses()
