from datetime import date

import pytest
from sqlalchemy import select

from directory.db import db
from directory.errors import Conflict, Forbidden, Invalid
from directory.models.notice import Notice
from directory.models.taxonomy import Category
from directory.operations import applications, deeds
from directory.operations.changes import Stale
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import ApplicationState, NotAllowed, VersionState
from directory.rules.roles import Role
from tests import factories
from tests import factories_applications as made_of
from tests.factories import GOOD_STANDING, NOW

WITHOUT_GRADE = tuple(fact for fact in GOOD_STANDING if fact[0] is not FactKind.GRADE)


@pytest.fixture
def home(app):
    factories.taxonomy()
    return factories.organisation()


@pytest.fixture
def owner(home):
    return factories.actor(Role.OWNER, organisation_id=home.id)


@pytest.fixture
def editor(home):
    return factories.actor(Role.EDITOR, organisation_id=home.id)


@pytest.fixture
def version(home):
    return made_of.offer(home)


def draft(version, by, **more):
    return applications.draft(version.service, by=by, now=NOW, **more)


def events(application):
    return [event.event for event in deeds.of(f"Application:{application.id}")]


def test_an_editor_prepares_and_the_owner_submits(version, owner, editor):
    application = draft(version, editor, statement="我们做过三个小区 13800138000")
    assert application.statement == "我们做过三个小区 ［手机号］"
    for deed in (applications.submit, applications.withdraw):
        with pytest.raises(Forbidden):
            deed(application, by=editor, now=NOW)
    applications.submit(application, by=owner, now=NOW)
    assert (application.state, application.submitted_at) == (ApplicationState.SUBMITTED, NOW)
    assert version.state is VersionState.WAITING
    assert events(application) == ["application:draft", "application:submit"]


def test_one_service_has_one_application_under_way(version, owner, editor):
    first = draft(version, editor)
    with pytest.raises(Conflict):
        draft(version, editor)
    applications.withdraw(first, by=owner, now=NOW)
    assert draft(version, editor).id != first.id


def test_a_retired_category_takes_no_application(version, owner, editor):
    application = draft(version, editor)
    db.session.scalars(select(Category).filter_by(code="P-001")).one().retired_at = NOW
    with pytest.raises(Invalid) as refused:
        applications.submit(application, by=owner, now=NOW)
    assert (refused.value.field, refused.value.rule) == ("category", "retired")
    applications.withdraw(application, by=owner, now=NOW)
    with pytest.raises(Invalid):
        draft(version, editor)


def test_a_failing_gate_stops_it_and_an_unknown_one_does_not(app):
    factories.taxonomy()
    failing = made_of.offer(factories.organisation(1, facts=WITHOUT_GRADE))
    unknown = made_of.offer(factories.organisation(2, facts=()))
    by = [factories.actor(Role.OWNER, organisation_id=v.service.organisation_id) for v in (failing, unknown)]
    stopped = draft(failing, by[0])
    with pytest.raises(Invalid) as refused:
        applications.submit(stopped, by=by[0], now=NOW)
    assert (refused.value.field, refused.value.value, refused.value.rule) == ("gates", "grade", "no_grade")
    assert (stopped.state, failing.state) == (ApplicationState.DRAFT, VersionState.DRAFT)
    applications.submit(draft(unknown, by[1]), by=by[1], now=NOW)


def test_a_returned_one_is_mended_and_handed_in_again(version, owner, editor):
    district = factories.actor(Role.DISTRICT)
    application = draft(version, editor)
    applications.submit(application, by=owner, now=NOW)
    applications.give_back(application, reason="请写明服务时间", by=district, now=NOW)
    assert (version.state, version.reason) == (VersionState.RETURNED, "请写明服务时间")
    applications.revise(
        application, "每晚七点到九点", seen=applications.statement_seen(application), by=editor, now=NOW
    )
    applications.submit(application, by=owner, now=NOW)
    assert (application.state, application.reason) == (ApplicationState.SUBMITTED, "")
    assert events(application)[-3:] == ["application:return", "application:revise", "application:submit"]
    assert {notice.kind for notice in db.session.scalars(select(Notice))} >= {"application_returned"}


def test_what_is_handed_in_is_not_rewritten(version, owner, editor):
    application = draft(version, editor)
    applications.submit(application, by=owner, now=NOW)
    with pytest.raises(NotAllowed) as refused:
        applications.revise(application, "新的", seen=applications.statement_seen(application), by=editor, now=NOW)
    assert (refused.value.state, refused.value.sources) == ("submitted", ("draft", "returned"))
    with pytest.raises(NotAllowed):
        applications.submit(application, by=owner, now=NOW)


def test_a_statement_has_its_limit_and_two_who_write_it_do_not_lose_a_word(version, editor):
    application = draft(version, editor)
    shown = applications.statement_seen(application)
    with pytest.raises(Invalid):
        applications.revise(application, "长" * 5000, seen=shown, by=editor, now=NOW)
    applications.revise(application, "甲写的", seen=shown, by=editor, now=NOW)
    with pytest.raises(Stale):
        applications.revise(application, "乙写的", seen=shown, by=editor, now=NOW)
    assert application.statement == "甲写的"


def test_the_owner_submits_only_what_was_on_the_page(version, owner, editor):
    application = draft(version, editor)
    shown = applications.seen(application)
    version.description = "编辑刚刚改过"
    db.session.flush()
    with pytest.raises(Stale):
        applications.submit(application, shown=shown, by=owner, now=NOW)
    applications.submit(application, shown=applications.seen(application), by=owner, now=NOW)


def test_it_is_handed_in_with_the_newest_version(home, owner, editor):
    entry = factories.entry(home)
    application = draft(entry.version, editor)
    newer = made_of.pending(entry.service, name="新名")
    applications.submit(application, by=owner, now=NOW)
    assert application.version is newer
    assert (newer.state, entry.version.number) == (VersionState.WAITING, 1)


def test_withdrawing_frees_the_version(version, owner, editor):
    application = draft(version, editor)
    applications.submit(application, by=owner, now=NOW)
    applications.withdraw(application, reason="明年再来", by=owner, now=NOW)
    assert (application.state, version.state) == (ApplicationState.WITHDRAWN, VersionState.DRAFT)
    with pytest.raises(NotAllowed):
        applications.withdraw(application, by=owner, now=NOW)


def test_others_applications_are_out_of_reach(version, home):
    stranger = factories.actor(Role.OWNER, organisation_id=factories.organisation(2).id)
    application = made_of.application(version)
    for deed in (
        lambda: applications.get(application.id, by=stranger),
        lambda: applications.of(home, by=stranger),
        lambda: draft(version, stranger),
        lambda: applications.submit(application, by=stranger, now=NOW),
        lambda: applications.withdraw(application, by=stranger, now=NOW),
        lambda: applications.revise(application, "x", seen="", by=stranger, now=NOW),
    ):
        with pytest.raises(Forbidden):
            deed()


def test_the_gates_can_be_asked_for_any_day(version, editor):
    application = draft(version, editor)
    then = {answer.gate: answer.code for answer in applications.gates(application, on=date(2029, 11, 16))}
    now = {answer.gate: answer.code for answer in applications.gates(application, on=date(2026, 11, 23))}
    assert (now["grade"], then["grade"]) == ("grade_valid", "grade_lapsed")
