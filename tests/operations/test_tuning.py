import threading
from copy import deepcopy

import pytest
from sqlalchemy import func, select

from directory import audit
from directory.cli.seeds import FOLDER, rows_of
from directory.db import db, transaction
from directory.errors import Conflict, Forbidden, Invalid
from directory.models.parameters import Parameters
from directory.models.reputation import Reputation
from directory.models.service import Entry
from directory.operations import matches, parameters, recounting, seeds, tuning
from directory.policy import OPERATOR, VISITOR
from directory.rules.calendar import day_of
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import EntryState
from directory.rules.roles import Role
from directory.rules.work import EngagementState, ReviewState
from search.query import Need
from tests import factories, factories_work
from tests.factories import GOOD_STANDING, NOW


@pytest.fixture
def officer(app):
    factories.catalogue(3)
    with transaction():
        return factories.actor(Role.DISTRICT, name="示例·办事员")


def changed(by, **sections):
    values = deepcopy(tuning.whole(tuning.latest(by=by)))
    for section, said in sections.items():
        values[section] |= said
    return values


def effect(app, by, **sections):
    engine = app.extensions["engine"]
    return tuning.effect(changed(by, **sections), engine=engine, on=day_of(NOW), by=by, now=NOW)


def save(values, version=1, *, by, reason="收紧条件"):
    with transaction():
        return tuning.save(values, version=version, reason=reason, by=by, now=NOW).version


def test_a_harder_gate_says_how_many_it_would_suspend_and_which(officer, app):
    told = effect(app, officer, gates={"least_staff": 7})
    assert (told.suspends, told.restores) == (3, 0)
    assert {offer.organisation.name for offer in told.suspended} == {f"示例·邻里{n}社" for n in (1, 2, 3)}
    assert db.session.scalar(select(func.count(Parameters.version))) == 1


def test_what_lapses_anyway_is_not_counted_as_the_changes_doing(officer, app):
    with transaction():
        bad = factories.organisation(9)
        factories.fact(bad, FactKind.ABNORMAL_LIST, "", NOW.date())
        factories.entry(bad)
    assert effect(app, officer, gates={"least_staff": 7}).suspends == 3
    assert effect(app, officer, gates={"least_staff": 1}).suspends == 0


def test_a_softer_gate_says_how_many_it_would_restore(officer, app):
    few = [fact if fact[0] is not FactKind.STAFF else (FactKind.STAFF, "1", fact[2], None) for fact in GOOD_STANDING]
    with transaction():
        factories.entry(factories.organisation(8, facts=few), state=EntryState.SUSPENDED, reason="staff")
        factories.entry(factories.organisation(9, facts=few), state=EntryState.SUSPENDED, reason="complaint_confirmed")
    told = effect(app, officer, gates={"least_staff": 1})
    assert (told.suspends, told.restores, len(told.restored)) == (0, 1, 1)


def test_other_weights_show_whose_first_places_change(officer, app):
    engine = app.extensions["engine"]
    with transaction():
        cheap = factories.entry(factories.organisation(5), name="便宜停车", price_low=1, price_high=2, assessed=1)
        assert cheap.id
    for text in ("停车难", "停车难", "车位不够"):
        with transaction():
            matches.ask(Need(text, budget=1), by=VISITOR, now=NOW, engine=engine)
    told = effect(app, officer, weights={"assessed": 10.0, "price": 0.0})
    assert told.asked == 2
    assert told.cases
    before, after = ([offer.version.name for offer in part] for part in (told.cases[0].before, told.cases[0].after))
    assert (before[0], after[-1]) == ("便宜停车", "便宜停车")
    assert effect(app, officer, periods={"cure_days": 30}).cases == []


def test_a_change_becomes_the_next_version_with_who_why_and_what(officer):
    assert save(changed(officer, gates={"least_staff": 3}), by=officer) == 2
    assert parameters.in_force().gates.least_staff == 3
    assert parameters.in_force(1).gates.least_staff == 2
    newest, first = tuning.versions(by=officer)
    assert (newest.who, newest.reason, newest.changes) == ("示例·办事员", "收紧条件", [("gates-least_staff", 2, 3)])
    assert (first.who, first.changes) == ("", [])
    assert list(audit.broken()) == []


def test_what_an_older_version_leaves_to_defaults_is_no_change(officer):
    """The first version here knows no contracting, no reputation and no weight for a rating."""
    whole = tuning.whole(tuning.latest(by=officer))
    assert (whole["contracting"], whole["periods"]["answer_days"]) == ({"most_invited": 5, "shares": [30, 40, 30]}, 7)
    assert (whole["weights"]["rating"], whole["reputation"]["least_reviews"]) == (0.0, 3)
    save(changed(officer, contracting={"shares": [50, 50]}, weights={"rating": 0.1}), by=officer)
    assert parameters.in_force().contracting.shares == (50, 50)
    newest = tuning.versions(by=officer)[0]
    assert newest.changes == [("contracting-shares", [30, 40, 30], [50, 50]), ("weights-rating", 0.0, 0.1)]


@pytest.mark.parametrize(("reason", "rule"), [("", "empty"), ("长" * 201, "too_long")])
def test_a_change_says_why(officer, reason, rule):
    with pytest.raises(Invalid) as refused:
        save(changed(officer, gates={"least_staff": 3}), by=officer, reason=reason)
    assert (refused.value.field, refused.value.rule) == ("reason", rule)


def test_nothing_changed_is_no_new_version(officer):
    with pytest.raises(Invalid) as refused:
        save(changed(officer), by=officer)
    assert refused.value.rule == "same"


def test_the_second_of_two_is_refused(officer):
    save(changed(officer, gates={"least_staff": 3}), by=officer)
    with pytest.raises(Conflict):
        save(changed(officer, gates={"least_staff": 4}), version=1, by=officer)
    assert parameters.in_force().gates.least_staff == 3


def test_two_at_the_same_moment_and_one_wins(officer, app):
    values = {staff: changed(officer, gates={"least_staff": staff}) for staff in (3, 4)}
    db.session.remove()
    start, outcomes = threading.Barrier(2), []

    def go(staff):
        with app.app_context():
            start.wait(timeout=10)
            try:
                save(values[staff], by=officer)
                outcomes.append("saved")
            except Conflict:
                outcomes.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=go, args=(staff,)) for staff in values]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["refused", "saved"]
    assert db.session.scalar(select(func.max(Parameters.version))) == 2


def test_a_run_keeps_the_version_it_was_answered_by(officer, app):
    engine = app.extensions["engine"]
    with transaction():
        run = matches.ask(Need("停车难"), by=VISITOR, now=NOW, engine=engine).public_id
    save(changed(officer, gates={"least_staff": 50}), by=officer)
    assert matches.replay(matches.get(run, by=VISITOR), engine=engine) == []


def test_loading_the_seeds_again_leaves_what_government_set(app):
    def load():
        with transaction(announce=False):
            return seeds.load(FOLDER, read=rows_of, demo=False, by=OPERATOR, now=NOW)["parameters"]

    assert load() == 1
    with transaction():
        by = factories.actor(Role.DISTRICT)
    save(changed(by, gates={"least_staff": 3}), by=by)
    assert load() == 0
    assert parameters.in_force().gates.least_staff == 3


@pytest.mark.parametrize("role", [Role.LEAD, Role.STREET, Role.AUDITOR, Role.OWNER])
def test_nobody_but_the_district_sets_them(officer, app, role):
    values = changed(officer, gates={"least_staff": 3})
    with transaction():
        by = factories.actor(role, **({"organisation_id": 1} if role is Role.OWNER else {}))
    with pytest.raises(Forbidden):
        save(values, by=by)
    with pytest.raises(Forbidden):
        tuning.effect(values, engine=app.extensions["engine"], on=day_of(NOW), by=by, now=NOW)


def test_other_numbers_for_ratings_make_the_sums_anew(officer, app):
    with transaction():
        made = factories_work.review(
            factories_work.engagement(db.session.get(Entry, 1), state=EngagementState.SIGNED_OFF),
            state=ReviewState.PUBLISHED,
        )
        recounting.write()
    with transaction():
        before = db.session.scalars(select(Reputation.weight)).one()
    save(changed(officer) | {"reputation": {"half_life_years": 1}}, by=officer)
    after = db.session.scalars(select(Reputation.weight)).one()
    assert after == pytest.approx(before**2)
    assert (made.nth, recounting.differences()) == (1, [])
