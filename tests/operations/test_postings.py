from datetime import date, timedelta

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.errors import Forbidden, Invalid
from directory.models.audit import AuditEvent
from directory.models.learning import ConfirmedNeed
from directory.models.match import MatchRun
from directory.models.need import Need
from directory.models.notice import Notice
from directory.operations import needs, postings
from directory.operations.changes import Stale, Wrong
from directory.operations.details import Details
from directory.operations.sending import Overtaken
from directory.rules.lifecycle import NotAllowed
from directory.rules.needs import Urgency
from directory.rules.roles import Role
from directory.rules.routes import Route
from directory.rules.work import NeedState
from tests import factories, factories_work
from tests.factories import NEIGHBOURHOOD, NOW, OTHER_STREET
from tests.operations.posting import SAID, SECRETS, act, confirm, neighbour, opened, post

LATER = NOW + timedelta(hours=3)
TODAY = NOW.date()


@pytest.fixture
def by(made):
    with transaction():
        return neighbour()


def events(need):
    return [e.event for e in db.session.scalars(select(AuditEvent).filter_by(thing=f"Need:{need.id}"))]


def test_a_need_is_a_draft_with_the_frozen_answer_to_it(app, by, made):
    (need_id,) = post(app, "晚上没地方停车", by=by, budget_high=3000, groups=("老年人",), people=200)
    need = needs.get(need_id, by=by)
    assert (need.state, need.category, need.area_code) == (NeedState.DRAFT, None, NEIGHBOURHOOD)
    assert (need.budget_low, need.budget_high, need.people, need.groups) == (0, 3000, 200, ["老年人"])
    assert {line.entry_id for line in need.run.lines} == set(made)
    asked = need.run.question
    assert (asked.text, asked.area_code, asked.budget, asked.groups) == (
        "晚上没地方停车",
        NEIGHBOURHOOD,
        3000,
        ["老年人"],
    )
    assert events(need) == ["need:write"]


def test_personal_data_are_kept_for_the_parties_and_hidden_from_all_others(app, by):
    with transaction():
        factories_work.neighbour(OTHER_STREET)
    (need_id,) = post(app, by=by, place="天山路 12 号", resident="王阿姨")
    confirm(app, need_id, by=by)
    need = needs.get(need_id, by=by)
    assert (need.said, need.place, need.resident) == (SAID, "天山路 12 号", "王阿姨")
    assert need.text == "晚上没地方停车，找王阿姨［手机号］，证件［证件号］，住＊＊＊"
    kept = [need.text, need.run.question.text]
    kept += [f"{e.thing} {e.reason}" for e in db.session.scalars(select(AuditEvent))]
    kept += [str(notice.facts) for notice in db.session.scalars(select(Notice))]
    kept += list(db.session.scalars(select(ConfirmedNeed.text)))
    assert [(secret, text) for text in kept for secret in (*SECRETS, "天山路 12 号") if secret in text] == []


def test_several_problems_are_a_need_each_with_its_own_answer_and_the_same_details(app, by):
    said = "晚上没地方停车，物业电话13812345678不管用。另外楼上搭了违法建筑"
    ids = post(app, said, by=by, people=30, place="北门")
    parking, building = (needs.get(need_id, by=by) for need_id in ids)
    assert [need.text for need in (parking, building)] == [
        "晚上没地方停车，物业电话［手机号］不管用",
        "楼上搭了违法建筑",
    ]
    assert [need.said for need in (parking, building)] == [
        "晚上没地方停车，物业电话13812345678不管用",
        "楼上搭了违法建筑",
    ]
    assert [(need.people, need.place) for need in (parking, building)] == [(30, "北门")] * 2
    assert parking.run_id != building.run_id
    assert [need.run.question.text for need in (parking, building)] == [parking.text, building.text]


@pytest.mark.parametrize(
    ("wrong", "faults"),
    [
        ({"said": ""}, [("said", "empty")]),
        ({"said": "？！"}, [("said", "empty")]),
        ({"said": "停" * 1001}, [("said", "too_long")]),
        ({"place": "路" * 201, "resident": "王" * 51}, [("place", "too_long"), ("resident", "too_long")]),
        ({"people": 0}, [("people", "range")]),
        ({"people": 10**9}, [("people", "range")]),
        ({"budget_low": 500}, [("budget_high", "missing")]),
        ({"budget_low": 500, "budget_high": 200}, [("budget_high", "order")]),
        ({"budget_low": -1, "budget_high": 200}, [("budget_low", "range")]),
        ({"budget_high": 10**9}, [("budget_high", "range")]),
        ({"wanted_from": TODAY - timedelta(days=1)}, [("wanted_from", "past")]),
        ({"wanted_until": date(9999, 1, 1)}, [("wanted_until", "too_far")]),
        ({"wanted_from": TODAY + timedelta(days=9), "wanted_until": TODAY}, [("wanted_until", "order")]),
    ],
)
def test_what_breaks_a_rule_is_named_and_nothing_is_kept(app, by, wrong, faults):
    with pytest.raises(Wrong) as refused:
        post(app, **{"said": "停车难", **wrong}, by=by)
    assert [(fault.field, fault.rule) for fault in refused.value.faults] == faults
    assert db.session.scalars(select(Need)).all() == db.session.scalars(select(MatchRun)).all() == []


def test_a_draft_that_is_changed_is_asked_anew(app, by):
    (need_id,) = post(app, "晚上没地方停车", by=by)
    need = needs.get(need_id, by=by)
    run, seen = need.run_id, postings.seen(need)
    details, drafted = postings.work_out(
        Details("楼上搭了违法建筑", urgency=Urgency.NOW), by=by, now=LATER, engine=app.extensions["engine"]
    )
    act(postings.rewrite, need_id, details=details, drafted=drafted, seen=seen, by=by, now=LATER)
    need = needs.get(need_id, by=by)
    assert need.run_id != run
    assert (need.text, need.run.question.text, need.urgency, need.since) == (
        *["楼上搭了违法建筑"] * 2,
        Urgency.NOW,
        LATER,
    )
    with pytest.raises(Stale):
        act(postings.rewrite, need_id, details=details, drafted=drafted, seen=seen, by=by, now=LATER)


def test_what_is_out_is_not_rewritten(app, by):
    need_id = opened(app, by=by).id
    details, drafted = postings.work_out(Details("楼上搭了"), by=by, now=NOW, engine=app.extensions["engine"])
    with pytest.raises(NotAllowed, match="cannot rewrite from open, only from draft"):
        act(postings.rewrite, need_id, details=details, drafted=drafted, seen="", by=by)


def test_confirmed_it_is_open_and_an_example_of_its_area(app, by):
    (need_id,) = post(app, "晚上没地方停车", by=by)
    run_id = needs.get(need_id, by=by).run_id
    with transaction():
        colleague = factories.account(Role.NEIGHBOURHOOD, area_code=NEIGHBOURHOOD).id
    confirm(app, need_id, by=by, now=LATER)
    need = needs.get(need_id, by=by)
    assert (need.state, need.category.code, need.route) == (NeedState.OPEN, "P-001", Route.PROVIDER)
    assert (need.opened_at, need.run_id) == (LATER, run_id)
    (example,) = db.session.scalars(select(ConfirmedNeed))
    assert (example.source, example.external_id, example.category.code) == (NEIGHBOURHOOD, need.run.public_id, "P-001")
    (told,) = db.session.scalars(select(Notice))
    assert (told.account_id, told.kind, told.link) == (colleague, "need_opened", f"/neighbourhood/needs/{need_id}")


def test_corrected_it_works_from_an_answer_for_that_category(app, by):
    (need_id,) = post(app, "晚上没地方停车", by=by)
    before = needs.get(need_id, by=by).run_id
    confirm(app, need_id, "P-015", "self", by=by)
    need = needs.get(need_id, by=by)
    assert need.run_id != before
    assert (need.run.routing["chosen"], need.category.code, need.state) == ("P-015", "P-015", NeedState.OPEN)
    assert db.session.scalars(select(ConfirmedNeed.external_id)).all() == [need.run.public_id]


def test_what_is_for_somebody_else_waits_for_what_to_do(app, by):
    (need_id,) = post(app, "楼上搭了违法建筑", by=by)
    confirm(app, need_id, "P-024", "department", by=by)
    assert needs.get(need_id, by=by).state is NeedState.DRAFT
    act(postings.publish, need_id, by=by)
    need = needs.get(need_id, by=by)
    assert (need.state, need.route) == (NeedState.OPEN, Route.DEPARTMENT)


@pytest.mark.parametrize(
    ("category", "route", "field"),
    [("P-999", "provider", "category"), ("SH-04", "provider", "category"), ("P-001", "nobody", "route")],
)
def test_only_what_there_is_can_be_confirmed(app, by, category, route, field):
    (need_id,) = post(app, "晚上没地方停车", by=by)
    with pytest.raises(Invalid) as refused:
        confirm(app, need_id, category, route, by=by)
    assert refused.value.field == field
    assert needs.get(need_id, by=by).state is NeedState.DRAFT


def test_of_two_who_confirm_one_is_late(app, by):
    (need_id,) = post(app, "晚上没地方停车", by=by)
    shown = needs.get(need_id, by=by).since.isoformat()
    confirm(app, need_id, "P-024", "department", by=by, now=LATER)
    with pytest.raises(Overtaken):
        act(postings.confirm, need_id, category="P-001", route="provider", drafted=None, shown=shown, by=by)


def test_it_is_published_once(app, by):
    need_id = opened(app, by=by).id
    with pytest.raises(NotAllowed, match="cannot confirm from open, only from draft"):
        act(postings.publish, need_id, by=by)


def test_an_unconfirmed_need_is_not_published(app, by):
    (need_id,) = post(app, "晚上没地方停车", by=by)
    with pytest.raises(Invalid):
        act(postings.publish, need_id, by=by)


def amend(need_id, *, by, seen=None, **changed):
    need = needs.get(need_id, by=by)
    said = {name: getattr(need, name) for name in postings.AMENDABLE} | changed
    seen = seen or postings.seen(need, postings.AMENDABLE)
    return act(postings.amend, need_id, said=said, seen=seen, by=by)


def test_details_change_while_it_is_open_and_the_record_names_but_does_not_tell_them(app, by):
    need_id = opened(app, by=by, place="南门").id
    seen = postings.seen(needs.get(need_id, by=by), postings.AMENDABLE)
    assert amend(need_id, by=by, place="北门 3 号", people=80, public=False)
    assert not amend(need_id, by=by)
    need = needs.get(need_id, by=by)
    assert (need.place, need.people, need.public) == ("北门 3 号", 80, False)
    said = db.session.scalars(select(AuditEvent.reason).filter_by(event="need:amend")).all()
    assert said == ["place, people, public"]
    with pytest.raises(Stale):
        amend(need_id, by=by, seen=seen, place="东门")


def test_a_day_that_has_passed_meanwhile_may_stay(app, by):
    need_id = opened(app, by=by, wanted_from=TODAY).id
    with transaction():
        need = needs.get(need_id, by=by)
        said = {name: getattr(need, name) for name in postings.AMENDABLE} | {"people": 5}
        seen = postings.seen(need, postings.AMENDABLE)
        assert postings.amend(need, said, seen=seen, by=by, now=NOW + timedelta(days=3))


@pytest.mark.parametrize("state", sorted(set(NeedState) - postings.AMENDED_IN))
def test_nothing_changes_in_any_other_state(made, by, state):
    with transaction():
        need_id = factories_work.need(state=state, reason="other").id
    with pytest.raises(NotAllowed, match=f"cannot amend from {state}, only from open, shortlisted"):
        amend(need_id, by=by, people=4)


def test_nobody_else_touches_a_need(app, by):
    need_id = opened(app, by=by).id
    with transaction():
        others = [neighbour(OTHER_STREET), *(factories.actor(role) for role in (Role.DISTRICT, Role.AUDITOR))]
    for other in others:
        with pytest.raises(Forbidden):
            amend(need_id, by=other, people=4)
        with pytest.raises(Forbidden):
            act(postings.publish, need_id, by=other)
    for other in others[1:]:
        with pytest.raises(Forbidden):
            post(app, "停车难", by=other)


def over(need_id, state=NeedState.CLOSED):
    with transaction():
        need = db.session.get(Need, need_id)
        need.state, need.deadline = state, LATER if state is NeedState.SHORTLISTED else None


@pytest.mark.parametrize("state", sorted(set(NeedState) - postings.REPEATED_IN))
def test_a_need_for_which_something_is_still_done_is_not_repeated(app, by, state):
    need_id = opened(app, SAID, by=by).id
    over(need_id, state)
    with pytest.raises(NotAllowed):
        postings.repeated(db.session.get(Need, need_id), by=by)


def test_a_past_need_is_repeated_as_a_draft_of_the_same(app, by):
    need_id = opened(app, SAID, by=by, place="南门", people=9, wanted_from=TODAY, budget_high=800).id
    over(need_id)
    details, category = postings.repeated(needs.get(need_id, by=by), by=by)
    details, drafted = postings.work_out(details, category=category, by=by, now=LATER, engine=app.extensions["engine"])
    with transaction():
        (again,) = postings.post(details, drafted, repeats=need_id, by=by, now=LATER)
    assert (again.state, again.repeats_id, again.run.routing["chosen"]) == (NeedState.DRAFT, need_id, "P-001")
    assert (again.said, again.place, again.people, again.budget_high) == (SAID, "南门", 9, 800)
    assert again.wanted_from is None


def test_another_neighbourhood_repeats_only_what_it_may_read(app, by):
    need_id = opened(app, SAID, by=by, place="南门", resident="王阿姨", people=9, groups=("老年人",)).id
    over(need_id)
    with transaction():
        other = neighbour(OTHER_STREET)
    details, category = postings.repeated(needs.get(need_id, by=by), by=other)
    assert category == "P-001"
    assert (details.place, details.resident, details.people, details.groups) == ("", "", None, ("老年人",))
    assert not any(secret in details.said for secret in SECRETS)
