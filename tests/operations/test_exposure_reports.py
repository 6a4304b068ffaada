"""Who was shown how often, against what the evaluation says of them, and who came of it."""

from datetime import date, timedelta

import pytest

from directory.db import db, transaction
from directory.errors import Forbidden
from directory.models.reputation import Reputation
from directory.models.service import Entry
from directory.operations import exposure_reports, exposures
from directory.operations.exposure_reports import Asked, Order
from directory.policy import OPERATOR, Actor
from directory.rules.roles import Role
from directory.rules.work import InvitationState
from tests import factories, factories_supply, factories_work
from tests.factories import NOW, OTHER_STREET, STREET

OFFICER = Actor(1, Role.DISTRICT)
NOVEMBER = Asked(since=date(2026, 11, 1), until=date(2026, 11, 1))


@pytest.fixture
def entries(app):
    """Four providers: the last is never shown, the first has finished work."""
    with transaction():
        factories.taxonomy()
        made = [
            factories.entry(factories.organisation(n, area_code=STREET if n < 3 else OTHER_STREET)) for n in range(1, 5)
        ]
        factories_supply.run(made[:3], at=NOW)
        factories_supply.run([made[1], made[0]], [made[2]], at=NOW)
        factories_supply.run([made[2]], at=NOW - timedelta(days=60))
        category = made[0].service.category_id
        db.session.add(Reputation(organisation_id=1, category_id=category, finished=2))
        exposures.count(by=OPERATOR, now=NOW + timedelta(hours=1))
    return made


def rows(asked=NOVEMBER, by=OFFICER):
    return exposure_reports.every(asked, by=by)


def test_an_organisation_is_shown_first_low_and_left_out_so_often(entries):
    found = {row.organisation_id: row for row in rows()}
    assert [(r.shown, r.rank, r.first, r.top, r.excluded) for _, r in sorted(found.items())] == [
        (2, 1.5, 1, 2, 0),
        (2, 1.5, 1, 2, 0),
        (1, 3.0, 0, 1, 1),
        (0, None, 0, 0, 0),
    ]
    assert (found[1].new, found[2].new, found[1].finished) == (False, True, 2)


def test_what_the_evaluation_gave_stands_beside_it(entries):
    with transaction():
        factories.entry(db.session.get(Entry, entries[0].id).service.organisation, assessed=None)
        factories.entry(db.session.get(Entry, entries[0].id).service.organisation, "P-015", assessed=70)
    one = next(row for row in rows() if row.organisation_id == 1)
    assert (one.listed, one.assessed) == (3, pytest.approx(79.25))


def test_invitations_of_the_period_are_counted_with_what_became_of_them(entries):
    with transaction():
        for state, at in (
            (InvitationState.AWARDED, NOW),
            (InvitationState.DECLINED, NOW),
            (InvitationState.SENT, NOW),
            (InvitationState.AWARDED, NOW - timedelta(days=40)),
        ):
            factories_work.invitation(factories_work.need(), entries[1], state=state, created_at=at)
        factories_work.invitation(factories_work.need(), entries[1], state=InvitationState.AWARDED, direct=True)
    two = next(row for row in rows() if row.organisation_id == 2)
    assert (two.invited, two.declined, two.chosen) == (3, 1, 2)
    of_another = Asked(since=NOVEMBER.since, until=NOVEMBER.until, category="P-015")
    assert rows(of_another) == []


@pytest.mark.parametrize(
    ("changed", "organisations"),
    [
        ({}, [1, 2, 3, 4]),
        ({"order": Order.NEVER}, [4, 3, 1, 2]),
        ({"order": Order.RANK}, [1, 2, 3, 4]),
        ({"order": Order.EXCLUDED}, [3, 1, 2, 4]),
        ({"street": OTHER_STREET}, [3, 4]),
        ({"category": "SH-04"}, [1, 2, 3, 4]),
        ({"category": "P-015"}, []),
        ({"since": date(2026, 9, 1), "order": Order.FIRST}, [1, 2, 3, 4]),
        ({"since": date(2026, 9, 1), "until": date(2026, 9, 1), "order": Order.FIRST}, [3, 1, 2, 4]),
    ],
)
def test_it_is_asked_by_month_service_and_street_and_sorted(entries, changed, organisations):
    asked = Asked(**{"since": NOVEMBER.since, "until": NOVEMBER.until, **changed})
    assert [row.organisation_id for row in rows(asked)] == organisations


def test_the_sums_show_who_takes_the_first_places(entries):
    found = exposure_reports.report(NOVEMBER, by=OFFICER)
    assert (found.spread.organisations, found.never, found.spread.newcomers) == (4, 1, 3)
    assert (found.spread.newcomers_shown, found.spread.newcomers_first) == (0.6, 0.5)
    assert (found.spread.largest, found.spread.concentration) == (1, 0.5)
    assert found.until == NOW - timedelta(days=60)  # the last that was counted, here not the latest


def test_everybody_reads_the_sums_and_no_name(entries):
    found, until = exposure_reports.in_short(NOW.date())
    assert (found.shown, found.first, found.newcomers_first) == (6, 3, pytest.approx(2 / 3))
    assert until is not None


def test_a_page_holds_twenty_and_the_last_stands_for_those_beyond(entries):
    with transaction():
        for n in range(5, 31):
            factories.entry(factories.organisation(n))
    asked = Asked(since=NOVEMBER.since, until=NOVEMBER.until, page=9)
    found = exposure_reports.report(asked, by=OFFICER)
    assert (found.rows.total, found.rows.page, len(found.rows.rows), len(found.organisations)) == (30, 2, 10, 10)


def test_only_those_who_answer_for_the_ranking_read_it(entries):
    for role in (Role.STREET, Role.OWNER, Role.ASSESSOR, Role.NEIGHBOURHOOD):
        with pytest.raises(Forbidden):
            rows(by=Actor(1, role, 1, STREET))
    assert rows(by=Actor(1, Role.LEAD))
    assert rows(by=Actor(1, Role.AUDITOR))
