from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from directory import audit
from directory.db import db, transaction
from directory.errors import Forbidden
from directory.models.application import Appeal, Application, Objection
from directory.models.audit import AuditEvent
from directory.models.calendar import DailyRun
from directory.models.form import SentForm
from directory.models.outbox import Outbox, Subject
from directory.models.service import Entry, EntryStep
from directory.operations import daily, entries
from directory.policy import OPERATOR
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import ApplicationState, EntryState
from directory.rules.roles import Role
from tests import factories, factories_rules
from tests.factories_rules import six

DAY = date(2026, 11, 24)
LAPSING = (
    (FactKind.REGISTRATION, "", date(2015, 5, 4), None),
    (FactKind.GRADE, "4A", date(2021, 11, 24), DAY - timedelta(days=1)),
    (FactKind.ANNUAL_CHECK, "passed", date(2024, 1, 1), date(2024, 12, 31)),
    (FactKind.ANNUAL_CHECK, "passed", date(2025, 1, 1), date(2025, 12, 31)),
    (FactKind.STAFF, "6", date(2024, 1, 1), None),
)


def run(day=DAY, *, by=OPERATOR, now=None):
    with transaction(announce=False):
        return daily.run(day, by=by, now=now or six(day))


@pytest.fixture
def lapsing(app):
    """The id of an entry whose organisation's grade lapses on DAY."""
    with transaction():
        factories.taxonomy()
        return factories.entry(factories.organisation(1, facts=LAPSING)).id


def stood(entry_id):
    entry = db.session.get(Entry, entry_id, populate_existing=True)
    return entry.state, entry.reason, entry.cure_until


def test_what_lapses_is_suspended_that_day_with_the_fact_and_time_to_cure(lapsing):
    run(DAY - timedelta(days=1))
    assert stood(lapsing) == (EntryState.LISTED, "", None)
    assert run() == {"suspended": 1, "regraded": 1}
    assert stood(lapsing) == (EntryState.SUSPENDED, "grade", DAY + timedelta(days=90))
    said = db.session.scalars(select(AuditEvent.reason).filter_by(event="entry:suspend")).one()
    assert said == "grade: 4A，2021-11-24 至 2026-11-23，公告（示例）"
    assert list(audit.broken()) == []


def test_what_is_cured_comes_back_by_itself(lapsing):
    run()
    with transaction():
        organisation = db.session.get(Entry, lapsing).service.organisation
        factories.fact(organisation, FactKind.GRADE, "3A", DAY + timedelta(days=2))
    assert run(DAY + timedelta(days=1)) == {}
    assert run(DAY + timedelta(days=2))["restored"] == 1
    assert stood(lapsing) == (EntryState.LISTED, "", None)


def test_another_gate_that_fails_meanwhile_keeps_it_out(lapsing):
    run()
    with transaction():
        organisation = db.session.get(Entry, lapsing).service.organisation
        factories.fact(organisation, FactKind.GRADE, "3A", DAY)
        factories.fact(organisation, FactKind.ABNORMAL_LIST, "", DAY, DAY + timedelta(days=1))
    assert run(DAY + timedelta(days=1)) == {}
    assert run(DAY + timedelta(days=2)) == {"restored": 1}


@pytest.mark.parametrize(("days", "state"), [(90, EntryState.SUSPENDED), (91, EntryState.EXITED)])
def test_what_is_not_cured_in_time_is_removed_the_day_after(lapsing, days, state):
    run()
    run(DAY + timedelta(days=days))
    assert stood(lapsing)[0] is state


def test_who_is_cured_on_the_very_last_day_stays(lapsing):
    run()
    with transaction():
        organisation = db.session.get(Entry, lapsing).service.organisation
        factories.fact(organisation, FactKind.GRADE, "3A", DAY + timedelta(days=90))
    run(DAY + timedelta(days=91))
    assert stood(lapsing)[0] is EntryState.LISTED


def test_what_a_person_suspended_waits_for_a_person_but_not_past_its_time(app, now):
    with transaction():
        factories.taxonomy()
        one, other = (factories.entry(factories.organisation(n)) for n in (1, 2))
        officer = factories.actor(Role.DISTRICT)
        entries.suspend(one, reason="complaint_confirmed", by=officer, now=now)
        entries.suspend(other, reason="complaint_confirmed", cure_until=DAY, by=officer, now=now)
        ids = one.id, other.id
    run()
    assert [stood(i)[:2] for i in ids] == [(EntryState.SUSPENDED, "complaint_confirmed")] * 2
    run(DAY + timedelta(days=1))
    assert [stood(i)[:2] for i in ids] == [
        (EntryState.SUSPENDED, "complaint_confirmed"),
        (EntryState.EXITED, "not_cured"),
    ]


def test_of_whom_nothing_is_recorded_nothing_lapses(app):
    with transaction():
        factories.taxonomy()
        blank = factories.entry(factories.organisation(1, facts=())).id
    assert run() == {}
    assert stood(blank)[0] is EntryState.LISTED


def test_a_day_is_done_once(lapsing):
    run()
    before = db.session.scalar(select(func.count(AuditEvent.id)))
    with pytest.raises(daily.DoneBefore):
        run()
    assert db.session.scalar(select(func.count(AuditEvent.id))) == before
    assert db.session.get(DailyRun, DAY).done == {"suspended": 1, "regraded": 1}


def test_what_changed_after_the_day_it_is_made_up_for_is_left_to_the_next(lapsing):
    with transaction():
        factories_rules.standing_since(db.session.get(Entry, lapsing), six(DAY) + timedelta(hours=1))
    assert run()["suspended"] == 0
    assert run(DAY + timedelta(days=1))["suspended"] == 1


def test_nobody_but_the_operator_runs_it(lapsing):
    with transaction():
        officer = factories.actor(Role.DISTRICT)
    with pytest.raises(Forbidden):
        run(by=officer)
    assert daily.missed(until=DAY) == [DAY]


def test_only_the_days_after_the_last_one_done_are_missed(app):
    assert daily.missed(until=DAY) == [DAY]
    db.session.add(DailyRun(day=DAY, at=six(DAY), done={}))
    later = DAY + timedelta(days=3)
    assert daily.missed(until=later) == [DAY + timedelta(days=n) for n in (1, 2, 3)]
    assert daily.missed(until=DAY) == daily.missed(until=DAY - timedelta(days=9)) == []


@pytest.mark.parametrize(
    ("day", "hour", "moment"),
    [
        (DAY - timedelta(days=1), 6, six(DAY - timedelta(days=1))),
        (DAY, 6, six(DAY)),
        (DAY, 3, six(DAY) - timedelta(hours=3)),  # today, before six
        (DAY, 15, six(DAY) + timedelta(hours=9)),
    ],
)
def test_a_day_gone_by_counts_as_done_at_six_and_today_at_once(day, hour, moment):
    assert daily.moment(day, now=six(DAY) + timedelta(hours=hour - 6)) == moment


@pytest.mark.parametrize("against", ["nothing", "objection", "appeal"])
def test_an_announced_service_is_listed_the_day_after_its_notice_if_nothing_stands_against_it(app, against, now):
    with transaction():
        factories.taxonomy()
        application = factories_rules.announced(factories.organisation(1), until=DAY)
        if against == "objection":
            db.session.add(Objection(application=application, receipt="r", text="不实", created_at=now))
        elif against == "appeal":
            db.session.add(Appeal(application_id=application.id, reason="少算", created_at=now))
        application_id = application.id
    assert run()["listed"] == 0
    run(DAY + timedelta(days=1))
    state = db.session.get(Application, application_id).state
    assert state is (ApplicationState.LISTED if against == "nothing" else ApplicationState.PUBLICITY)


def test_one_that_cannot_be_listed_stops_nobody_else(app):
    with transaction():
        factories.taxonomy()
        made = factories.organisation(1)
        wrong, right = (factories_rules.announced(made, until=DAY - timedelta(days=1)) for _ in range(2))
        wrong.version.state = "draft"  # was taken back behind the application's back
        ids = wrong.id, right.id
    assert run() == {"stuck": 1, "listed": 1, "regraded": 1}
    assert [db.session.get(Application, i).state for i in ids] == [ApplicationState.PUBLICITY, ApplicationState.LISTED]


def test_what_is_listed_while_a_gate_fails_is_suspended_the_same_day(app):
    with transaction():
        factories.taxonomy()
        application = factories_rules.announced(factories.organisation(1, facts=LAPSING), until=DAY - timedelta(days=1))
        service_id = application.service_id
    assert run()["suspended"] == 2
    entry = db.session.scalars(select(Entry).filter_by(service_id=service_id)).one()
    steps = [step.step for step in db.session.scalars(select(EntryStep).filter_by(entry_id=entry.id))]
    assert (entry.state, steps) == (EntryState.SUSPENDED, ["list", "suspend"])


def test_a_grade_that_changes_brings_its_entries_to_the_index(app):
    with transaction():
        factories.taxonomy()
        rising, same = factories.organisation(1), factories.organisation(2)
        factories.fact(rising, FactKind.GRADE, "5A", DAY)
        factories.entry(rising), factories.entry(same)
    run(DAY - timedelta(days=1))
    db.session.execute(Outbox.__table__.delete())
    db.session.commit()
    assert run()["regraded"] == 1
    assert db.session.execute(select(Outbox.subject, Outbox.subject_id)).all() == [(Subject.ORGANISATION, rising.id)]


def test_tokens_of_forms_are_kept_a_week(app):
    with transaction():
        factories.taxonomy()
        for days in (6, 8):
            db.session.add(SentForm(token=f"{days}", at=six(DAY) - timedelta(days=days)))
    run()
    assert list(db.session.scalars(select(SentForm.token))) == ["6"]


def test_looking_takes_no_query_per_entry(app):
    def looked(day, numbers):
        with transaction(announce=False):
            for number in numbers:
                made = factories.organisation(number, confirmed_on=DAY)
                factories.account(Role.OWNER, organisation_id=made.id)
                factories.entry(made)
        with factories_rules.queries() as seen:
            run(day)
        return len(seen)

    with transaction():
        factories.taxonomy()
    run()
    assert looked(DAY + timedelta(days=1), [1]) == looked(DAY + timedelta(days=2), range(2, 32))
