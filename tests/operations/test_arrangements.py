from datetime import date, timedelta

import pytest

from directory.db import db, transaction
from directory.errors import Forbidden, Invalid, NotFound
from directory.models.engagement import Engagement
from directory.models.reputation import Reputation
from directory.operations import arrangements, engagements, milestones, service_records, signing_off
from directory.operations.service_records import Done
from directory.rules.engagements import Funding
from directory.rules.lifecycle import EntryState, NotAllowed
from directory.rules.roles import Role
from directory.rules.work import EngagementState
from tests import factories
from tests.factories import NEIGHBOURHOOD, NOW
from tests.factories_work import TODAY
from tests.operations.agreed import told

CORNER = {
    "title": "法律咨询角",
    "amount": 0,
    "funding": Funding.FREE,
    "starts_on": TODAY,
    "ends_on": TODAY + timedelta(days=365),
}


@pytest.fixture
def entry(app):
    with transaction():
        factories.taxonomy()
        return factories.entry(factories.organisation(), name="社区法律咨询")


@pytest.fixture
def neighbour(entry):
    with transaction():
        return factories.actor(Role.NEIGHBOURHOOD, area_code=NEIGHBOURHOOD)


@pytest.fixture
def provider(entry):
    with transaction():
        return factories.actor(Role.OWNER, organisation_id=entry.service.organisation_id)


def begin(entry, by, **changed):
    with transaction():
        return arrangements.begin(entry.id, by=by, now=NOW, **(CORNER | changed)).id


def test_a_corner_for_advice_runs_without_a_need_and_counts_its_300_consultations(entry, neighbour, provider):
    number = begin(entry, neighbour)
    work = db.session.get(Engagement, number)
    assert (work.need_id, work.state, work.amount) == (None, EngagementState.AGREED, 0)
    assert told(provider) == ["engagement_begun"]
    engagements.start(work, by=provider, now=NOW)
    for _ in range(30):
        service_records.add(work, Done(TODAY, cases=10, people=28), by=provider, now=NOW)
    service_records.add(work, Done(TODAY, people=20, note="讲座"), by=provider, now=NOW)
    totals = service_records.totals(work)
    assert (totals.cases, totals.people) == (300, 860)
    for step in list(work.milestones):
        milestones.deliver(step, by=provider, now=NOW)
        milestones.accept(step, met=dict.fromkeys(work.acceptance, True), by=neighbour, now=NOW)
    signing_off.deliver(work, by=provider, now=NOW)
    signing_off.sign_off(work, by=neighbour, now=NOW)
    assert db.session.get(Reputation, (work.organisation_id, work.category_id)).finished == 1


@pytest.mark.parametrize("state", [EntryState.SUSPENDED, EntryState.EXITED])
def test_what_is_not_listed_begins_nothing(entry, neighbour, state):
    with transaction():
        stood = db.session.merge(entry)
        stood.state, stood.reason = state, "grade"
    with pytest.raises(NotAllowed) as refused:
        begin(entry, neighbour)
    assert (refused.value.state, refused.value.sources) == (state, (EntryState.LISTED,))
    assert arrangements.listed("", 1, by=neighbour).total == 0


@pytest.mark.parametrize("role", [Role.STREET, Role.DISTRICT, Role.AUDITOR, Role.LEAD])
def test_only_a_neighbourhood_begins_work(entry, role):
    actor = factories.actor(role)
    with pytest.raises(Forbidden):
        begin(entry, actor)
    with pytest.raises(Forbidden):
        arrangements.listed("", 1, by=actor)


def test_a_provider_begins_none(entry, provider):
    with pytest.raises(Forbidden):
        begin(entry, provider)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"amount": -1}, "amount"),
        ({"amount": 10**12}, "amount"),
        ({"amount": 100}, "funding"),
        ({"funding": Funding.DONATION}, "funding"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
        ({"starts_on": date.min}, "starts_on"),
        ({"ends_on": date.max}, "ends_on"),
    ],
)
def test_what_nobody_can_agree_on_is_named(entry, neighbour, changed, field):
    with pytest.raises(Invalid) as wrong:
        begin(entry, neighbour, **changed)
    assert wrong.value.field == field


def test_a_service_is_found_by_its_name_or_by_who_offers_it(entry, neighbour):
    with transaction():
        factories.entry(factories.organisation(2), name="停车共治")
    assert [found.version.name for found in arrangements.listed("法律", 1, by=neighbour).rows] == ["社区法律咨询"]
    assert [found.version.name for found in arrangements.listed("邻里2", 1, by=neighbour).rows] == ["停车共治"]
    assert arrangements.listed("%", 1, by=neighbour).total == 0
    assert arrangements.listed("", 1, by=neighbour).total == 2


def test_an_entry_that_is_not_there_is_not_found(neighbour):
    with pytest.raises(NotFound):
        arrangements.choose(10**9, by=neighbour)
