import threading
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from directory import indexing
from directory.cli import daily
from directory.db import db, transaction
from directory.models.application import Application
from directory.models.audit import AuditEvent
from directory.models.calendar import DailyRun
from directory.models.notice import Notice
from directory.models.service import Entry, EntryStep
from directory.operations import notices
from directory.rules.calendar import day_of
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import EntryState
from directory.rules.roles import Role
from tests import factories, factories_rules
from tests.cli.calling import call
from tests.conftest import app_in
from tests.factories_rules import six

DAY = date(2026, 11, 24)


@pytest.fixture
def lapsed(app):
    """The id of an entry whose organisation was put on a list."""
    with transaction():
        factories.taxonomy()
        made = factories.organisation(1)
        factories.fact(made, FactKind.ABNORMAL_LIST, "", date(2026, 1, 1))
        entry = factories.entry(made)
        entry.since = factories.NOW - timedelta(days=7)  # before any day the tests make up for
        db.session.flush()
        return entry.id


def test_the_command_says_what_it_did_for_each_day_and_the_second_time_that_all_is_done(lapsed, runner):
    first = runner.invoke(args=["daily", "--on", "2026-11-23"])
    assert first.output == "2026-11-23: suspended 1, regraded 1\n"
    made_up = runner.invoke(args=["daily", "--on", "2026-11-23"])
    assert made_up.output == "all that was due up to 2026-11-23 is done already\n"


@pytest.mark.parametrize("wrong", ["2999-01-01", "2026-02-30", "gestern"])
def test_a_day_to_come_or_no_day_at_all_is_refused_and_nothing_is_done(lapsed, runner, wrong):
    result = runner.invoke(args=["daily", "--on", wrong])
    assert result.exit_code == 2
    assert "--on" in result.output
    assert db.session.scalar(select(DailyRun.day)) is None


def test_without_the_tables_it_says_so(tmp_path):
    result = call(tmp_path, "daily")
    assert result.exit_code == 2
    assert result.stderr.startswith("directory: ")


def test_two_at_once_act_once(app, lapsed):
    """The second waits for the first one's transaction, and then finds the day done."""
    start, faults = threading.Barrier(2), []

    def go():
        with app.app_context():
            try:
                start.wait(timeout=10)
                daily.catch_up(DAY, now=six(DAY))
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert faults == []
    assert db.session.scalar(select(func.count(AuditEvent.id)).filter_by(event="entry:suspend")) == 1
    assert db.session.scalar(select(func.count()).select_from(DailyRun)) == 1


def test_mail_that_waits_is_sent(app, lapsed):
    with transaction(announce=False):
        notices.tell([factories.account().id], "application_submitted", link="/government", now=six(DAY))
    daily.catch_up(DAY, now=six(DAY))
    assert db.session.scalars(select(Notice.mailed_at)).one() is not None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_week_at_once_is_the_same_as_seven_single_days(tmp_path, seed):
    days = [DAY + timedelta(days=n) for n in range(7)]

    def lived(name, when):
        """What became of everything when the command ran at these moments."""
        (tmp_path / name).mkdir()
        app = app_in(tmp_path / name)
        with app.app_context():
            db.create_all()
            with transaction(announce=False):
                _chance_catalogue(Random(seed))
            indexing.rebuild(app.extensions["engine"].index, now=when[0], progress=lambda done: None)
            for moment in when:
                daily.catch_up(day_of(moment), now=moment)
            told = _all_there_is()
            db.session.remove()
            db.engine.dispose()
        return told

    singly = lived("singly", [six(day) for day in days])
    at_once = lived("at_once", [six(days[0]), six(days[-1])])
    assert singly == at_once
    assert {"suspend", "restore", "exit", "list"} <= {step for step, *_ in singly["steps"]}


def _chance_catalogue(random):
    factories.taxonomy()
    for number in range(1, 61):
        made = factories.organisation(number, facts=(), confirmed_on=DAY - timedelta(days=random.randint(150, 190)))
        factories_rules.chance_facts(made, DAY + timedelta(days=3), random)
        factories.account(Role.OWNER, organisation_id=made.id)
        entry = factories.entry(made)
        if random.random() < 0.2:
            entry.state, entry.reason = EntryState.SUSPENDED, random.choice(("grade", "staff", "complaint_confirmed"))
            entry.cure_until = DAY + timedelta(days=random.randint(-1, 8))
        if random.random() < 0.2:
            factories_rules.announced(made, until=DAY + timedelta(days=random.randint(-2, 5)))


def _all_there_is():
    def rows(*columns):
        return [tuple(row) for row in db.session.execute(select(*columns).order_by(*columns))]

    return {
        "entries": rows(Entry.id, Entry.state, Entry.reason, Entry.since, Entry.cure_until),
        "steps": rows(EntryStep.step, EntryStep.entry_id, EntryStep.state, EntryStep.reason, EntryStep.at),
        "applications": rows(Application.id, Application.state, Application.since),
        "notices": rows(Notice.account_id, Notice.kind, Notice.created_at, Notice.once),
        "events": rows(AuditEvent.id, AuditEvent.event, AuditEvent.thing, AuditEvent.reason, AuditEvent.at),
        "runs": [(run.day, run.at, run.done) for run in db.session.scalars(select(DailyRun).order_by(DailyRun.day))],
    }
