from datetime import timedelta

import pytest

from directory.db import db, transaction
from directory.errors import Forbidden, NotFound
from directory.models.engagement import Engagement, TermsChange
from directory.operations import agreed_work
from directory.operations.agreed_work import Asked
from directory.policy import Permission, can
from directory.rules.engagements import Side
from directory.rules.roles import Role
from directory.rules.work import EngagementState, MilestoneState
from tests import factories, factories_work
from tests.factories import NEIGHBOURHOOD, NOW, STREET
from tests.factories_rules import queries
from tests.factories_work import TODAY
from tests.operations.agreed import OTHER_NEIGHBOURHOOD

READERS = (Role.NEIGHBOURHOOD, Role.OWNER, Role.EDITOR, Role.STREET, Role.DISTRICT, Role.AUDITOR)


@pytest.fixture
def entries(app):
    with transaction():
        factories.taxonomy()
        made = [factories.entry(factories.organisation(number)) for number in (1, 2)]
        for entry in made:
            for area in (NEIGHBOURHOOD, OTHER_NEIGHBOURHOOD, STREET, f"{STREET}1-01"):
                factories_work.engagement(entry, area_code=area, title=f"{entry.id} 在 {area}")
        return made


def reader(role, entries):
    area = {Role.NEIGHBOURHOOD: NEIGHBOURHOOD, Role.STREET: STREET}.get(role, "")
    organisation = entries[0].service.organisation_id if role in {Role.OWNER, Role.EDITOR} else None
    return factories.actor(role, area_code=area, organisation_id=organisation)


def page(asked=None, *, by):
    return agreed_work.page(asked or Asked(), by=by, on=TODAY)


@pytest.mark.parametrize("role", READERS)
def test_the_list_holds_what_its_reader_may_read_and_nothing_else(entries, role):
    actor = reader(role, entries)
    listed = {work.id for work in page(by=actor).rows}
    readable = {work.id for work in db.session.query(Engagement) if can(actor, Permission.READ_ENGAGEMENT, work)}
    assert listed == readable != set()
    assert {work.id for work in agreed_work.every(Asked(), by=actor, on=TODAY)} == readable


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.LEAD, Role.PUBLIC])
def test_others_read_no_list(entries, role):
    with pytest.raises(Forbidden):
        page(by=factories.actor(role))


@pytest.mark.parametrize("role", READERS)
def test_only_the_parties_are_parties(entries, role):
    actor = reader(role, entries)
    ours = {work.id for work in db.session.query(Engagement) if agreed_work.is_party(work, by=actor)}
    assert bool(ours) is (role in {Role.NEIGHBOURHOOD, Role.OWNER, Role.EDITOR})
    assert ours <= {work.id for work in page(by=actor).rows}


def test_a_list_is_found_by_title_and_state(entries):
    district = factories.actor(Role.DISTRICT)
    found = page(Asked(text="1 在 310105-06"), by=district).rows
    assert [work.title for work in found] == [f"1 在 {OTHER_NEIGHBOURHOOD}"]
    assert page(Asked(text="%"), by=district).total == 0
    assert page(Asked(state=EngagementState.DELIVERED), by=district).total == 0
    assert page(Asked(state=EngagementState.RUNNING), by=district).total == 8


def test_a_page_costs_the_same_however_many_there_are(entries):
    with transaction():
        district = factories.actor(Role.DISTRICT)

    def asked():
        db.session.expunge_all()
        with queries() as seen:
            [work.organisation.name for work in page(by=district).rows]
        return len(seen)

    few = asked()
    with transaction():
        for _ in range(60):
            factories_work.engagement(db.session.merge(entries[0]))
    assert asked() == few
    assert page(Asked(page=99), by=district).page == 4


def wait_for(actor):
    return agreed_work.waiting(by=actor, on=TODAY), page(Asked(waiting=True), by=actor).total


@pytest.mark.parametrize(
    ("state", "step", "due", "waits"),
    [
        (EngagementState.AGREED, MilestoneState.PENDING, 5, (1, 0)),
        (EngagementState.RUNNING, MilestoneState.PENDING, 5, (0, 0)),
        (EngagementState.RUNNING, MilestoneState.PENDING, 0, (1, 0)),
        (EngagementState.RUNNING, MilestoneState.DELIVERED, 0, (0, 1)),
        (EngagementState.RUNNING, MilestoneState.ACCEPTED, 0, (0, 1)),
        (EngagementState.DELIVERED, MilestoneState.ACCEPTED, 0, (0, 1)),
        (EngagementState.SIGNED_OFF, MilestoneState.ACCEPTED, 0, (0, 0)),
    ],
)
def test_what_waits_for_each_side(app, state, step, due, waits):
    provider, neighbour = waits
    with transaction():
        factories.taxonomy()
        entry = factories.entry(factories.organisation())
        work = factories_work.engagement(entry, state=state)
        for milestone in work.milestones:
            milestone.state, milestone.due_on = step, TODAY + timedelta(days=due)
        people = {role: reader(role, [entry]) for role in READERS}
    assert wait_for(people[Role.OWNER]) == (provider, provider)
    assert wait_for(people[Role.NEIGHBOURHOOD]) == (neighbour, neighbour)
    assert wait_for(people[Role.DISTRICT]) == (0, 0)


def test_a_change_of_terms_waits_for_the_other_side(app):
    with transaction():
        factories.taxonomy()
        entry = factories.entry(factories.organisation())
        work = factories_work.engagement(entry)
        neighbour, owner = reader(Role.NEIGHBOURHOOD, [entry]), reader(Role.OWNER, [entry])
        values = {"terms": {"amount": [1500, 1800]}, "reason": "涨价", "account_id": owner.id, "created_at": NOW}
        db.session.add(TermsChange(engagement_id=work.id, side=Side.PROVIDER, **values))
    assert (wait_for(neighbour)[0], wait_for(owner)[0]) == (1, 0)


def test_one_is_read_by_those_who_may(entries):
    district = factories.actor(Role.DISTRICT)
    number = page(by=district).rows[0].id
    assert agreed_work.one(number, by=district).id == number
    with pytest.raises(NotFound):
        agreed_work.one(10**6, by=district)
    for role in (Role.ASSESSOR, Role.LEAD):
        with pytest.raises(Forbidden):
            agreed_work.one(number, by=factories.actor(role))
