"""Behind which door work was done is for its two parties: every page and every file that others read hides it."""

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.models.audit import AuditEvent
from directory.operations import milestones, service_records, signing_off, terms
from directory.operations.service_records import Done
from directory.rules.roles import Role
from directory.rules.work import EngagementState, MilestoneState
from tests import factories
from tests.factories import NOW
from tests.factories_work import TODAY

DOORS = ("3号楼502", "18楼1802", "12弄3号", "1号门202", "5栋301", "7号楼601")
TITLE, RECORD, STRUCK, NOTE, REASON, STEP = (f"{door}室修灯" for door in DOORS)


@pytest.fixture
def told(work, at):
    """Work with a door in all that its parties write, and another change waiting."""
    with transaction():
        found = work.now
        found.title = TITLE
        record = service_records.add(found, Done(TODAY, 1, 1, RECORD), by=work.provider, now=NOW)
        db.session.flush()
        service_records.strike(record, reason=STRUCK, by=work.provider, now=NOW)
        found.milestones[0].name = STEP
        milestones.deliver(found.milestones[0], note=NOTE, by=work.provider, now=NOW)
        said = terms.standing(found)
        change = terms.propose(
            found, said_with(said, NOTE), reason=REASON, seen_=terms.seen(found), by=work.provider, now=NOW
        )
        return work, f"/engagements/terms/{change.id}", f"/engagements/milestones/{found.milestones[0].id}"


def said_with(said, title):
    return type(said)(**{name: getattr(said, name) for name in said.__slots__} | {"title": title})


def pages(told):
    work, change, milestone = told
    own = f"/engagements/{work.id}"
    return [own, f"{own}/records", change, milestone, "/engagements", f"{own}/records.csv", "/engagements/list.csv"]


def office(role):
    with transaction():
        return factories.actor(role)


@pytest.mark.parametrize("role", [Role.STREET, Role.DISTRICT, Role.AUDITOR])
def test_who_is_no_party_is_told_of_no_door_on_any_page_or_in_any_file(told, at, role):
    desk = at(office(role))
    for address in pages(told):
        text = desk.open(address).text
        assert "修灯" in text, address
        assert [door for door in DOORS if door in text] == [], address


def test_both_parties_read_what_they_wrote(told, at):
    work, change, milestone = told
    for actor in (work.provider, work.neighbour):
        desk = at(actor)
        page = desk.get(f"/engagements/{work.id}").text
        assert [door for door in (TITLE, RECORD, STRUCK, NOTE, STEP) if door not in page] == []
        assert REASON in desk.get(change).text
        assert STEP in desk.get(milestone).text
        assert RECORD in desk.open(f"/engagements/{work.id}/records.csv").text


def test_the_record_of_deeds_tells_no_door(told):
    reasons = list(db.session.scalars(select(AuditEvent.reason)))
    assert sum("修灯" in reason for reason in reasons) >= 3
    assert [reason for reason in reasons if any(door in reason for door in DOORS)] == []


def test_work_given_back_says_why_to_its_parties_and_the_rest_to_others(begun, at):
    work = begun(EngagementState.DELIVERED)
    with transaction():
        for milestone in work.now.milestones:
            milestone.state = MilestoneState.DELIVERED
        signing_off.give_back(work.now, reason=REASON, by=work.neighbour, now=NOW)
    address = f"/engagements/{work.id}"
    assert REASON in at(work.provider).get(address).text
    others = at(office(Role.STREET)).get(address).text
    assert (REASON in others, "＊＊＊修灯" in others) == (False, True)


def test_the_page_of_reviews_names_the_work_without_the_door(begun, at):
    work = begun(EngagementState.SIGNED_OFF)
    with transaction():
        work.now.title = TITLE
    address = f"/engagements/{work.id}/review"
    assert TITLE in at(work.provider).get(address).text
    assert TITLE not in at(office(Role.STREET)).get(address).text
