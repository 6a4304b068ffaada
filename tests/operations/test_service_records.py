from datetime import timedelta

import pytest

from directory.db import db, transaction
from directory.errors import Forbidden, Invalid, NotFound
from directory.models.engagement import ServiceRecord
from directory.operations import evidence, service_records
from directory.operations.service_records import Done, StruckBefore
from directory.rules.lifecycle import ApplicationState, NotAllowed, SheetState
from directory.rules.roles import Role
from directory.rules.work import EngagementState
from tests import factories, factories_applications
from tests.factories import NOW, STREET
from tests.factories_applications import PDF
from tests.factories_work import TODAY
from tests.operations import agreed
from tests.operations.agreed import at_once, events, get

DONE = Done(on=TODAY, cases=3, people=12, note="上门 3 户，找李师傅 13800138000")


@pytest.fixture
def work(app):
    return agreed.work()


def add(work, done=DONE, **more):
    with transaction():
        engagement = get(work, work.provider)
        return service_records.add(engagement, done, by=work.provider, now=NOW, **more).id


def test_what_was_done_is_kept_masked_and_on_record(work):
    number = add(work)
    kept = db.session.get(ServiceRecord, number)
    assert (kept.on, kept.cases, kept.people) == (TODAY, 3, 12)
    assert kept.note == "上门 3 户，找李师傅 ［手机号］"
    assert events(f"ServiceRecord:{number}") == ["service_record:add"]
    assert events(f"Engagement:{work.id}") == []


@pytest.mark.parametrize(
    ("done", "field", "rule"),
    [
        (Done(TODAY + timedelta(days=1), cases=1), "on", "future"),
        (Done(TODAY - timedelta(days=31), cases=1), "on", "before_start"),
        (Done(TODAY, cases=-1), "cases", "number"),
        (Done(TODAY, people=10**9), "people", "number"),
        (Done(TODAY), "cases", "nothing_done"),
        (Done(TODAY, note="  "), "cases", "nothing_done"),
        (Done(TODAY, note="长" * 200_000), "note", "long_record"),
    ],
)
def test_what_cannot_have_been_is_refused_and_named(work, done, field, rule):
    with pytest.raises(Invalid) as wrong:
        add(work, done)
    assert (wrong.value.field, wrong.value.rule) == (field, rule)


@pytest.mark.parametrize("done", [Done(TODAY - timedelta(days=30), people=1), Done(TODAY, note="开会")])
def test_the_first_day_and_words_alone_will_do(work, done):
    assert add(work, done)


def test_only_the_provider_says_what_was_done_and_only_while_the_work_runs(app):
    work = agreed.work()
    for actor in work.outsiders:
        with pytest.raises(Forbidden):
            service_records.add(work.now, DONE, by=actor, now=NOW)


@pytest.mark.parametrize("state", [s for s in EngagementState if s is not EngagementState.RUNNING])
def test_nothing_is_recorded_of_work_that_does_not_run(app, state):
    work = agreed.work(state)
    with pytest.raises(NotAllowed) as refused:
        add(work)
    assert (refused.value.state, refused.value.sources) == (state, (EngagementState.RUNNING,))


def test_one_that_was_wrong_is_struck_with_the_reason_and_stays_without_counting(work):
    wrong, right = add(work), add(work, Done(TODAY - timedelta(days=2), cases=1, people=4))
    with transaction():
        found = service_records.get(wrong, by=work.provider)
        service_records.strike(found, reason="日期记错", by=work.provider, now=NOW)
    assert db.session.get(ServiceRecord, wrong).struck_reason == "日期记错"
    totals = service_records.totals(work.now)
    assert (totals.records, totals.cases, totals.people, totals.last) == (1, 1, 4, TODAY - timedelta(days=2))
    assert [record.id for record in service_records.page(work.now, 1).rows] == [wrong, right]


def test_a_record_is_struck_once_by_the_provider_and_not_after_the_end(work):
    number = add(work)
    found = service_records.get(number, by=work.neighbour)
    for actor in work.outsiders:
        with pytest.raises(Forbidden):
            service_records.strike(found, reason="错", by=actor, now=NOW)

    def strike():
        service_records.strike(service_records.get(number, by=work.provider), reason="错", by=work.provider, now=NOW)

    with pytest.raises(Invalid):
        service_records.strike(found, reason="", by=work.provider, now=NOW)
    with transaction():
        strike()
    with pytest.raises(StruckBefore):
        strike()
    other = add(work)
    with transaction():
        ended = work.now
        ended.state, ended.signed_off_at, ended.review_until = EngagementState.SIGNED_OFF, NOW, NOW.date()
    with pytest.raises(NotAllowed):
        service_records.strike(service_records.get(other, by=work.provider), reason="错", by=work.provider, now=NOW)


def test_of_two_who_strike_at_once_one_does(app, work):
    number = add(work)

    def strike():
        found = service_records.get(number, by=work.provider)
        service_records.strike(found, reason="错", by=work.provider, now=NOW)

    assert at_once(app, strike, strike) == ["StruckBefore", "done"]


def test_sums_of_nothing_are_nothing_and_a_list_is_read_a_page_at_a_time(work):
    assert service_records.totals(work.now) == service_records.Totals(0, 0, 0, None)
    for _ in range(25):
        add(work, Done(TODAY, cases=12, people=34))
    shown = service_records.page(work.now, 2)
    assert (len(shown.rows), shown.total, shown.pages) == (5, 25, 2)
    assert (service_records.totals(work.now).cases, service_records.totals(work.now).people) == (300, 850)
    assert len(list(service_records.every(work.now))) == 25


def with_file(work, folder):
    with transaction():
        engagement = get(work, work.provider)
        kept = evidence.keep(PDF, "签到.pdf", engagement.organisation, folder=folder, by=work.provider, now=NOW)
        service_records.add(engagement, DONE, evidence=kept, by=work.provider, now=NOW)
        return kept.id


def test_the_file_of_a_record_is_for_those_who_may_read_the_work(work, tmp_path):
    number = with_file(work, tmp_path)
    stranger, neighbourhood, street, district, auditor = work.strangers
    for actor in (work.provider, work.neighbour, street, district, auditor):
        assert evidence.get(number, by=actor).name == "签到.pdf"
    for actor in (stranger, neighbourhood):
        with pytest.raises(Forbidden):
            evidence.get(number, by=actor)


def test_who_scores_the_organisation_does_not_see_the_file_of_a_record(work, tmp_path):
    number = with_file(work, tmp_path)
    with transaction():
        organisation = work.now.organisation
        organisation.area_code = STREET
        assessor = factories.actor(Role.ASSESSOR)
        application = factories_applications.application(factories_applications.offer(organisation))
        factories_applications.sheet(application, assessor.id, state=SheetState.OPEN)
    with pytest.raises(Forbidden):
        evidence.get(number, by=assessor)


def test_who_scores_the_organisation_is_offered_its_other_files_only(work, tmp_path):
    number = with_file(work, tmp_path)
    with transaction():
        home = work.now.organisation
        other = factories_applications.evidence(home).id
        assessor = factories.actor(Role.ASSESSOR)
        offered = factories_applications.offer(home)
        application = factories_applications.application(offered, state=ApplicationState.ASSESSING)
        factories_applications.sheet(application, assessor.id)
    assert list(evidence.open_to(assessor, work.now.organisation)) == [other]
    assert list(evidence.open_to(work.provider, work.now.organisation)) == [other, number]


def test_a_file_of_another_organisation_proves_nothing(work, tmp_path):
    stranger = work.strangers[0]
    with transaction():
        other = factories.organisation(3)
        kept = factories_applications.evidence(other)
    with pytest.raises(Invalid):
        add(work, evidence=kept)
    assert stranger.organisation != other.id


def test_a_record_that_is_not_there_is_not_found(work):
    with pytest.raises(NotFound):
        service_records.get(5, by=work.provider)
