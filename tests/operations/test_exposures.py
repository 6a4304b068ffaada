"""What answers showed is counted once, however often and in whatever pieces it is counted."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from directory.db import db, transaction
from directory.errors import Forbidden
from directory.models.match import MatchLine, MatchRun
from directory.models.service import Entry
from directory.models.supply import Exposure
from directory.models.taxonomy import Stamp
from directory.operations import daily, exposures
from directory.operations.exposures import COUNTS
from directory.policy import OPERATOR
from directory.rules.roles import Role
from tests import factories, factories_supply
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)
SEPTEMBER = datetime.fromisoformat("2026-09-30T04:00:00+00:00")


@pytest.fixture
def entries(app):
    with transaction():
        factories.taxonomy()
        return [factories.entry(factories.organisation(n)).id for n in range(1, 6)]


def made_of(ids):
    found = {entry.id: entry for entry in db.session.scalars(select(Entry))}
    return [found[each] for each in ids]


def run(ranked=(), excluded=(), at=NOW):
    with transaction():
        return factories_supply.run(made_of(ranked), made_of(excluded), at=at).id


def count(batch=exposures.BATCH, now=LATER):
    with transaction():
        return exposures.count(by=OPERATOR, now=now, batch=batch)


def counted():
    rows = db.session.execute(
        select(Exposure.month, Exposure.organisation_id, *(getattr(Exposure, name) for name in COUNTS))
    )
    return {(month, organisation): tuple(counts) for month, organisation, *counts in rows}


def test_ranks_first_places_and_exclusions_are_added_up_by_month(entries):
    one, two, three, four, five = entries
    run([one, two, three, four], [five], at=SEPTEMBER)
    run([two, one], at=NOW)
    run([two], [one], at=NOW)
    assert count() == 3
    organisation = {entry.id: entry.service.organisation_id for entry in made_of(entries)}
    september, november = date(2026, 9, 1), date(2026, 11, 1)
    assert counted() == {
        (september, organisation[one]): (1, 1, 1, 1, 0),
        (september, organisation[two]): (1, 2, 0, 1, 0),
        (september, organisation[three]): (1, 3, 0, 1, 0),
        (september, organisation[four]): (1, 4, 0, 0, 0),
        (september, organisation[five]): (0, 0, 0, 0, 1),
        (november, organisation[two]): (2, 2, 2, 2, 0),
        (november, organisation[one]): (1, 2, 0, 1, 1),
    }


def test_what_was_counted_is_not_counted_again(entries):
    run(entries)
    assert count() == 1
    before = counted()
    assert count() == 0
    assert counted() == before
    assert exposures.counted_until() == NOW


def test_counting_that_was_killed_goes_on_where_it_was(entries):
    for _ in range(5):
        run(entries[:2])
    assert count(batch=2) == 2
    with pytest.raises(KeyboardInterrupt):
        _killed()
    assert {numbers[0] for numbers in counted().values()} == {2}
    while count(batch=2):
        pass
    assert {numbers[0] for numbers in counted().values()} == {5}


def _killed():
    with transaction():
        exposures.count(by=OPERATOR, now=LATER, batch=2)
        raise KeyboardInterrupt


def test_an_answer_just_given_waits_and_none_after_it_is_passed_over(entries):
    """One that was begun before it may be committed after it."""
    run(entries, at=NOW - timedelta(hours=1))
    run(entries, at=NOW - timedelta(minutes=1))
    run(entries, at=NOW - timedelta(hours=1))
    assert count(now=NOW) == 1
    assert count(now=LATER) == 2


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10_000), number=st.integers(1, 8), batches=st.lists(st.integers(1, 4), min_size=1, max_size=5)
)
def test_counted_in_any_batches_is_counted_at_once(entries, seed, number, batches):
    _forget()
    random = Random(seed)
    for _ in range(number):
        shuffled = random.sample(entries, len(entries))
        shown = random.randint(0, len(entries))
        run(shuffled[:shown], shuffled[shown:], at=NOW - timedelta(days=random.randint(0, 70)))
        if random.random() < 0.3:
            count(batch=random.choice(batches))
    for batch in batches:
        count(batch=batch)
    while count(batch=batches[0]):
        pass
    assert counted() == _at_once()


def _at_once():
    """By hand, from all lines there are."""
    sums: dict[tuple[date, int], Counter[str]] = {}
    for on, organisation, rank in db.session.execute(
        select(MatchRun.on, MatchLine.organisation_id, MatchLine.rank).join(MatchRun, MatchLine.run_id == MatchRun.id)
    ):
        of_month = sums.setdefault((on.replace(day=1), organisation), Counter())
        of_month.update(shown=rank > 0, ranks=rank, first=rank == 1, top=1 <= rank <= 3, excluded=rank == 0)
    return {key: tuple(counts[name] for name in COUNTS) for key, counts in sums.items()}


def _forget():
    with transaction():
        for table in (Exposure, Stamp, MatchLine, MatchRun):
            db.session.execute(delete(table))


def test_the_daily_work_counts_and_a_missed_week_is_as_day_by_day(entries):
    start = date(2026, 11, 24)
    for n in range(7):
        run(entries[:2], at=NOW + timedelta(days=n))
    done = [_daily(day, now=NOW + timedelta(days=10)) for day in (start + timedelta(days=n) for n in range(7))]
    assert [each["counted"] for each in done] == [1] * 7
    assert {numbers[:2] for numbers in counted().values()} == {(7, 7), (7, 14)}


def _daily(day, *, now):
    with transaction():
        return daily.run(day, by=OPERATOR, now=daily.moment(day, now=now))


def test_only_the_system_counts(app):
    with transaction():
        owner = factories.account(Role.DISTRICT)
    actor = factories.Actor(owner.id, owner.role)
    with pytest.raises(Forbidden):
        exposures.count(by=actor, now=LATER)
