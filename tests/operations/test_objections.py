"""Objections while a public notice runs, and their answers."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.db import db
from directory.errors import Forbidden, Invalid, NotFound
from directory.models.application import Objection
from directory.models.audit import AuditEvent
from directory.models.notice import Notice
from directory.operations import applications, objections
from directory.operations.objections import NoticeOver
from directory.policy import VISITOR
from directory.rules.calendar import day_of
from directory.rules.lifecycle import ApplicationState, NotAllowed, ObjectionState, VersionState
from directory.rules.roles import Role
from tests import factories
from tests import factories_government as made

TEXT = "去年没有按时来清理楼道。"


@pytest.fixture
def notice(app):
    factories.taxonomy()
    return made.application(factories.organisation(), ApplicationState.PUBLICITY)


@pytest.fixture
def district(notice):
    return factories.actor(Role.DISTRICT)


def file(notice, now, **changed):
    return objections.file(notice, **({"text": TEXT} | changed), by=VISITOR, now=now)


def test_an_objection_gets_a_receipt_and_reaches_the_district(notice, district, now):
    filed = file(notice, now, name="示例·居民", contact="居委会转")
    assert len(filed.receipt) == objections.RECEIPT_LENGTH
    assert objections.by_receipt(f"{filed.receipt[:4].lower()}-{filed.receipt[4:]}") is filed
    told = db.session.scalars(select(Notice)).one()
    assert (told.account_id, told.kind, told.link) == (
        district.id,
        "objection_filed",
        f"/government/objections/{filed.id}",
    )
    assert "示例·居民" not in str(told.facts)
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.event, event.actor, event.reason) == ("objection:file", "public", "")


def test_one_can_object_until_the_last_day_ends_in_the_district(notice, now):
    last = notice.publicity_until
    assert objections.open_to_objections(notice, on=last)
    file(notice, now + (last - day_of(now)))
    with pytest.raises(NoticeOver):
        file(notice, now + (last - day_of(now)) + timedelta(days=1))


@pytest.mark.parametrize("state", [s for s in ApplicationState if s is not ApplicationState.PUBLICITY])
def test_nobody_objects_to_what_is_not_announced(notice, now, state):
    with pytest.raises(NoticeOver):
        file(made.application(factories.organisation(2), state), now)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"text": " 不行 "}, ("text", "objection_short")),
        ({"text": "长" * 2001}, ("text", "objection_long")),
        ({"name": "长" * 51}, ("name", "objection_long")),
        ({"contact": "长" * 101}, ("contact", "objection_long")),
    ],
)
def test_too_little_and_too_much_is_refused(notice, now, changed, fault):
    with pytest.raises(Invalid) as refused:
        file(notice, now, **changed)
    assert (refused.value.field, refused.value.rule) == fault
    assert db.session.query(Objection).count() == 0


def test_upheld_the_application_is_rejected_with_the_answer_as_its_reason(notice, district, now):
    filed = file(notice, now)
    objections.uphold(filed, answer="查实去年三次未到，电话 13900000000。", by=district, now=now)
    assert (filed.state, filed.answered_at) == (ObjectionState.UPHELD, now)
    assert (notice.state, notice.admitted) == (ApplicationState.REJECTED, False)
    assert notice.reason == "公示期异议成立：查实去年三次未到，电话 ［手机号］。"
    assert notice.version.state is VersionState.DRAFT


def test_a_second_one_upheld_after_the_rejection_changes_nothing_more(notice, district, now):
    first, second = file(notice, now), file(notice, now)
    objections.uphold(first, answer="查实。", by=district, now=now)
    objections.uphold(second, answer="同上。", by=district, now=now)
    assert (second.state, notice.reason) == (ObjectionState.UPHELD, "公示期异议成立：查实。")


def test_dismissed_the_notice_runs_on_and_an_open_one_holds_the_listing_up(notice, district, now):
    filed = file(notice, now)
    after = notice.publicity_until + timedelta(days=1)
    assert not applications.due(notice, on=after)
    objections.dismiss(filed, answer="当天因台风停工，已补做。", by=district, now=now)
    db.session.expire(notice)
    assert applications.due(notice, on=after)


@pytest.fixture
def owner(notice):
    return factories.actor(Role.OWNER, organisation_id=notice.organisation_id)


def told_to(actor):
    return db.session.scalars(select(Notice).where(Notice.account_id == actor.id).order_by(Notice.id)).all()


def test_the_keepers_learn_that_an_objection_was_dismissed_and_not_by_whom_it_was(notice, district, owner, now):
    elsewhere = factories.actor(Role.OWNER, organisation_id=factories.organisation(2).id)
    filed = file(notice, now, name="示例·居民", contact="居委会转")
    objections.dismiss(filed, answer="示例·居民反映的那天因台风停工。", by=district, now=now)
    (told,) = told_to(owner)
    assert (told.kind, told.link) == ("objection_answered", f"/organisation/applications/{notice.id}")
    assert told.facts == {"service": notice.version.name, "result": "dismissed"}
    assert told_to(elsewhere) == []


def test_one_upheld_is_told_once_as_the_rejection_and_a_later_one_by_itself(notice, district, owner, now):
    first, second = file(notice, now), file(notice, now)
    objections.uphold(first, answer="查实。", by=district, now=now)
    assert [each.kind for each in told_to(owner)] == ["application_rejected"]
    objections.uphold(second, answer="同上。", by=district, now=now)
    assert [each.kind for each in told_to(owner)] == ["application_rejected", "objection_answered"]


def test_an_objection_is_answered_once_and_in_words(notice, district, now):
    filed = file(notice, now)
    with pytest.raises(Invalid, match="in words"):
        objections.dismiss(filed, answer=" ", by=district, now=now)
    objections.dismiss(filed, answer="没有依据。", by=district, now=now)
    with pytest.raises(NotAllowed, match="cannot uphold from dismissed"):
        objections.uphold(filed, answer="改主意。", by=district, now=now)


@pytest.mark.parametrize("role", [Role.STREET, Role.AUDITOR, Role.LEAD])
def test_only_the_district_answers(notice, now, role):
    with pytest.raises(Forbidden):
        objections.dismiss(file(notice, now), answer="没有依据。", by=factories.actor(role), now=now)


def test_notices_are_shown_for_ninety_days_after_they_end(notice, now):
    last = notice.publicity_until
    for days, shown in ((0, 1), (90, 1), (91, 0)):
        assert objections.announced(page=1, on=last + timedelta(days=days)).total == shown
    assert objections.notice(notice.id) is notice
    with pytest.raises(NotFound):
        objections.notice(made.application(factories.organisation(2)).id)


def test_an_unknown_receipt_leads_nowhere(app):
    with pytest.raises(NotFound):
        objections.by_receipt("%" * 5000)
