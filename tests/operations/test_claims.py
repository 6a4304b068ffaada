"""An organisation claims its record; the district confirms or refuses, once."""

import pytest
from sqlalchemy import select

from directory.db import db
from directory.errors import Conflict, Forbidden, Invalid
from directory.models.audit import AuditEvent
from directory.models.notice import Notice
from directory.operations import claims, enrolments
from directory.policy import VISITOR
from directory.rules.roles import Role
from tests import factories


@pytest.fixture(autouse=True)
def organisation(app):
    factories.taxonomy()
    return factories.organisation(1)


def file(now, code=None, **changed):
    said = {"name": "沈某", "email": "shen@example.org", "phone": "021-5555 0000", "note": ""} | changed
    return claims.file(code or factories.code(1), **said, by=VISITOR, now=now)


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"code": "123"}, "uscc", "length"),
        ({"code": factories.code(1)[:-1] + "I"}, "uscc", "alphabet"),
        ({"code": factories.code(1)[:-1] + ("1" if factories.code(1)[-1] != "1" else "2")}, "uscc", "check"),
        ({"code": factories.code(7)}, "uscc", "unknown"),
        ({"code": "9" * 100_000}, "uscc", "length"),
        ({"name": "\n"}, "name", "empty"),
        ({"email": "nobody"}, "email", "email"),
        ({"phone": "call me"}, "phone", "phone"),
        ({"phone": "1" * 5000}, "phone", "phone"),
        ({"note": "长" * 501}, "note", "too_long"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(now, changed, field, rule):
    with pytest.raises(Invalid) as fault:
        file(now, **changed)
    assert (fault.value.field, fault.value.rule) == (field, rule)


def test_a_record_that_is_kept_or_claimed_already_is_refused(now, organisation):
    file(now, " ".join(factories.code(1)).lower())
    with pytest.raises(Invalid) as fault:
        file(now)
    assert fault.value.rule == "waiting"
    factories.account(Role.OWNER, organisation_id=organisation.id)
    with pytest.raises(Invalid) as fault:
        file(now)
    assert fault.value.rule == "kept"


def test_confirmed_it_is_an_invitation_as_owner_once(now, organisation):
    district = factories.actor(Role.DISTRICT)
    claim = file(now)
    assert db.session.scalars(select(Notice.kind).where(Notice.account_id == district.id)).all() == ["claim_filed"]
    enrolment, token = claims.confirm(claim, by=district, now=now)
    assert (enrolment.role, enrolment.organisation_id) == (Role.OWNER, organisation.id)
    assert enrolments.of(token, now=now) is enrolment
    with pytest.raises(Conflict):
        claims.confirm(claim, by=district, now=now)
    with pytest.raises(Conflict):
        claims.refuse(claim, reason="x", by=district, now=now)
    events = db.session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)).all()
    assert events == ["claim:file", "claim:confirm", "account:invite"]
    reasons = " ".join(db.session.scalars(select(AuditEvent.reason)))
    assert "@" not in reasons  # the record of deeds is kept for good: nobody's address belongs there


def test_refused_it_says_why_and_may_be_filed_again(now):
    district = factories.actor(Role.DISTRICT)
    claim = file(now)
    with pytest.raises(Invalid):
        claims.refuse(claim, reason=" ", by=district, now=now)
    claim = file(now, factories.code(factories.organisation(2).id))
    claims.refuse(claim, reason="电话打不通", by=district, now=now)
    assert (claim.outcome, claim.reason) == ("refused", "电话打不通")
    file(now, factories.code(2))


def test_only_the_district_decides(now):
    claim = file(now)
    for role in (Role.STREET, Role.AUDITOR, Role.LEAD, Role.NEIGHBOURHOOD):
        with pytest.raises(Forbidden):
            claims.confirm(claim, by=factories.actor(role), now=now)
        with pytest.raises(Forbidden):
            claims.waiting(page=1, by=factories.actor(role))
