"""Who may ask whom in, and what an invitation opens: one account, once, as it was invited."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.db import db
from directory.errors import Conflict, Forbidden, Invalid, NotFound
from directory.models.account import Account, Enrolment
from directory.operations import enrolments
from directory.policy import OPERATOR, VISITOR
from directory.rules.roles import Role
from tests import factories

PASSWORD = "Tian-shan5-Rd"  # noqa: S105 - of a test
EVERYBODY = set(Role) - {Role.PUBLIC, Role.OPERATOR}


@pytest.fixture(autouse=True)
def taxonomy(app):
    factories.taxonomy()


def invite(now, email="new@example.org", role=Role.AUDITOR, by=OPERATOR, **more):
    return enrolments.invite(email, role, by=by, now=now, **more)


@pytest.mark.parametrize(
    ("inviter", "roles"),
    [
        (Role.DISTRICT, EVERYBODY),
        (Role.LEAD, {Role.ASSESSOR}),
        (Role.OWNER, {Role.OWNER, Role.EDITOR}),
        (Role.EDITOR, set()),
        (Role.ASSESSOR, set()),
        (Role.STREET, set()),
        (Role.AUDITOR, set()),
        (Role.NEIGHBOURHOOD, set()),
    ],
)
def test_who_may_invite_whom(now, inviter, roles):
    organisation = factories.organisation()
    theirs = {"organisation_id": organisation.id} if inviter in {Role.OWNER, Role.EDITOR} else {}
    by, allowed = factories.actor(inviter, **theirs), set()
    for number, role in enumerate(EVERYBODY):
        more = {"organisation_id": organisation.id} if role in {Role.OWNER, Role.EDITOR} else {}
        more |= {Role.STREET: {"area_code": factories.STREET}}.get(role, {})
        more |= {Role.NEIGHBOURHOOD: {"area_code": factories.NEIGHBOURHOOD}}.get(role, {})
        try:
            invite(now, f"new{number}@example.org", role, by, **more)
        except Forbidden:
            continue
        allowed.add(role)
    assert allowed == roles


def test_nobody_invites_as_the_public_or_the_system_or_for_another_organisation(now):
    ours, theirs = factories.organisation(1), factories.organisation(2)
    for by, role, more in (
        (OPERATOR, Role.OPERATOR, {}),
        (OPERATOR, Role.PUBLIC, {}),
        (VISITOR, Role.AUDITOR, {}),
        (factories.actor(Role.OWNER, organisation_id=ours.id), Role.EDITOR, {"organisation_id": theirs.id}),
    ):
        with pytest.raises(Forbidden):
            invite(now, role=role, by=by, **more)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"email": "a@example.org\nBcc: all@example.org"}, "email"),
        ({"email": "a" * 5000 + "@example.org"}, "email"),
        ({"role": Role.OWNER}, "role"),
        ({"organisation_id": 1}, "role"),
        ({"role": Role.STREET}, "area"),
        ({"role": Role.STREET, "area_code": factories.NEIGHBOURHOOD}, "area"),
        ({"role": Role.NEIGHBOURHOOD, "area_code": factories.STREET}, "area"),
        ({"role": Role.STREET, "area_code": "nowhere"}, "area"),
        ({"area_code": factories.STREET}, "area"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(now, changed, field):
    factories.organisation()
    with pytest.raises(Invalid) as fault:
        invite(now, **changed)
    assert fault.value.field == field


def test_an_invitation_opens_the_account_it_was_for_and_no_second_one(now):
    enrolment, token = invite(now, " New@Example.org", Role.STREET, area_code=factories.STREET)
    assert token not in enrolment.digest
    account = enrolments.enrol(token, name="周 敏", password=PASSWORD, now=now)
    made = (account.email, account.role, account.area_code, account.name)
    assert made == ("new@example.org", Role.STREET, factories.STREET, "周 敏")
    for _ in range(2):
        with pytest.raises(NotFound):
            enrolments.enrol(token, name="另一人", password=PASSWORD, now=now)
    assert db.session.query(Account).count() == 1


@pytest.mark.parametrize(("days", "open_"), [(0, True), (13.99, True), (14, False), (400, False)])
def test_it_is_open_for_fourteen_days(now, days, open_):
    _, token = invite(now)
    later = now + timedelta(days=days)
    if open_:
        assert enrolments.of(token, now=later).role is Role.AUDITOR
    else:
        with pytest.raises(NotFound):
            enrolments.enrol(token, name="周", password=PASSWORD, now=later)


def test_a_new_invitation_takes_the_place_of_the_old_and_one_withdrawn_is_gone(now):
    _, old = invite(now)
    enrolment, new = invite(now)
    with pytest.raises(NotFound):
        enrolments.of(old, now=now)
    assert enrolments.of(new, now=now) is enrolment
    with pytest.raises(Forbidden):
        enrolments.withdraw(enrolment.id, by=factories.actor(Role.LEAD), now=now)
    enrolments.withdraw(enrolment.id, by=OPERATOR, now=now)
    with pytest.raises(NotFound):
        enrolments.of(new, now=now)
    with pytest.raises(NotFound):
        enrolments.withdraw(enrolment.id, by=OPERATOR, now=now)


def test_an_address_has_one_account(now):
    _, token = invite(now)
    factories.account(Role.LEAD, email="new@example.org")
    with pytest.raises(Conflict):
        enrolments.enrol(token, name="周", password=PASSWORD, now=now)
    with pytest.raises(Invalid):
        invite(now, "NEW@example.org")


@pytest.mark.parametrize("password", ["short", "new@example.org1A", "lowercaseonly"])
def test_a_bad_password_leaves_the_invitation_open(now, password):
    _, token = invite(now)
    with pytest.raises(Invalid):
        enrolments.enrol(token, name="周", password=password, now=now)
    db.session.expire_all()
    assert db.session.scalars(select(Enrolment.used_at)).one() is None


def test_each_sees_the_people_they_answer_for(now):
    ours, theirs = factories.organisation(1), factories.organisation(2)
    owner = factories.actor(Role.OWNER, organisation_id=ours.id)
    factories.account(Role.EDITOR, organisation_id=ours.id)
    factories.account(Role.EDITOR, organisation_id=theirs.id)
    factories.account(Role.ASSESSOR)
    lead, district, auditor = (factories.actor(role) for role in (Role.LEAD, Role.DISTRICT, Role.AUDITOR))
    invite(now, "a@example.org", Role.ASSESSOR)
    invite(now, "b@example.org", Role.EDITOR, organisation_id=theirs.id)
    seen = [(owner, 2, 0), (lead, 1, 1), (district, 7, 2), (auditor, 7, 2)]
    for by, number, waiting in seen:
        found = enrolments.people(by=by, now=now)
        assert (found.total, len(found.shown), len(found.waiting)) == (number, number, waiting)
    assert enrolments.people(role="editor", by=district, now=now).total == 2
    assert enrolments.people(text="ASSESSOR-", by=district, now=now).total == 1
    assert enrolments.people(text="%", by=district, now=now).total == 0
    with pytest.raises(Forbidden):
        enrolments.people(by=factories.actor(Role.STREET), now=now)
