from datetime import date

import pytest
from sqlalchemy import select

from directory.db import db
from directory.errors import Conflict, Forbidden, Invalid, NotFound
from directory.models.audit import AuditEvent
from directory.models.claimed import ClaimedFact
from directory.models.notice import Notice
from directory.operations import facts
from directory.rules.claims import Claim
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import ClaimedState, NotAllowed
from directory.rules.roles import Role
from tests import factories
from tests import factories_applications as made_of
from tests.factories import NOW

GRADE = Claim(FactKind.GRADE, "5A", date(2026, 9, 1), date(2031, 8, 31), "  等级证书\n第 1 号 13800138000 ")


@pytest.fixture
def home(app):
    factories.taxonomy()
    return factories.organisation()


@pytest.fixture
def editor(home):
    return factories.actor(Role.EDITOR, organisation_id=home.id)


def propose(home, by, claim=GRADE, **more):
    return facts.propose(home, claim, evidence=made_of.evidence(home), by=by, now=NOW, **more)


def test_a_proposal_waits_with_its_evidence_and_government_is_told(home, editor):
    district = factories.account(Role.DISTRICT)
    proposed = propose(home, editor)
    assert proposed.state is ClaimedState.WAITING
    assert proposed.source == "等级证书 第 1 号 ［手机号］"
    assert proposed.evidence.organisation_id == home.id
    (told,) = db.session.scalars(select(Notice))
    assert (told.account_id, told.kind) == (district.id, "fact_proposed")
    (event,) = db.session.scalars(select(AuditEvent))
    assert (event.event, event.thing) == ("claimed_fact:propose", f"ClaimedFact:{proposed.id}")


def test_facts_and_proposals_of_the_organisation_alone_are_known_to_it(home, editor):
    other = factories.organisation(2)
    made_of.claimed(other)
    proposed = propose(home, editor)
    known = facts.known(home, by=editor)
    assert known.claims == [proposed]
    assert {fact.organisation_id for fact in known.facts} == {home.id}
    with pytest.raises(Forbidden):
        facts.known(other, by=editor)


def test_the_same_fact_waits_but_once(home, editor):
    first = propose(home, editor)
    with pytest.raises(Invalid) as refused:
        propose(home, editor)
    assert refused.value.rule == "waits"
    facts.withdraw(first.id, by=editor, now=NOW)
    assert propose(home, editor).state is ClaimedState.WAITING


def test_only_so_many_wait(home, editor, monkeypatch):
    monkeypatch.setattr(facts, "MOST_WAITING", 1)
    propose(home, editor)
    with pytest.raises(Conflict):
        propose(home, editor, Claim(FactKind.STAFF, "3", date(2026, 1, 1), None, "社保记录"))


def test_a_fact_puts_right_only_one_of_its_kind_that_is_its_own_and_stands(home, editor):
    grade = next(fact for fact in home.facts if fact.kind is FactKind.GRADE)
    staff = next(fact for fact in home.facts if fact.kind is FactKind.STAFF)
    other = factories.organisation(2)
    for wrong in (staff.id, next(f.id for f in other.facts if f.kind is FactKind.GRADE), 9999):
        with pytest.raises(Invalid) as refused:
            propose(home, editor, supersedes=wrong)
        assert refused.value.field == "supersedes"
    assert propose(home, editor, supersedes=grade.id).supersedes_id == grade.id


def test_evidence_of_another_organisation_proves_nothing(home, editor):
    other = factories.organisation(2)
    with pytest.raises(Forbidden):
        facts.propose(home, GRADE, evidence=made_of.evidence(other), by=editor, now=NOW)
    with pytest.raises(Forbidden):
        facts.propose(other, GRADE, evidence=made_of.evidence(other), by=editor, now=NOW)


def test_what_waits_can_be_withdrawn_once_by_its_own(home, editor):
    proposed = propose(home, editor)
    stranger = factories.actor(Role.OWNER, organisation_id=factories.organisation(2).id)
    with pytest.raises(Forbidden):
        facts.withdraw(proposed.id, by=stranger, now=NOW)
    facts.withdraw(proposed.id, by=editor, now=NOW)
    assert db.session.get_one(ClaimedFact, proposed.id).state is ClaimedState.WITHDRAWN
    with pytest.raises(NotAllowed) as refused:
        facts.withdraw(proposed.id, by=editor, now=NOW)
    assert (refused.value.state, refused.value.sources) == ("withdrawn", ("waiting",))
    with pytest.raises(NotFound):
        facts.withdraw(999, by=editor, now=NOW)
