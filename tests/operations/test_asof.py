"""The catalogue as it stood when any day ended."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from directory.db import db
from directory.errors import Invalid
from directory.models.service import Entry
from directory.operations import asof
from directory.rules.calendar import day_of
from directory.rules.lifecycle import EntryState
from tests.factories import NOW
from tests.factories_editions import later, listed, remove, rename, restore, suspend

TODAY = date(2030, 1, 1)
FIRST = day_of(NOW)


def on(day, **more):
    return asof.catalogue(day, today=TODAY, **more)


def names(day, **more):
    return [stood.version.name for stood in on(day, **more).items]


@given(st.dates(date(1, 1, 1), date(9999, 12, 30)))
def test_a_day_ends_where_the_next_one_begins(day):
    end = asof.end_of(day)
    assert day_of(end) == day + timedelta(days=1)
    assert day_of(end - timedelta(microseconds=1)) == day


def test_a_leap_day_is_a_day(app):
    (entry,) = listed(1)
    suspend(entry, now=datetime(2028, 2, 29, 3, tzinfo=UTC))
    assert names(date(2028, 2, 28)) == ["第1号服务"]
    assert names(date(2028, 2, 29)) == []
    assert names(date(2028, 2, 29), state=EntryState.SUSPENDED) == ["第1号服务"]
    assert names(date(2028, 3, 1)) == []


@pytest.mark.parametrize(
    ("moment", "listed_on"),
    [
        ("2026-12-31T15:59:59.999999+00:00", [date(2026, 12, 30)]),
        ("2026-12-31T16:00:00+00:00", [date(2026, 12, 30), date(2026, 12, 31)]),
        ("2027-01-01T00:00:01+08:00", [date(2026, 12, 30), date(2026, 12, 31)]),
        ("2026-12-31T23:00:00-05:00", [date(2026, 12, 30), date(2026, 12, 31)]),
    ],
)
def test_a_day_is_the_districts(app, moment, listed_on):
    (entry,) = listed(1)
    remove(entry, now=datetime.fromisoformat(moment))
    days = [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)]
    assert [day for day in days if on(day).total] == listed_on


def test_an_entry_shows_the_version_and_score_it_had(app):
    (entry,) = listed(1)
    rename(entry, "改了名", now=later(48))
    assert names(FIRST) == names(FIRST + timedelta(days=1)) == ["第1号服务"]
    assert names(FIRST + timedelta(days=2)) == ["改了名"]
    assert on(FIRST).items[0].step.assessed == db.session.get_one(Entry, entry).assessed


def test_steps_there_and_back_are_told_day_by_day(app):
    first, second = listed(2)
    suspend(first, now=later(24))
    restore(first, now=later(72))
    remove(second, now=later(96))
    counts = [
        (on(day).counts.get(EntryState.LISTED, 0), on(day).counts.get(EntryState.SUSPENDED, 0)) for day in days(6)
    ]
    assert counts == [(2, 0), (1, 1), (1, 1), (2, 0), (1, 0), (1, 0)]


def days(number):
    return [FIRST + timedelta(days=place) for place in range(number)]


def test_today_it_stands_as_the_entries_do(app):
    ids = listed(6)
    suspend(ids[1], now=later(1))
    remove(ids[2], now=later(2))
    rename(ids[3], "新", now=later(3))
    shown = {stood.step.entry_id: stood.step.version_id for stood in on(FIRST).items}
    rows = db.session.execute(select(Entry.id, Entry.version_id).where(Entry.state == EntryState.LISTED))
    assert shown == dict(rows.all())


def test_before_the_first_day_nothing_is_known(app):
    listed(1)
    day = on(FIRST - timedelta(days=1))
    assert (day.first, day.items, day.total, day.pages) == (FIRST, [], 0, 1)
    assert on(date(1, 1, 1)).items == []


def test_an_empty_catalogue_has_no_first_day(app):
    assert on(TODAY).first is None


def test_a_day_to_come_is_refused(app):
    with pytest.raises(Invalid) as refused:
        asof.catalogue(TODAY + timedelta(days=1), today=TODAY)
    assert (refused.value.field, refused.value.rule) == ("on", "future")
    with pytest.raises(Invalid):
        asof.catalogue(date.max, today=TODAY)


def test_pages_hold_every_entry_once_and_ask_a_few_times(app):
    ids = listed(120)
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        pages = [on(FIRST, page=page) for page in (1, 2, 3, 4)]
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert [len(page.items) for page in pages] == [50, 50, 20, 0]
    assert sorted(stood.step.entry_id for page in pages for stood in page.items) == ids
    assert (pages[0].total, pages[0].pages) == (120, 3)
    assert len([statement for statement in asked if statement.startswith("SELECT")]) <= 4 * 3


def test_a_moment_includes_what_was_done_in_it(app):
    first, second = listed(2)
    suspend(first, now=later(1))
    assert asof.ids_at(later(1), EntryState.SUSPENDED) == {first}
    assert asof.ids_at(later(1), EntryState.LISTED) == {second}
    assert asof.ids_at(later(1) - timedelta(microseconds=1), EntryState.SUSPENDED) == set()
