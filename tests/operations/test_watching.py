"""What those who watch over the learning are told, on tables small enough to count by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from directory.db import db
from directory.errors import Forbidden, NotFound
from directory.models.learning import ConfirmedNeed, TrainedModel
from directory.operations import confirmations, parameters, watching
from directory.policy import OPERATOR, VISITOR, Actor
from directory.rules.roles import Role
from directory.rules.watching import Agreement, Watching
from tests import factories
from tests.operations.confirming import confirmed, many

CENTRE = Actor(None, Role.LEAD)

NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)
LAST_MONTH = datetime(2026, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def taxonomy(app):
    factories.taxonomy()


@pytest.fixture
def router(app):
    return app.extensions["engine"].router(parameters.in_force().views)[0]


def months(now):
    return {month.first: month for month in watching.trend(by=CENTRE, now=now).months}


def test_months_and_fields_count_what_was_confirmed_as_suggested(now):
    many(3)
    many(2, "P-015", "P-001")
    many(4, at=LAST_MONTH)
    confirmed("P-024", "P-001", at=LAST_MONTH)
    trend = watching.trend(by=CENTRE, now=now)
    assert {m.first: m.agreement for m in trend.months if m.agreement.of} == {
        OCTOBER: Agreement(4, 5),
        NOVEMBER: Agreement(3, 5),
    }
    assert trend.fields == {"SH-04": {OCTOBER: Agreement(4, 5), NOVEMBER: Agreement(3, 5)}}
    assert [month.first for month in trend.months] == [date(2025, 12, 1), *(date(2026, n, 1) for n in range(1, 12))]


def test_what_had_no_suggestion_or_was_withdrawn_counts_for_no_share(now):
    confirmed()
    confirmed(suggested="")
    confirmed(withdrawn="nonsense")
    confirmed(withdrawn="said otherwise")
    confirmed(suggested="", withdrawn="said otherwise")
    assert months(now)[NOVEMBER].agreement == Agreement(1, 1)
    assert months(now)[NOVEMBER].otherwise == 1


def test_a_month_begins_at_midnight_in_the_district(now):
    confirmed(at=datetime(2026, 10, 31, 15, 59, tzinfo=UTC))
    confirmed(at=datetime(2026, 10, 31, 16, 0, tzinfo=UTC))
    confirmed(at=datetime(2025, 11, 30, 16, 0, tzinfo=UTC))
    confirmed(at=datetime(2025, 11, 30, 15, 59, tzinfo=UTC))  # a year and a month ago
    confirmed(at=now + timedelta(days=1))  # a clock that is fast
    counted = {first: month.agreement.of for first, month in months(now).items() if month.agreement.of}
    assert counted == {date(2025, 12, 1): 1, OCTOBER: 1, NOVEMBER: 1}


def test_the_twelve_months_go_over_the_new_year():
    january = watching.trend(by=CENTRE, now=datetime(2027, 1, 5, tzinfo=UTC)).months
    assert (january[0].first, january[-1].first) == (date(2026, 2, 1), date(2027, 1, 1))


def test_the_last_weeks_are_compared_with_those_before(now):
    rules = Watching(least=4, recent_days=30, before_days=90)
    many(4, at=now - timedelta(days=30))  # that very moment is before
    many(1, at=now - timedelta(days=29))
    many(3, "P-015", "P-001", at=now)
    many(5, "P-015", "P-001", at=now - timedelta(days=120))  # too long ago
    drift = watching.drift(rules, by=CENTRE, now=now)
    assert (drift.recent, drift.before, drift.fallen) == (Agreement(1, 4), Agreement(4, 4), True)


def test_no_fall_is_told_of_where_confirmations_are_few_or_as_good_as_before(now):
    rules = parameters.in_force().watching
    many(20, at=now - timedelta(days=60))
    many(19, "P-015", "P-001")
    assert not watching.drift(rules, by=CENTRE, now=now).fallen
    confirmed("P-015", "P-001")
    assert watching.drift(rules, by=CENTRE, now=now).fallen
    many(181)  # now less than ten points below
    assert not watching.drift(rules, by=CENTRE, now=now).fallen


def test_parameters_of_before_have_the_numbers_of_now(now):
    assert "watching" not in factories.PARAMETERS
    assert parameters.in_force().watching == Watching()


def test_disagreements_come_newest_first_page_by_page(now, router):
    confirmed()
    confirmed("P-015", "", at=now)
    confirmed("P-015", "P-001", withdrawn="nonsense")
    wanted = [confirmed("P-015", "P-001", at=now - timedelta(hours=n)).id for n in range(25)]
    first = watching.disagreements(router, page=1, by=CENTRE)
    second = watching.disagreements(router, page=2, by=CENTRE)
    assert [d.need.id for d in (*first.shown, *second.shown)] == wanted
    assert (first.total, first.pages, len(first.shown)) == (25, 2, 20)
    assert watching.disagreements(router, page=3, by=CENTRE).shown == []


def test_a_disagreement_names_the_words_that_spoke_for_the_suggestion(router):
    confirmed("P-001", "P-015", text="碎砖头占了车位")
    confirmed("P-001", "P-GONE", text="碎砖头占了车位")
    gone, known = watching.disagreements(router, page=1, by=CENTRE).shown
    assert known.words[0] == "碎砖头"
    assert gone.words == ()
    assert watching.disagreement(known.need.id, router, by=CENTRE).words == known.words
    with pytest.raises(NotFound):
        watching.disagreement(99, router, by=CENTRE)


def test_sources_tell_how_much_they_said_and_how_far_it_agrees():
    many(3)
    confirmed("P-015", "P-001")
    confirmed(withdrawn="nonsense")
    many(2, suggested="", source="12345", checked=True)
    confirmed(source="once", withdrawn="nonsense")
    assert watching.sources(by=CENTRE) == [
        (factories.STREET, 4, 0, Agreement(3, 4)),
        ("12345", 2, 2, Agreement(0, 0)),
    ]
    assert watching.source("12345", by=CENTRE).needs == 2
    assert len(watching.latest_of(factories.STREET, by=CENTRE, most=3)) == 3
    with pytest.raises(NotFound):
        watching.source("once", by=CENTRE)


def test_the_model_in_force_is_told_with_what_it_does_not_know_yet(now):
    confirmed()
    assert watching.standing(by=CENTRE).model is None
    assert watching.standing(by=CENTRE).new == 1
    confirmed()
    db.session.add(TrainedModel(version="a", trained_at=now, needs=2, sayings=9, trust=0.5))
    later = now + timedelta(hours=1)
    confirmations.withdraw(source=factories.STREET, needs=[1], reason="nonsense", by=CENTRE, now=later)
    many(3, source="12345", at=now - timedelta(days=300))  # imported today, and old
    standing = watching.standing(by=CENTRE)
    assert standing.model is not None
    assert (standing.model.version, standing.new, standing.withdrawn) == ("a", 3, 1)


def test_what_is_withdrawn_is_gone_from_every_count(now, router):
    many(6, "P-015", "P-001")
    number = confirmations.withdraw(source=factories.STREET, reason="nonsense", by=CENTRE, now=now)
    assert number == 6
    assert watching.sources(by=CENTRE) == []
    assert watching.disagreements(router, page=1, by=CENTRE).total == 0
    assert months(now)[NOVEMBER].agreement == Agreement(0, 0)
    assert db.session.query(ConfirmedNeed).count() == 6


def test_only_the_evaluation_centre_and_the_operator_watch(now, router):
    rules = Watching()
    asked = [
        lambda by: watching.trend(by=by, now=now),
        lambda by: watching.drift(rules, by=by, now=now),
        lambda by: watching.standing(by=by),
        lambda by: watching.disagreements(router, page=1, by=by),
        lambda by: watching.disagreement(confirmed().id, router, by=by),
        lambda by: watching.sources(by=by),
        lambda by: watching.latest_of("x", by=by),
    ]
    for question in asked:
        question(OPERATOR)
        question(CENTRE)
        with pytest.raises(Forbidden):
            question(VISITOR)
