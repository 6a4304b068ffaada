"""Government asks for what is lacking; who could offer it hears of it once, and everybody can read why."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.errors import Forbidden, Invalid, NotFound
from directory.models.audit import AuditEvent
from directory.models.notice import Notice
from directory.operations import calls
from directory.operations.changes import Stale
from directory.policy import VISITOR, Actor
from directory.rules.calendar import day_of
from directory.rules.lifecycle import EntryState, NotAllowed
from directory.rules.roles import Role
from directory.rules.work import NeedState
from tests import factories, factories_supply, factories_work
from tests.factories import NOW

TODAY = day_of(NOW)
DRAFT = calls.Draft("征集停车服务", "很多小区没地方停车。", ("P-001",), TODAY, TODAY + timedelta(days=30))


@pytest.fixture
def officer(app):
    with transaction():
        factories.taxonomy()
        return factories.actor(Role.DISTRICT)


def publish(officer, now=NOW, **changed):
    with transaction():
        return calls.publish(replace(DRAFT, **changed), by=officer, now=now)


def told():
    return set(db.session.scalars(select(Notice.account_id).where(Notice.kind == "call_issued")))


def test_a_call_keeps_the_numbers_of_the_day_it_was_published(officer):
    with transaction():
        factories.entry(factories.organisation())
        factories_work.need()
        factories_work.need(state=NeedState.UNMET, reason="too_dear")
    call = publish(officer, codes=("P-015", "P-001", "P-015"))
    with transaction():
        factories_work.need()
    assert call.wanted == [
        {"code": "P-015", "unmet": 0, "open": 0, "listed": 0},
        {"code": "P-001", "unmet": 1, "open": 1, "listed": 1},
    ]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "call:issue")).one()
    assert (event.thing, event.reason) == (f"Call:{call.id}", "征集停车服务")


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"title": " "}, "title", "empty"),
        ({"title": "长" * 61}, "title", "call_long"),
        ({"text": "长" * 2001}, "text", "call_long"),
        ({"codes": ()}, "categories", "empty"),
        ({"codes": ("P-999",)}, "categories", "unknown"),
        ({"codes": ("SH-04",)}, "categories", "unknown"),
        ({"codes": tuple(f"P-{n}" for n in range(31))}, "categories", "too_many"),
        ({"opens_on": TODAY - timedelta(days=1)}, "opens_on", "past"),
        ({"closes_on": TODAY - timedelta(days=1)}, "closes_on", "order"),
        ({"closes_on": TODAY + timedelta(days=367)}, "closes_on", "call_far"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused_by_name(officer, changed, field, rule):
    with pytest.raises(Invalid) as refused:
        publish(officer, **changed)
    assert (refused.value.field, refused.value.rule) == (field, rule)
    assert calls.listed(1).total == 0


def keeper(number, category=None, role=Role.OWNER, **entry):
    made = factories.organisation(number)
    if category:
        factories.entry(made, category, **entry)
    return factories.account(role, organisation_id=made.id).id


def test_those_hear_of_it_who_offer_something_near_but_nothing_listed_of_it(officer):
    with transaction():
        factories_supply.category("P-900", field="SH-99")
        near = keeper(1, "P-015")
        editor = factories.account(Role.EDITOR, organisation_id=db.session.get(factories.Account, near).organisation_id)
        has = keeper(2, "P-001")
        lapsed = keeper(3, "P-001", state=EntryState.SUSPENDED, reason="grade")
        far = keeper(4, "P-900")
        nothing = keeper(5)
    publish(officer)
    assert told() == {near, editor.id, lapsed}
    assert {has, far, nothing}.isdisjoint(told())


def test_where_nobody_offers_anything_near_all_owners_hear_of_it(officer):
    with transaction():
        factories_supply.category("P-900", field="SH-99")
        owners = {keeper(1, "P-015"), keeper(2)}
        keeper(3, role=Role.EDITOR)
    publish(officer, codes=("P-900",))
    assert told() == owners


def test_somebody_hears_once_of_a_call_for_many_services(officer):
    with transaction():
        keeper(1, "P-024")
    publish(officer, codes=("P-001", "P-015"))
    (notice,) = db.session.scalars(select(Notice).where(Notice.kind == "call_issued"))
    assert notice.facts == {"title": "征集停车服务", "until": DRAFT.closes_on.isoformat()}
    assert notice.link == "/calls/1"


@pytest.mark.parametrize(("day", "open_"), [(-1, False), (0, True), (30, True), (31, False)])
def test_a_call_can_be_answered_from_its_first_day_to_its_last(officer, day, open_):
    publish(officer)
    assert [call.title for call in calls.running(TODAY + timedelta(days=day))] == ["征集停车服务"] * open_


@pytest.mark.parametrize("by", [VISITOR, Actor(1, Role.STREET, area="310105-05"), Actor(1, Role.AUDITOR)])
def test_only_the_district_calls(officer, by):
    with pytest.raises(Forbidden):
        publish(by)


def test_there_is_no_call_that_was_not_published(app):
    with pytest.raises(NotFound):
        calls.get(1)
    assert calls.running(date(2026, 11, 23)) == []


def said(kind):
    """Who was told so, and with what facts."""
    return [(n.account_id, n.facts) for n in db.session.scalars(select(Notice).where(Notice.kind == kind))]


def change(officer, call, *, now=NOW, seen=None, **changed):
    values = {"text": call.text, "closes_on": call.closes_on} | changed
    with transaction():
        found = calls.get(call.id, locked=True)
        return calls.change(found, seen=seen or calls.seen(found), by=officer, now=now, **values)


def withdraw(officer, call, *, now=NOW, reason="已经有机构来了，打13812345678问过"):
    with transaction():
        calls.withdraw(calls.get(call.id, locked=True), reason=reason, by=officer, now=now)


def test_those_who_heard_of_a_call_hear_of_its_change(officer):
    with transaction():
        near = keeper(1, "P-015")
    call = publish(officer)
    with transaction():
        keeper(2, "P-015")  # came later, and never heard of it
    later = TODAY + timedelta(days=60)
    assert change(officer, call, text=" 也要周末。 ", closes_on=later)
    assert (call.text, call.closes_on, call.changed_at) == ("也要周末。", later, NOW)
    assert said("call_changed") == [(near, {"title": "征集停车服务", "until": later.isoformat()})]
    assert not change(officer, call)
    assert len(said("call_changed")) == 1


def test_a_change_is_not_written_over_another_one_unseen(officer):
    call = publish(officer)
    before = calls.seen(call)
    change(officer, call, text="甲写的。")
    with pytest.raises(Stale):
        change(officer, call, seen=before, text="乙写的。")
    assert call.text == "甲写的。"


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"text": "长" * 2001}, "text", "call_long"),
        ({"closes_on": TODAY - timedelta(days=1)}, "closes_on", "call_past"),
        ({"closes_on": TODAY + timedelta(days=367)}, "closes_on", "call_far"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_by_name(officer, changed, field, rule):
    call = publish(officer)
    with pytest.raises(Invalid) as refused:
        change(officer, call, **changed)
    assert (refused.value.field, refused.value.rule, call.closes_on) == (field, rule, DRAFT.closes_on)


def test_a_call_withdrawn_says_why_and_runs_no_more(officer):
    with transaction():
        near = keeper(1, "P-015")
    call = publish(officer)
    withdraw(officer, call)
    assert (call.withdrawn_at, call.reason) == (NOW, "已经有机构来了，打［手机号］问过")
    assert said("call_withdrawn") == [(near, {"title": "征集停车服务", "note": call.reason})]
    assert calls.running(TODAY) == []
    for act in (withdraw, change):
        with pytest.raises(NotAllowed, match="from withdrawn"):
            act(officer, call)


def test_a_call_is_not_withdrawn_without_a_reason(officer):
    call = publish(officer)
    with pytest.raises(Invalid) as refused:
        withdraw(officer, call, reason=" ")
    assert (refused.value.field, call.withdrawn_at) == ("reason", None)


def test_a_call_that_is_over_stays_as_it_is(officer):
    call = publish(officer)
    for act in (withdraw, change):
        with pytest.raises(calls.Over):
            act(officer, call, now=NOW + timedelta(days=31))
        with pytest.raises(Forbidden):
            act(Actor(1, Role.STREET, area="310105-05"), call)
